import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyClass } from '../../../../datasets/kinds/sudoku/classes';
import { applySymmetry } from '../../../../datasets/symmetry';
import { puzzleOf, sizes, sudoku4, sudoku6, symmetryOf } from './examples';

describe('the class hash', () => {
  test.each(sizes)('is the same for every symmetric copy of a $kind.name', ({ kind, givens }) => {
    fc.assert(
      fc.property(puzzleOf(kind, givens), symmetryOf(kind), ({ inputs }, symmetry) => {
        expect(kind.classHash(applySymmetry(symmetry, inputs))).toBe(kind.classHash(inputs));
      }),
      { numRuns: 50 },
    );
  });

  test.each([4, 5, 6, 7])('tells all classes of 4×4 puzzles with %i givens apart', (givens) => {
    const classes = everyClass(sudoku4, givens);
    expect(new Set(classes.map(({ inputs }) => sudoku4.classHash(inputs))).size).toBe(classes.length);
  });

  test('tells apart what the canonical form tells apart', () => {
    fc.assert(
      fc.property(puzzleOf(sudoku6, 12), puzzleOf(sudoku6, 12), ({ inputs: one }, { inputs: other }) => {
        expect(sudoku6.classHash(one) === sudoku6.classHash(other)).toBe(
          sudoku6.classKey(one) === sudoku6.classKey(other),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('refuses a grid of another size', () => {
    expect(() => sudoku4.classHash(new Uint8Array(81))).toThrow('a 4×4 sudoku has 16 cells, came 81');
  });
});
