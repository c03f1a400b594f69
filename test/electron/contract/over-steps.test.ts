import { expect, test } from 'vitest';
import { findBestStep, isWorseWithMore } from '../../../electron/contract/over-steps';

const curve = (count: number, ...exact: number[]) => ({ count, overSteps: { exact } });

test('the best step is the first of the highest accuracy', () => {
  expect(findBestStep([0.1, 0.5, 0.4, 0.5])).toBe(2);
  expect(findBestStep([])).toBe(0);
});

test.each([
  ['a fall by more than chance', curve(500, 0.2, 0.9, 0.7), true],
  ['a fall within the interval of few puzzles', curve(10, 0.2, 0.9, 0.7), false],
  ['a rise', curve(500, 0.2, 0.7, 0.9), false],
  ['no puzzles', curve(0), false],
])('%s: worse with more steps is %s', (_, evaluation, expected) => {
  expect(isWorseWithMore(evaluation)).toBe(expected);
});
