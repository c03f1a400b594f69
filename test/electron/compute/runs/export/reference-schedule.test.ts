import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scheduleOf } from '../../../../../electron/compute/runs/export/reference-config';

const asked = fc.record({
  steps: fc.integer({ min: 1, max: 1_000_000 }),
  batchSize: fc.integer({ min: 1, max: 4096 }),
});
const catalog = fc.record({
  groups: fc.integer({ min: 1, max: 2_000_000 }),
  meanExamples: fc.double({ min: 1, max: 20, noNaN: true }),
});

test('the epochs give at least the steps asked for, and looks divide them', () => {
  fc.assert(
    fc.property(asked, catalog, (run, set) => {
      const { epochs, evalInterval, steps } = scheduleOf(run, set);
      expect(epochs % evalInterval).toBe(0);
      expect(steps).toBeGreaterThanOrEqual(run.steps);
      // As the loader does it: a stretch of epochs in a row, whose last batch is dropped.
      expect(steps).toBe(
        (epochs / evalInterval) * Math.floor((evalInterval * set.groups * set.meanExamples) / run.batchSize),
      );
    }),
  );
});

test('they give hardly more, unless a single epoch does', () => {
  fc.assert(
    fc.property(asked, catalog, (run, set) => {
      const { epochs, evalInterval, steps } = scheduleOf(run, set);
      const looks = epochs / evalInterval;
      const stepsOfEpoch = (set.groups * set.meanExamples) / run.batchSize;
      expect(steps).toBeLessThanOrEqual(run.steps + looks * (1 + Math.ceil(stepsOfEpoch)));
    }),
  );
});

test.each([
  [
    'the reference’s own sudokus',
    { steps: 65_000, batchSize: 768 },
    { groups: 1000, meanExamples: 1 },
    { epochs: 49_920, evalInterval: 4992, steps: 65_000 },
  ],
  [
    'a few steps',
    { steps: 4, batchSize: 8 },
    { groups: 282, meanExamples: 1 },
    { epochs: 1, evalInterval: 1, steps: 35 },
  ],
  [
    'a set smaller than a batch',
    { steps: 100, batchSize: 64 },
    { groups: 3, meanExamples: 1 },
    { epochs: 2135, evalInterval: 427, steps: 100 },
  ],
  [
    'an epoch longer than the run',
    { steps: 2000, batchSize: 64 },
    { groups: 1_000_000, meanExamples: 1 },
    { epochs: 1, evalInterval: 1, steps: 15_625 },
  ],
])('%s', (_, run, set, schedule) => {
  expect(scheduleOf(run, set)).toEqual(schedule);
});
