import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../../electron/contract/contract';
import {
  applyEvent,
  emptyDashboard,
  createDashboard,
  progress,
  wrongCells,
  type Dashboard,
} from '../../../../../renderer/features/train/run/dashboard';
import { evaluation, metrics, run, sample, solution, wrong } from '../../../examples';

const steps = (from: number, to: number): RunEvent => ({
  type: 'run/step',
  runId: 'run-1',
  points: Array.from({ length: to - from + 1 }, (_, index) => metrics(from + index)),
  samplesPerSecond: 400,
  memoryBytes: 4e8,
  secondsLeft: 30,
});
const measured = (step: number): RunEvent => ({
  type: 'run/evaluated',
  runId: 'run-1',
  evaluation: evaluation(step, step / 100),
});
const answered = (step: number, answer: string): RunEvent => ({
  type: 'run/sample',
  runId: 'run-1',
  step,
  samples: [sample('a', answer)],
});

const after = (events: readonly RunEvent[], start: Dashboard = emptyDashboard(run())): Dashboard =>
  events.reduce(applyEvent, start);
const stepsOf = ({ steps: seen }: Dashboard) => seen.map(({ step }) => step);

describe('a run told by events', () => {
  test('collects its steps and knows where it is', () => {
    const dashboard = after([steps(1, 3), steps(4, 5)]);
    expect(stepsOf(dashboard)).toEqual([1, 2, 3, 4, 5]);
    expect(dashboard.run).toMatchObject({ step: 5, seconds: 0.5 });
    expect(dashboard).toMatchObject({ samplesPerSecond: 400, secondsLeft: 30 });
  });

  test('shows the newest measurement as its accuracy', () => {
    const dashboard = after([measured(10), measured(20)]);
    expect(dashboard.evaluations.map(({ step }) => step)).toEqual([10, 20]);
    expect(dashboard.run.accuracy?.exactAccuracy).toBe(0.2);
  });

  test('ignores events of other runs', () => {
    const before = after([steps(1, 2)]);
    expect(applyEvent(before, { ...steps(3, 4), runId: 'run-2' })).toBe(before);
  });

  test('has no speed and no time left once it stands still', () => {
    const paused = run({ state: 'paused', step: 3 });
    const dashboard = after([steps(1, 3), { type: 'run/paused', runId: 'run-1', run: paused }]);
    expect(dashboard).toMatchObject({ run: paused, samplesPerSecond: null, secondsLeft: null });
  });

  test('takes back what lies beyond the checkpoint it resumes from', () => {
    const resumed = run({ step: 2 });
    const dashboard = after([
      steps(1, 5),
      measured(2),
      measured(5),
      { type: 'run/resumed', runId: 'run-1', run: resumed },
      steps(3, 4),
    ]);
    expect(stepsOf(dashboard)).toEqual([1, 2, 3, 4]);
    expect(dashboard.evaluations.map(({ step }) => step)).toEqual([2]);
  });
});

test('history and live events meet without a gap or a double, wherever they overlap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (known, overlap) => {
      const history = {
        run: run({ step: known }),
        steps: Array.from({ length: known }, (_, index) => metrics(index + 1)),
        means: [],
        evaluations: [],
        samples: [],
      };
      const from = Math.max(1, known + 1 - overlap);
      const dashboard = after([steps(from, from + 4), steps(from + 5, from + 30)], createDashboard(history));
      expect(stepsOf(dashboard)).toEqual(Array.from({ length: Math.max(known, from + 30) }, (_, index) => index + 1));
    }),
  );
});

test('a very long run is thinned, keeping its last step', () => {
  const dashboard = after([steps(1, 12_000), steps(12_001, 12_002)]);
  expect(dashboard.steps.length).toBeLessThan(6_010);
  expect(dashboard.steps.at(-1)?.step).toBe(12_002);
});

describe('a watched puzzle', () => {
  test('is right since the step at which it became so', () => {
    const dashboard = after([answered(10, wrong), answered(20, solution), answered(30, solution)]);
    expect(dashboard.samples).toMatchObject([{ correctSince: 20 }]);
  });

  test('starts anew when it was wrong in between', () => {
    const dashboard = after([answered(10, solution), answered(20, wrong), answered(30, solution)]);
    expect(dashboard.samples).toMatchObject([{ correctSince: 30 }]);
  });

  test('that history already had right is right since the step in history', () => {
    const looks = [{ step: 10, samples: [sample('a', solution)] }];
    const start = createDashboard({ run: run({ step: 10 }), steps: [], means: [], evaluations: [], samples: looks });
    expect(after([answered(20, solution)], start).samples).toMatchObject([{ correctSince: 10 }]);
  });

  test('knows its wrong cells', () => {
    expect(wrongCells(sample('a', wrong))).toEqual([1, 2]);
  });
});

test('progress is that of the limit that ends the run first', () => {
  expect(progress(run({ seconds: 90, step: 100 }))).toBe(0.5);
  expect(progress(run({ seconds: 90, step: 900 }))).toBe(0.9);
  expect(progress(run({ seconds: 500 }))).toBe(1);
});
