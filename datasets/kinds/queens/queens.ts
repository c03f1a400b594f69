/** N-queens completion as a puzzle kind, of any side from 4 to 12. */
import { message } from '../../../renderer/messages/message';
import { canonicalForm, squareSymmetries, dihedralSubgroups } from '../../symmetry';
import { defineKind } from '../define-kind';
import { createSizedFamily } from '../kind-family';
import type { PuzzleKind } from '../puzzle-kind';
import { formatGrid, parseGrid, type GridTextFormat } from '../text';
import { BLANK, checkQueens, queensBoard, queensFacets, queensName, queensSymbols, QUEEN } from './board';
import { queensGenerator, solveQueens } from './solve';

/** @throws RangeError for a side outside 4..12 */
export function queens(side: number): PuzzleKind {
  const board = queensBoard(side);
  const symmetries = squareSymmetries(side, queensSymbols.length);
  const text: GridTextFormat = {
    rows: side,
    columns: side,
    characters: queensSymbols,
    expected: message('kinds.text.expectedQueens'),
    otherwise: '.',
  };
  const format = (tokens: Uint8Array) => formatGrid(text, tokens);
  const classKey = (inputs: Uint8Array) => canonicalForm(symmetries, inputs, format);
  return defineKind({
    id: `queens-${side}`,
    name: queensName(board),
    rows: side,
    columns: side,
    symbols: queensSymbols,
    blank: BLANK,
    clues: { tokens: [QUEEN], unseen: 0 },
    parse: (puzzle) => parseGrid(text, puzzle),
    format,
    check: (inputs, answer) => checkQueens(board, inputs, answer),
    solve: (inputs, limits) => solveQueens(board, inputs, limits),
    facets: queensFacets,
    generator: queensGenerator(board),
    defaultPreset: 'queens',
    drawSymmetry: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
    symmetrySubgroups: dihedralSubgroups(symmetries),
    classKey,
    classHash: classKey,
  });
}

export const queensFamily = createSizedFamily({
  id: 'queens',
  name: message('kinds.queens.family'),
  sizes: { min: 4, max: 12, default: 8 },
  create: queens,
});
