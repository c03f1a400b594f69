import { describe, expect, test } from 'vitest';
import { drawClasses, everyClass, gridsByClass } from '../../../../datasets/kinds/sudoku/classes';
import { Random } from '../../../../datasets/random';
import { sizes, sudoku4 } from './examples';

test('the 288 full 4×4 grids are 2 up to symmetry', () => {
  expect(gridsByClass(sudoku4)).toHaveLength(2);
});

test.each([
  [3, 0],
  [4, 13],
  [5, 96],
  [6, 376],
  [7, 711],
  [8, 1040],
  [9, 980],
  [10, 788],
  [16, 2],
])('4×4 puzzles with %i givens and one solution fall into %i classes', (givens, count) => {
  const classes = everyClass(sudoku4, givens);
  expect(new Set(classes.map(({ inputs }) => sudoku4.classKey(inputs))).size).toBe(count);
  expect(classes).toHaveLength(count);
});

describe.each(sizes)('classes drawn for $kind.name', ({ kind, givens }) => {
  const draw = (seed: number) => drawClasses(kind, { givens, count: 12, random: Random.seeded(seed) });

  test('are as many as asked for, all different, each with its one solution', () => {
    const classes = draw(1);
    expect(new Set(classes.map(({ inputs }) => kind.classKey(inputs))).size).toBe(12);
    for (const { inputs, labels } of classes) expect(kind.solve(inputs, { solutions: 2 }).solutions).toEqual([labels]);
  });

  test('are the same for the same seed', () => {
    expect(draw(5)).toEqual(draw(5));
  });
});

test('asking for more classes than there are ends with an error', () => {
  expect(() => drawClasses(sudoku4, { givens: 4, count: 14, random: Random.seeded(1) })).toThrow(
    'found only 13 of 14 classes of Sudoku 4×4 with 4 givens',
  );
});

test.each([-1, 17, 2.5])('%d givens are refused', (givens) => {
  expect(() => everyClass(sudoku4, givens)).toThrow(`a 4×4 sudoku has 0 to 16 givens, came ${givens}`);
});
