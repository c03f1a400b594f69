import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ComputeEvent, Output, RunEvent } from '../../../../../electron/contract/contract';
import type { Dashboard } from '../../../../../renderer/features/train/run/run-monitor.svelte';
import {
  applyEvent,
  createDashboard,
  emptyDashboard,
  progress,
  RunMonitor,
  wrongCells,
} from '../../../../../renderer/features/train/run/run-monitor.svelte';
import { cannedLab, settled } from '../../../canned-lab';
import { evaluation, metrics, run, sample, solution, wrong } from '../../../examples';

let frames: FrameRequestCallback[] = [];
const drawFrame = (): void => frames.splice(0).forEach((frame) => frame(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => void (frames = []));
});
afterEach(() => void vi.unstubAllGlobals());

/** A compute process that answers readMetrics when the test does, and has no run config. */
function openLab() {
  const waiting: ((history: Output<'readMetrics'>) => void)[] = [];
  const lab = cannedLab({
    readMetrics: () => new Promise((resolve) => waiting.push(resolve)),
    getRunConfig: () => Promise.reject(new Error('none')),
  });
  const answerWith = async (metricsHistory: Output<'readMetrics'>): Promise<void> => {
    await vi.waitFor(() => expect(waiting).not.toEqual([]));
    waiting.shift()?.(metricsHistory);
  };
  return { ...lab, answerWith, answer: (to: number) => answerWith(history(to)) };
}

const history = (to: number): Output<'readMetrics'> => ({
  run: run({ step: to }),
  steps: Array.from({ length: to }, (_, index) => metrics(index + 1)),
  means: [],
  evaluations: [],
  samples: [],
  damage: { lines: 0, missingSteps: 0, areOthers: false },
});

const step = (number: number): ComputeEvent => ({
  type: 'run/step',
  runId: 'run-1',
  points: [metrics(number)],
  samplesPerSecond: 400,
  memoryBytes: 4e8,
  secondsLeft: null,
});

const stepsOf = ({ dashboard }: RunMonitor) => dashboard.steps.map(({ step: number }) => number);

describe('RunMonitor', () => {
  test('joins the history and the events received while it was read', async () => {
    const { compute, emit, answer } = openLab();
    const monitor = new RunMonitor(compute, run());
    await settled();
    emit(step(3));
    emit(step(4));
    await settled();
    drawFrame();
    expect(stepsOf(monitor)).toEqual([]);
    await answer(3);
    await vi.waitFor(() => expect(monitor.loading).toBe(false));
    expect(stepsOf(monitor)).toEqual([1, 2, 3, 4]);
  });

  test('updates once a frame for any number of events', async () => {
    const { compute, emit, answer } = openLab();
    const monitor = new RunMonitor(compute, run());
    await answer(0);
    await vi.waitFor(() => expect(monitor.loading).toBe(false));
    for (let number = 1; number <= 5; number++) emit(step(number));
    await settled();
    expect([frames.length, stepsOf(monitor).length]).toEqual([1, 0]);
    drawFrame();
    expect(stepsOf(monitor)).toEqual([1, 2, 3, 4, 5]);
  });

  test('is not current after a restart of compute until the run is read again', async () => {
    const { compute, answer } = openLab();
    const monitor = new RunMonitor(compute, run({ state: 'running' }));
    await answer(3);
    await vi.waitFor(() => expect(monitor.loading).toBe(false));
    expect(monitor.isCurrent).toBe(true);
    compute.connections++;
    expect(monitor.isCurrent).toBe(false);
    const reloaded = monitor.reload();
    await settled();
    expect(monitor.isCurrent).toBe(false);
    await answer(3);
    await reloaded;
    expect(monitor.isCurrent).toBe(true);
  });

  test('updates in a hidden window, which gets no frames', async () => {
    const { compute, emit, answer } = openLab();
    const monitor = new RunMonitor(compute, run());
    await answer(0);
    await vi.waitFor(() => expect(monitor.loading).toBe(false));
    for (let number = 1; number <= 450; number++) emit(step(number));
    await settled();
    expect(stepsOf(monitor).length).toBeGreaterThan(400);
  });
});

