/** Compares Sudoku symmetries with the reference's shuffles of Sudoku-Extreme puzzles. */
import { expect, it } from 'vitest';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { sudokuSymmetry } from '../../../datasets/kinds/sudoku/symmetries';
import { applySymmetry } from '../../../datasets/symmetry';
import { describeOracle, readJson } from '../folder';

interface Move {
  readonly question: string;
  readonly solution: string;
  /** New digit of each digit; blank, 0, stays 0. */
  readonly digit_map: readonly number[];
  readonly transpose: boolean;
  readonly row_order: readonly number[];
  readonly column_order: readonly number[];
  readonly new_question: string;
  readonly new_solution: string;
}

describeOracle(['augmentation', 'sudoku_moves.json'], () => {
  const { shape, parse, format, classKey } = sudoku(3, 3);

  it('transforms puzzles and solutions like the reference and keeps their class', () => {
    const moves: readonly Move[] = readJson('augmentation', 'sudoku_moves.json').cases;
    expect(moves.length).toBeGreaterThan(0);
    for (const move of moves) {
      const symmetry = sudokuSymmetry(shape, {
        transpose: move.transpose,
        rowOrder: move.row_order,
        columnOrder: move.column_order,
        digitTokens: move.digit_map.slice(1).map((digit) => digit + 1),
      });
      const moved = applySymmetry(symmetry, parse(move.question));
      expect(format(moved)).toBe(move.new_question.replaceAll('0', '.'));
      expect(format(applySymmetry(symmetry, parse(move.solution)))).toBe(move.new_solution);
      expect(classKey(moved)).toBe(classKey(parse(move.question)));
    }
  });
});
