/** Pace and remaining time, computed from the last seconds and minutes of a run. */
import { describe, expect, test } from 'vitest';
import { ProgressRate, RunPace } from '../../../../electron/compute/runs/progress-rate';

const limits = { maxSteps: 10_000, maxSeconds: 1e9, stepFlop: 1 };

/** Adds steps that take `seconds` each to a pace; returns the progress after them. */
function train(
  pace: { add: RunPace['add'] },
  { steps, seconds, from = { step: 0, seconds: 0 } }: { steps: number; seconds: number; from?: Progress },
): Progress {
  let at = from;
  for (let i = 0; i < steps; i++) pace.add((at = { step: at.step + 1, seconds: at.seconds + seconds }));
  return at;
}

interface Progress {
  readonly step: number;
  readonly seconds: number;
}

describe('secondsLeft', () => {
  test('is unknown until two steps are done', () => {
    const pace = new RunPace();
    expect(pace.secondsLeft({ step: 0, seconds: 0, ...limits })).toBeNull();
    const first = train(pace, { steps: 1, seconds: 3 });
    expect(pace.secondsLeft({ ...first, ...limits })).toBeNull();
    const second = train(pace, { steps: 1, seconds: 2, from: first });
    expect(pace.secondsLeft({ ...second, ...limits })).toBeCloseTo(2 * 9998, 6);
  });

  test('is known for steps that take longer than a minute', () => {
    const pace = new RunPace();
    const at = train(pace, { steps: 30, seconds: 70 });
    expect(pace.secondsLeft({ ...at, ...limits, maxSteps: 40 })).toBeCloseTo(700, 6);
  });

  test('uses the last minutes if other programs slow the run down', () => {
    const pace = new RunPace();
    const quiet = train(pace, { steps: 5000, seconds: 0.1 });
    expect(pace.secondsLeft({ ...quiet, ...limits })).toBeCloseTo(500, 0);
    const busy = train(pace, { steps: 500, seconds: 0.4, from: quiet });
    // The average of the whole run would give 573 s.
    expect(pace.secondsLeft({ ...busy, ...limits })).toBeCloseTo(0.4 * 4500, -1);
  });

  test('includes evaluations by their share of the last minutes', () => {
    const pace = new RunPace();
    let at = { step: 0, seconds: 0 };
    for (let round = 0; round < 20; round++) {
      at = train(pace, { steps: 20, seconds: 0.5, from: at });
      at = { ...at, seconds: at.seconds + 5 };
    }
    const left = pace.secondsLeft({ ...at, ...limits, maxSteps: 1400 })!;
    expect(Math.abs(left - 1000 * 0.75) / 750).toBeLessThan(0.05);
  });

  test('starts at the training time of a resumed run', () => {
    const pace = new RunPace();
    const at = train(pace, { steps: 10, seconds: 1, from: { step: 9000, seconds: 90_000 } });
    expect(pace.secondsLeft({ ...at, ...limits })).toBeCloseTo(990, 6);
  });

  test('counts the operations of each stage, also while the last minutes contain the stage before', () => {
    const stages = [{ steps: 1000, hCycles: 1, lCycles: 1, stepFlop: 1 }];
    const run = { ...limits, maxSteps: 2000, stepFlop: 4, stages };
    const pace = new RunPace();
    const first = train(pace, { steps: 900, seconds: 0.1 });
    expect(pace.secondsLeft({ ...run, ...first })).toBeCloseTo(0.1 * 100 + 0.4 * 1000, 6);
    const second = train(pace, {
      steps: 100,
      seconds: 0.4,
      from: train(pace, { steps: 100, seconds: 0.1, from: first }),
    });
    expect(pace.secondsLeft({ ...run, ...second })).toBeCloseTo(0.4 * 900, 6);
  });

  test.each([
    ['maxSteps', { maxSteps: 50, maxSeconds: 100, stepFlop: 1 }, 2],
    ['maxSeconds', { maxSteps: 50, maxSeconds: 4, stepFlop: 1 }, 1],
    ['maxSteps, already exceeded,', { maxSteps: 20, maxSeconds: 100, stepFlop: 1 }, 0],
  ])('is the time until %s is reached', (_, ends, left) => {
    const pace = new RunPace();
    const at = train(pace, { steps: 30, seconds: 0.1 });
    expect(pace.secondsLeft({ ...at, ...ends })).toBeCloseTo(left, 6);
  });
});

describe('samplesPerSecond', () => {
  test('is measured over the last seconds, not by the batch size', () => {
    const pace = new RunPace();
    pace.add({ step: 1, seconds: 1, samples: 64 });
    pace.add({ step: 2, seconds: 2, samples: 64 });
    pace.add({ step: 3, seconds: 3, samples: 84 });
    expect(pace.samplesPerSecond).toBe(10);
  });

  test('is unknown where they are not counted', () => {
    const pace = new RunPace();
    train(pace, { steps: 30, seconds: 70 });
    expect(pace.samplesPerSecond).toBeNull();
  });
});

test('ProgressRate stores few marks for many steps', () => {
  const rate = new ProgressRate(180);
  train(rate, { steps: 400_000, seconds: 0.001 });
  expect(rate['marks'].length).toBeLessThanOrEqual(63);
  expect(rate.stepsPerSecond).toBeCloseTo(1000, 3);
});
