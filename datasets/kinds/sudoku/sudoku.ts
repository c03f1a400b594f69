/** Sudoku as a puzzle kind: 4×4 (boxes 2×2), 6×6 (boxes of 2 rows and 3 columns), 9×9 (boxes 3×3). */
import { defineKind } from '../define-kind';
import { singleKind } from '../kind-family';
import type { PuzzleKind } from '../puzzle-kind';
import { sudokuClassHash } from './class-hash';
import { sudokuClassKeys } from './class-key';
import { sudokuGenerator } from './difficulty';
import { sudokuFacets } from './facets';
import { checkSudoku } from './rules';
import { BLANK, sudokuShape, type SudokuShape } from './shape';
import { solveSudoku } from './solve';
import { drawSudokuSymmetry } from './symmetries';
import { sudokuSymmetryParts } from './symmetry-parts';
import { explainSudoku } from './techniques/explain';
import { formatSudoku, parseSudoku, sudokuSymbols } from './text';

export interface SudokuKind extends PuzzleKind {
  readonly shape: SudokuShape;
}

/** @throws RangeError for boxes that make no grid of side 4 to 9 */
export function sudoku(boxRows: number, boxColumns: number): SudokuKind {
  const shape = sudokuShape(boxRows, boxColumns);
  const { side } = shape;
  const kind = defineKind({
    id: `sudoku-${side}x${side}`,
    name: `Sudoku ${side}×${side}`,
    rows: side,
    columns: side,
    symbols: sudokuSymbols(shape),
    blank: BLANK,
    box: { rows: boxRows, columns: boxColumns },
    parse: (text) => parseSudoku(shape, text),
    format: (tokens) => formatSudoku(shape, tokens),
    check: (inputs, answer) => checkSudoku(shape, inputs, answer),
    solve: (inputs, limits) => solveSudoku(shape, inputs, limits),
    facets: sudokuFacets(shape),
    generator: sudokuGenerator(shape),
    explain: (inputs) => explainSudoku(shape, inputs),
    drawSymmetry: (random) => drawSudokuSymmetry(shape, random),
    symmetryParts: sudokuSymmetryParts(shape),
    classKey: sudokuClassKeys(shape),
    classHash: (inputs) => sudokuClassHash(shape, inputs),
  });
  return { ...kind, shape };
}

const family = (boxRows: number, boxColumns: number) => {
  const side = boxRows * boxColumns;
  return singleKind({
    id: `sudoku-${side}x${side}`,
    name: `Sudoku ${side}×${side}`,
    generates: 'puzzles',
    create: () => sudoku(boxRows, boxColumns),
  });
};

export const sudokuFamilies = [family(2, 2), family(2, 3), family(3, 3)];
