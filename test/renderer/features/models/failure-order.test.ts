/** The orders of failures: the highest value first, or the order of the split. */
import { expect, test } from 'vitest';
import { sortFailures, type FailureOrder } from '../../../../renderer/features/models/failure-order';

const failures = [
  { row: 9, wrongCells: 5, brokenRules: 1, haltProbability: 0.9, confidence: 0.4 },
  { row: 4, wrongCells: 3, brokenRules: 2, haltProbability: 0.2, confidence: 0.7 },
  { row: 6, wrongCells: 3, brokenRules: 4, haltProbability: 0.5, confidence: 0.6 },
];

test.each<[FailureOrder, number[]]>([
  ['wrongCells', [9, 4, 6]],
  ['brokenRules', [6, 4, 9]],
  ['haltProbability', [9, 6, 4]],
  ['row', [4, 6, 9]],
])('by %s', (order, rows) => {
  expect(sortFailures(failures, order).map(({ row }) => row)).toEqual(rows);
});

test('kinds without rules keep their order by broken rules', () => {
  const without = failures.map((failure) => ({ ...failure, brokenRules: null }));
  expect(sortFailures(without, 'brokenRules')).toEqual(without);
});