describe('refine', () => {
  /** Every tenth of 1,000 steps, and the means of all. */
  const coarse = (): Output<'readMetrics'> => ({
    ...history(0),
    run: run({ step: 1000, state: 'finished' }),
    steps: Array.from({ length: 100 }, (_, index) => metrics(10 * (index + 1))),
    means: Array.from({ length: 100 }, (_, index) => ({ ...metrics(10 * (index + 1)), count: 10 })),
  });
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function openMonitor() {
    const lab = openLab();
    const monitor = new RunMonitor(lab.compute, run());
    await lab.answerWith(coarse());
    await vi.waitFor(() => expect(monitor.loading).toBe(false));
    return { ...lab, monitor };
  }

  test('reads the final range with a margin, and replaces the coarse metrics', async () => {
    const { monitor, inputs, answerWith } = await openMonitor();
    monitor.refine({ from: 300, to: 700 });
    monitor.refine({ from: 400, to: 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(inputs('readMetrics').slice(1)).toEqual([{ runId: 'run-1', points: 4000, from: 350, to: 550 }]);
    await answerWith({
      ...coarse(),
      steps: Array.from({ length: 203 }, (_, index) => metrics(349 + index)),
      means: [],
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(monitor.detailed.steps.filter(({ step: number }) => number >= 400 && number <= 500)).toHaveLength(101);
    expect(monitor.detailed.steps.length).toBeGreaterThan(203);
    monitor.refine(null);
    expect(monitor.detailed).toBe(monitor.dashboard);
  });

  test('does not read a range of which every step is known', async () => {
    const { monitor, inputs } = await openMonitor();
    monitor.refine({ from: 401, to: 409.5 });
    monitor.refine({ from: 400, to: 400 });
    await vi.advanceTimersByTimeAsync(500);
    expect(inputs('readMetrics')).toHaveLength(1);
  });
});

const steps = (from: number, to: number): RunEvent => ({
  type: 'run/step',
  runId: 'run-1',
  points: Array.from({ length: to - from + 1 }, (_, index) => metrics(from + index)),
  samplesPerSecond: 400,
  memoryBytes: 4e8,
  secondsLeft: 30,
});
const evaluated = (step: number): RunEvent => ({
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
const dashboardSteps = ({ steps: seen }: Dashboard) => seen.map(({ step }) => step);

describe('applyEvent', () => {
  test('appends steps and updates the progress of the run', () => {
    const dashboard = after([steps(1, 3), steps(4, 5)]);
    expect(dashboardSteps(dashboard)).toEqual([1, 2, 3, 4, 5]);
    expect(dashboard.run).toMatchObject({ step: 5, seconds: 0.5 });
    expect(dashboard).toMatchObject({ samplesPerSecond: 400, secondsLeft: 30 });
  });

  test('uses the latest evaluation as the accuracy', () => {
    const dashboard = after([evaluated(10), evaluated(20)]);
    expect(dashboard.evaluations.map(({ step }) => step)).toEqual([10, 20]);
    expect(dashboard.run.accuracy?.exactAccuracy).toBe(0.2);
  });

  test('ignores events of other runs', () => {
    const before = after([steps(1, 2)]);
    expect(applyEvent(before, { ...steps(3, 4), runId: 'run-2' })).toBe(before);
  });

  test('clears speed and time left when the run pauses', () => {
    const paused = run({ state: 'paused', step: 3 });
    const dashboard = after([steps(1, 3), { type: 'run/paused', runId: 'run-1', run: paused }]);
    expect(dashboard).toMatchObject({ run: paused, samplesPerSecond: null, secondsLeft: null });
  });

  test('drops steps and evaluations after the checkpoint of a resume', () => {
    const resumed = run({ step: 2 });
    const dashboard = after([
      steps(1, 5),
      evaluated(2),
      evaluated(5),
      { type: 'run/resumed', runId: 'run-1', run: resumed },
      steps(3, 4),
    ]);
    expect(dashboardSteps(dashboard)).toEqual([1, 2, 3, 4]);
    expect(dashboard.evaluations.map(({ step }) => step)).toEqual([2]);
  });
});

test('history and live events join without gaps or duplicates for any overlap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (known, overlap) => {
      const history = {
        run: run({ step: known }),
        steps: Array.from({ length: known }, (_, index) => metrics(index + 1)),
        means: [],
        evaluations: [],
        samples: [],
        damage: { lines: 0, missingSteps: 0, areOthers: false },
      };
      const from = Math.max(1, known + 1 - overlap);
      const dashboard = after([steps(from, from + 4), steps(from + 5, from + 30)], createDashboard(history));
      expect(dashboardSteps(dashboard)).toEqual(
        Array.from({ length: Math.max(known, from + 30) }, (_, index) => index + 1),
      );
    }),
  );
});

test('a very long run is thinned and keeps its last step', () => {
  const dashboard = after([steps(1, 12_000), steps(12_001, 12_002)]);
  expect(dashboard.steps.length).toBeLessThan(6_010);
  expect(dashboard.steps.at(-1)?.step).toBe(12_002);
});

describe('a tracked puzzle', () => {
  test('is correct since its first correct step', () => {
    const dashboard = after([answered(10, wrong), answered(20, solution), answered(30, solution)]);
    expect(dashboard.samples).toMatchObject([{ correctSince: 20 }]);
  });

  test('is correct since the last wrong answer', () => {
    const dashboard = after([answered(10, solution), answered(20, wrong), answered(30, solution)]);
    expect(dashboard.samples).toMatchObject([{ correctSince: 30 }]);
  });

  test('that was correct in the history is correct since that step', () => {
    const samples = [{ step: 10, samples: [sample('a', solution)] }];
    const start = createDashboard({ ...history(0), run: run({ step: 10 }), samples });
    expect(after([answered(20, solution)], start).samples).toMatchObject([{ correctSince: 10 }]);
  });

  test('wrongCells lists its wrong cells', () => {
    expect(wrongCells(sample('a', wrong))).toEqual([1, 2]);
  });
});

test('progress is that of the limit that is reached first', () => {
  expect(progress(run({ seconds: 90, step: 100 }))).toBe(0.5);
  expect(progress(run({ seconds: 90, step: 900 }))).toBe(0.9);
  expect(progress(run({ seconds: 500 }))).toBe(1);
});
