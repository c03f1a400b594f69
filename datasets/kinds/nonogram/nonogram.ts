/** Nonograms as a puzzle kind, of any side from 4 to 10. */
import { smallestImage } from '../../dihedral';
import { palette } from '../../cell-colors';
import type { PuzzleKind } from '../puzzle-kind';
import { turnAndMirror } from '../../symmetry-parts';
import { formatGrid, parseGrid, type GridText } from '../grid-text';
import { BLANK, clueOf, nonogramBoard, writeClues } from './board';
import { nonogramFacets } from './facets';
import { nonogramGenerator } from './generate';
import { checkNonogram } from './rules';
import { solveNonogram } from './solve';
import { nonogramSymmetries } from './symmetries';

const FILLED = '■';
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'A'];

/** @throws RangeError for a side outside 4..10 */
export function nonogram(side: number): PuzzleKind {
  const board = nonogramBoard(side);
  const { width } = board;
  const symbols = ['', '?', FILLED, '·', ...Array.from({ length: side }, (_, run) => String(run + 1))];
  const symmetries = nonogramSymmetries(board);
  const characters = ['_', '?', '#', '.', ...digits.slice(0, side)];
  const text: GridText = {
    rows: width,
    columns: width,
    characters,
    expected: '#, . or ? for a blank, run lengths and _ in the margins',
    otherwise: '_',
  };
  const format = (tokens: Uint8Array) => formatGrid(text, tokens);
  /** Clues next to the board, wherever they stood: their place in the margin means nothing. */
  const printed = (tokens: Uint8Array) => {
    const grid = tokens.slice();
    writeClues(
      board,
      grid,
      board.lines.map((line) => clueOf(tokens, line)),
    );
    return format(grid);
  };
  const classKey = (inputs: Uint8Array) => smallestImage(symmetries, inputs, printed);
  return {
    id: `nonogram-${side}`,
    name: `Nonogram ${side}×${side}`,
    rows: width,
    columns: width,
    symbols,
    colours: symbols.map((symbol) => (symbol === FILLED ? palette[0] : null)),
    blank: BLANK,
    box: null,
    parse: (puzzle) => parseGrid(text, puzzle),
    format,
    isRuled: true,
    check: (inputs, answer) => checkNonogram(board, inputs, answer),
    solve: (inputs, limits) => solveNonogram(board, inputs, limits),
    facets: nonogramFacets(board),
    generator: nonogramGenerator(board),
    explain: null,
    drawSymmetry: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
    symmetryParts: turnAndMirror(symmetries),
    classKey,
    classHash: classKey,
  };
}
