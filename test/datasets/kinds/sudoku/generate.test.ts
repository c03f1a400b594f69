import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateSudoku } from '../../../../datasets/kinds/sudoku/generate';
import { Random } from '../../../../datasets/random';
import { puzzleOf, sizes, sudoku4 } from './examples';

describe.each(sizes)('generated puzzles of $kind.name', ({ kind, givens }) => {
  test('have the givens asked for and exactly the solution they come with', () => {
    fc.assert(
      fc.property(puzzleOf(kind, givens), ({ inputs, labels }) => {
        expect(inputs.filter((token) => token !== kind.blank)).toHaveLength(givens);
        expect(kind.solve(inputs, { solutions: 2 }).solutions).toEqual([labels]);
        expect(kind.check(inputs, labels).legal).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('are the same for the same seed and differ between seeds', () => {
    const draw = (seed: number) =>
      kind.format(generateSudoku(kind.shape, { givens, random: Random.seeded(seed) }).inputs);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });
});

test('a number of givens no puzzle has ends with an error instead of a search without end', () => {
  const draw = { givens: 3, random: Random.seeded(1) };
  expect(() => generateSudoku(sudoku4.shape, draw)).toThrow(
    'no 4×4 sudoku with 3 givens and one solution came up in 1000 grids',
  );
});

test.each([-1, 17, Number.NaN])('%d givens are refused', (givens) => {
  expect(() => generateSudoku(sudoku4.shape, { givens, random: Random.seeded(1) })).toThrow(
    `a 4×4 sudoku has 0 to 16 givens, came ${givens}`,
  );
});
