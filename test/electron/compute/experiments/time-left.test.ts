/** The time until an experiment ends, from the trials that have ended. */
import { expect, test } from 'vitest';
import { estimateSecondsLeft } from '../../../../electron/compute/experiments/time-left';
import { gradientRecord } from '../../../gallery/samples/experiments';

const record = (trials: number, seconds: readonly number[]) => {
  const before = gradientRecord(trials);
  return { ...before, results: before.results.map((result, at) => ({ ...result, seconds: seconds[at]! })) };
};
const [first, second] = record(0, []).experiment.conditions;

test('nothing is known at the beginning; then the first trial is extrapolated to all six', () => {
  expect(estimateSecondsLeft(record(0, []), { condition: first!, seed: 1, share: 0.01 }, 1)).toBeNull();
  expect(estimateSecondsLeft(record(0, []), { condition: first!, seed: 1, share: 0.5 }, 20)).toBeCloseTo(20 + 5 * 40);
});

test('each trial that is left takes as long as those of its condition', () => {
  const two = record(2, [10, 30]);
  expect(estimateSecondsLeft(two, { condition: first!, seed: 2, share: 0.5 }, 5)).toBeCloseTo(5 + 30 + 10 + 30);
  const five = record(5, [10, 30, 10, 30, 10]);
  expect(estimateSecondsLeft(five, { condition: second!, seed: 3, share: 0 }, 12)).toBeCloseTo(30 - 12);
  expect(estimateSecondsLeft(five, { condition: second!, seed: 3, share: 0 }, 40)).toBe(0);
});
