/** What is expected of a run is what the training loop does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProgressEstimate } from '../../../../electron/compute/runs/forecast';
import { estimateProgress } from '../../../../electron/compute/runs/forecast';

interface Run {
  readonly stepSeconds: number;
  readonly lookSeconds: number;
  readonly maxSteps: number;
  readonly maxSeconds: number;
  readonly evaluateEvery: number;
}

/** Step by step, as `train` goes about it. */
function played({ stepSeconds, lookSeconds, maxSteps, maxSeconds, evaluateEvery }: Run): ProgressEstimate {
  let [steps, looks, seconds] = [0, 0, 0];
  const isOver = () => steps >= maxSteps || seconds >= maxSeconds;
  while (!isOver()) {
    steps++;
    seconds += stepSeconds;
    if (steps % evaluateEvery > 0 || isOver()) continue;
    looks++;
    seconds += lookSeconds;
  }
  return { steps, looks, seconds: Math.min(seconds, maxSeconds) };
}

const whole = (max: number) => fc.integer({ min: 1, max });

test('steps, looks and seconds are those of the loop played through', () => {
  const runs = fc.record({
    stepSeconds: whole(9),
    lookSeconds: whole(40),
    maxSteps: whole(500),
    maxSeconds: whole(2000),
    evaluateEvery: whole(60),
  });
  fc.assert(
    fc.property(runs, (run) => {
      expect(estimateProgress(run, run)).toEqual(played(run));
    }),
    { numRuns: 500 },
  );
});

test('a run of two thousand steps with a look every fifty', () => {
  const pace = { stepSeconds: 0.25, lookSeconds: 2 };
  const limits = { maxSteps: 2000, evaluateEvery: 50 };
  expect(estimateProgress(pace, { ...limits, maxSeconds: 3600 })).toEqual({ steps: 2000, looks: 39, seconds: 578 });
  // Twelve and a half seconds of steps and two of a look, six times; then 13 seconds for 50 steps and a look that goes beyond.
  expect(estimateProgress(pace, { ...limits, maxSeconds: 100 })).toEqual({ steps: 350, looks: 7, seconds: 100 });
});
