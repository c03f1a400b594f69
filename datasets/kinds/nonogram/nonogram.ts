/** Nonograms as a puzzle kind, of any side from 4 to 10. */
import { message } from '../../../renderer/messages/message';
import { canonicalForm, dihedralSubgroups } from '../../symmetry';
import { defineKind } from '../define-kind';
import { defaultEditing, replaceCell } from '../editing';
import { tokenRange } from '../facets';
import { palette } from '../palette';
import { createSizedFamily } from '../kind-family';
import type { Editing, PuzzleKind } from '../puzzle-kind';
import { formatGrid, parseGrid, type GridTextFormat } from '../text';
import {
  BLANK,
  readClue,
  nonogramBoard,
  nonogramFacets,
  nonogramName,
  nonogramSymmetries,
  type NonogramBoard,
  writeClues,
} from './board';
import { readNon } from './non-text';
import { checkNonogram, nonogramGenerator, solveNonogram } from './solve';

const FILLED = '■';
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'A'];

/** @throws RangeError for a side outside 4..10 */
export function nonogram(side: number): PuzzleKind {
  const board = nonogramBoard(side);
  const { width } = board;
  const symbols = ['', '?', FILLED, '·', ...Array.from({ length: side }, (_, run) => String(run + 1))];
  const symmetries = nonogramSymmetries(board);
  const characters = ['_', '?', '#', '.', ...digits.slice(0, side)];
  const text: GridTextFormat = {
    rows: width,
    columns: width,
    characters,
    expected: message('kinds.text.expectedNonogram'),
    otherwise: '_',
  };
  const format = (tokens: Uint8Array) => formatGrid(text, tokens);
  /** The text with clues next to the board, since their position in the margin does not matter. */
  const printed = (tokens: Uint8Array) => {
    const grid = tokens.slice();
    writeClues(
      board,
      grid,
      board.lines.map((line) => readClue(tokens, line)),
    );
    return format(grid);
  };
  const classKey = (inputs: Uint8Array) => canonicalForm(symmetries, inputs, printed);
  return defineKind({
    defaultPreset: 'nonogram',
    id: `nonogram-${side}`,
    name: nonogramName(board),
    rows: width,
    columns: width,
    symbols,
    colours: symbols.map((symbol) => (symbol === FILLED ? palette[0] : null)),
    // A filled cell is a sign in ink: black would be lost on a dark page, and would not fade where it is unsure.
    tokenStyles: symbols.map(() => ({ as: 'ink' })),
    margin: board.margin,
    blank: BLANK,
    // Without one of its runs a line has another clue, not a missing one.
    clues: { tokens: tokenRange(brushNames.length, symbols.length - 1), withFewer: 'no puzzle', canContradict: false },
    parse: (puzzle) => parseGrid(text, puzzle),
    format,
    check: (inputs, answer) => checkNonogram(board, inputs, answer),
    solve: (inputs, limits) => solveNonogram(board, inputs, limits),
    facets: nonogramFacets(board),
    generator: nonogramGenerator(board),
    drawSymmetry: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
    symmetrySubgroups: dihedralSubgroups(symmetries),
    classKey,
    classHash: classKey,
    editing: (kind) => nonogramEditing(board, kind),
  });
}

const brushNames = ['', message('kinds.brush.blank'), message('kinds.brush.filled'), message('kinds.brush.empty')];

/** Runs go into the margins, filled and empty cells onto the board. */
function nonogramEditing({ margin, width }: NonogramBoard, kind: PuzzleKind): Editing {
  const marginsAt = (cell: number) => Number(Math.floor(cell / width) < margin) + Number(cell % width < margin);
  const empty = Array.from({ length: width * width }, (_, cell) => (marginsAt(cell) === 0 ? BLANK : 0));
  const plain = defaultEditing(kind);
  const isRun = (token: number) => token >= brushNames.length;
  return {
    ...plain,
    empty,
    brushes: plain.brushes.map((brush) => ({
      ...brush,
      name: brushNames[brush.token] ?? message('kinds.brush.run', { length: brush.symbol }),
    })),
    setToken: (tokens, cell, token) => {
      if (token === BLANK) return replaceCell(tokens, cell, empty[cell] ?? 0);
      return marginsAt(cell) === (isRun(token) ? 1 : 0) ? replaceCell(tokens, cell, token) : tokens;
    },
  };
}

const sizes = { min: 4, max: 10, default: 5 };

export const nonogramFamily = createSizedFamily({
  id: 'nonogram',
  name: message('kinds.nonogram.family'),
  sizes,
  extensions: ['.non'],
  readText: (text) => readNon(text, sizes),
  create: nonogram,
});
