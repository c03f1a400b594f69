import { describe, expect, test } from 'vitest';
import { samplePuzzleClasses, listClasses } from '../../datasets/kinds/sudoku/classes';
import type { SudokuKind } from '../../datasets/kinds/sudoku/sudoku';
import type { Puzzle } from '../../datasets/kinds/puzzle-kind';
import { Random } from '../../datasets/random';
import { countHeldOut, splitByClass } from '../../datasets/split';
import { sizes, sudoku4 } from './kinds/sudoku/examples';

const split = (
  kind: SudokuKind,
  classes: readonly Puzzle[],
  options: { testPuzzles?: number; seed?: number; testShare?: number } = {},
) =>
  splitByClass(classes, {
    kind,
    testShare: options.testShare ?? 0.25,
    testPuzzles: options.testPuzzles ?? 40,
    random: Random.seeded(options.seed ?? 1),
  });

describe.each(sizes)('splitByClass of $kind.name', ({ kind, clues }) => {
  const classes = samplePuzzleClasses(kind, { clues, count: 12, random: Random.seeded(3) });
  const { train, test: testSet, trainClasses, testClasses } = split(kind, classes);
  const keysOf = (puzzles: readonly Puzzle[]) => new Set(puzzles.map(({ inputs }) => kind.classKey(inputs)));

  test('assigns a quarter of the classes to the test set, and trains on one puzzle of each other', () => {
    expect([trainClasses, testClasses]).toEqual([9, 3]);
    expect(train).toHaveLength(9);
    expect(keysOf(train).size).toBe(9);
    expect(keysOf(testSet).size).toBe(3);
  });

  test('has no test puzzle that is a symmetric copy of a training puzzle', () => {
    for (const key of keysOf(testSet)) expect(keysOf(train)).not.toContain(key);
  });

  test('draws distinct test puzzles, each with its one solution', () => {
    expect(new Set(testSet.map(({ inputs }) => kind.format(inputs))).size).toBe(40);
    for (const { inputs, labels } of [...train, ...testSet])
      expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toEqual([labels]);
  });

  test('alternates between the test classes', () => {
    const keys = testSet.map(({ inputs }) => kind.classKey(inputs));
    keys.forEach((key, row) => expect(key).toBe(keys[row % 3]));
  });
});

describe('splitByClass', () => {
  const classes = listClasses(sudoku4, 4);

  test('depends on the seed, but not on the order or the representatives of the classes', () => {
    expect(split(sudoku4, [...classes].reverse())).toEqual(split(sudoku4, classes));
    expect(split(sudoku4, split(sudoku4, classes, { testShare: 0 }).train)).toEqual(split(sudoku4, classes));
    expect(split(sudoku4, classes, { seed: 2 })).not.toEqual(split(sudoku4, classes));
  });

  test('returns fewer test puzzles when the test classes have no more members', () => {
    const [grids] = listClasses(sudoku4, 16).map(
      (grid) => split(sudoku4, [grid], { testShare: 1, testPuzzles: 500 }).test,
    );
    expect([96, 192]).toContain(grids!.length);
  });
});

test.each([
  [10, 0.1, 1],
  [4, 0.1, 1],
  [3, 0.9, 2],
  [1, 0.9, 0],
  [4, 0, 0],
  [4, 1, 4],
])('of %i classes, a share of %f holds out %i', (count, share, expected) =>
  expect(countHeldOut(count, share)).toBe(expected),
);
