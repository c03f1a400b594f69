/** The test puzzles of a run's evaluations, and what is recorded about them. */
import { expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { SAMPLE_SEED } from '../../../../datasets/sample';
import { chooseTestSample, findTestGroups } from '../../../../electron/compute/runs/test-sample';

const dataset = loadBuiltInDataset('sudoku-4x4');
const size = dataset.test.length;

test('a random sample records its seed, and each prefix of it is a smaller one', () => {
  const { rows, describe } = chooseTestSample(dataset, 50);
  expect(new Set(rows).size).toBe(50);
  expect(rows).not.toEqual(rows.map((_, index) => index));
  expect([describe(50), describe(10)]).toEqual(
    [50, 10].map(() => ({ of: size, seed: SAMPLE_SEED, isStratified: false })),
  );
});

test('all puzzles are no sample; an evaluation that was cut short is of the first ones', () => {
  const { rows, describe } = chooseTestSample(dataset, size);
  expect(rows).toEqual(dataset.test.map((_, row) => row));
  expect(describe(size)).toBeNull();
  expect(describe(size - 1)).toEqual({ of: size, seed: null, isStratified: false });
});

test('puzzles without a known answer are not among them', () => {
  const unknown = dataset.test.map((puzzle, row) =>
    row < 5 ? { ...puzzle, labels: puzzle.labels.map(() => 0) } : puzzle,
  );
  const { rows, describe } = chooseTestSample({ ...dataset, test: unknown }, size);
  expect(rows[0]).toBe(5);
  expect(describe(size - 5)).toBeNull();
});

test('the groups are symmetry classes', () => {
  const { kind, of } = findTestGroups(dataset);
  expect(kind).toBe('classes');
  expect(of(3)).toBe(dataset.kind.classHash(dataset.test[3]!.inputs));
});
