/** Sudokus of every size for tests, generated from a seed that fast-check can report and shrink. */
import fc from 'fast-check';
import { generateSudoku } from '../../../../datasets/kinds/sudoku/generate';
import { sudoku, type SudokuKind } from '../../../../datasets/kinds/sudoku/sudoku';
import type { Puzzle, Symmetry } from '../../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../../datasets/random';

export const sudoku4 = sudoku(2, 2);
export const sudoku6 = sudoku(2, 3);
export const sudoku9 = sudoku(3, 3);

/** Each size with a number of givens that its generator reaches quickly. */
export const sizes = [
  { kind: sudoku4, clues: 6 },
  { kind: sudoku6, clues: 13 },
  { kind: sudoku9, clues: 32 },
] as const;

export const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

export function puzzleOf(kind: SudokuKind, clues: number): fc.Arbitrary<Puzzle> {
  return seed.map((number) => generateSudoku(kind.shape, { clues, random: Random.seeded(number) }));
}

export function symmetryOf(kind: SudokuKind): fc.Arbitrary<Symmetry> {
  return seed.map((number) => kind.drawSymmetry(Random.seeded(number)));
}
