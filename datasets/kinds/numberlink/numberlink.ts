/** Numberlink (routing wires on a grid) as a puzzle kind, of any side from 4 to 7. */
import { message } from '../../../renderer/messages/message';
import { relabellingSubgroup, canonicalForm, squareSymmetries, dihedralSubgroups } from '../../symmetry';
import { defineKind } from '../define-kind';
import { palette } from '../palette';
import { createSizedFamily } from '../kind-family';
import type { PuzzleKind } from '../puzzle-kind';
import { formatGrid, parseGrid, type GridTextFormat } from '../text';
import {
  BLANK,
  checkNumberlink,
  drawNumberlinkSymmetry,
  FIRST_NUMBER,
  MAX_PAIRS,
  numberlinkBoard,
  numberlinkFacets,
  numberlinkName,
  numberlinkSymbols,
  renumber,
} from './board';
import { lettersToNumbers } from './letters';
import { numberlinkGenerator, solveNumberlink } from './solve';

/** @throws RangeError for a side outside 4..7 */
export function numberlink(side: number): PuzzleKind {
  const board = numberlinkBoard(side);
  const squares = squareSymmetries(side, numberlinkSymbols.length);
  const aliases = { '0': BLANK };
  const text: GridTextFormat = {
    rows: side,
    columns: side,
    characters: numberlinkSymbols,
    aliases,
    expected: message('kinds.text.expectedDigits', { max: MAX_PAIRS }),
    otherwise: '.',
  };
  const format = (tokens: Uint8Array) => formatGrid(text, tokens);
  const classKey = (inputs: Uint8Array) => canonicalForm(squares, inputs, (image) => format(renumber(image)));
  return defineKind({
    defaultPreset: 'numberlink',
    id: `numberlink-${side}`,
    name: numberlinkName(board),
    rows: side,
    columns: side,
    symbols: numberlinkSymbols,
    colours: numberlinkSymbols.map((symbol) => palette[parseInt(symbol, 10)] ?? null),
    blank: BLANK,
    // A number without its partner leaves nothing to connect.
    clues: { withFewer: 'no puzzle', unseen: 0 },
    parse: (puzzle) => parseGrid(text, lettersToNumbers(puzzle)),
    parseAnswer: (answer, question) => parseGrid(text, lettersToNumbers(answer, question)),
    format,
    check: (inputs, answer) => checkNumberlink(board, inputs, answer),
    solve: (inputs, limits) => solveNumberlink(board, inputs, limits),
    facets: numberlinkFacets,
    generator: numberlinkGenerator(board),
    drawSymmetry: (random) => drawNumberlinkSymmetry(side, random),
    symmetrySubgroups: [
      ...dihedralSubgroups(squares),
      relabellingSubgroup({
        id: 'numbers',
        name: message('kinds.symmetry.numbers'),
        cells: side * side,
        vocabulary: numberlinkSymbols.length,
        from: FIRST_NUMBER,
        count: MAX_PAIRS,
      }),
    ],
    classKey,
    classHash: classKey,
  });
}

export const numberlinkFamily = createSizedFamily({
  id: 'numberlink',
  name: message('kinds.numberlink.family'),
  sizes: { min: 4, max: 7, default: 6 },
  create: numberlink,
});
