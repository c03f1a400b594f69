import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LabEvent, Output } from '../../../../../electron/contract/contract';
import { RunWatch } from '../../../../../renderer/features/train/run/run-watch.svelte';
import { cannedLab, settled } from '../../../canned-lab';
import { metrics, run } from '../../../examples';

let frames: FrameRequestCallback[] = [];
const drawFrame = (): void => frames.splice(0).forEach((frame) => frame(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => void (frames = []));
});
afterEach(() => void vi.unstubAllGlobals());

/** A lab that answers readMetrics when the test does, and has no run config. */
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
});

const step = (number: number): LabEvent => ({
  type: 'run/step',
  runId: 'run-1',
  points: [metrics(number)],
  samplesPerSecond: 400,
  memoryBytes: 4e8,
  secondsLeft: null,
});

const stepsOf = ({ dashboard }: RunWatch) => dashboard.steps.map(({ step: number }) => number);

describe('a run that is looked at', () => {
  test('joins history and the events that came while it was read', async () => {
    const { compute, emit, answer } = openLab();
    const watch = new RunWatch(compute, run());
    await settled();
    emit(step(3));
    emit(step(4));
    await settled();
    drawFrame();
    expect(stepsOf(watch)).toEqual([]);
    await answer(3);
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    expect(stepsOf(watch)).toEqual([1, 2, 3, 4]);
  });

  test('is redrawn once a frame, however many events come', async () => {
    const { compute, emit, answer } = openLab();
    const watch = new RunWatch(compute, run());
    await answer(0);
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    for (let number = 1; number <= 5; number++) emit(step(number));
    await settled();
    expect([frames.length, stepsOf(watch).length]).toEqual([1, 0]);
    drawFrame();
    expect(stepsOf(watch)).toEqual([1, 2, 3, 4, 5]);
  });

  test('keeps up in a hidden window, which gets no frames', async () => {
    const { compute, emit, answer } = openLab();
    const watch = new RunWatch(compute, run());
    await answer(0);
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    for (let number = 1; number <= 450; number++) emit(step(number));
    await settled();
    expect(stepsOf(watch).length).toBeGreaterThan(400);
  });
});

describe('a stretch that is zoomed in on', () => {
  /** Of 1,000 steps every tenth, and the means of all. */
  const coarse = (): Output<'readMetrics'> => ({
    ...history(0),
    run: run({ step: 1000, state: 'finished' }),
    steps: Array.from({ length: 100 }, (_, index) => metrics(10 * (index + 1))),
    means: Array.from({ length: 100 }, (_, index) => ({ ...metrics(10 * (index + 1)), count: 10 })),
  });
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function opened() {
    const lab = openLab();
    const watch = new RunWatch(lab.compute, run());
    await lab.answerWith(coarse());
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    return { ...lab, watch };
  }

  test('is asked for once it stands, with some room, and takes the place of what was known', async () => {
    const { watch, inputs, answerWith } = await opened();
    watch.refine({ from: 300, to: 700 });
    watch.refine({ from: 400, to: 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(inputs('readMetrics').slice(1)).toEqual([{ runId: 'run-1', points: 4000, from: 350, to: 550 }]);
    await answerWith({
      ...coarse(),
      steps: Array.from({ length: 203 }, (_, index) => metrics(349 + index)),
      means: [],
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.detailed.steps.filter(({ step: number }) => number >= 400 && number <= 500)).toHaveLength(101);
    expect(watch.detailed.steps.length).toBeGreaterThan(203);
    watch.refine(null);
    expect(watch.detailed).toBe(watch.dashboard);
  });

  test('of which every step is known is not asked for', async () => {
    const { watch, inputs } = await opened();
    watch.refine({ from: 401, to: 409.5 });
    watch.refine({ from: 400, to: 400 });
    await vi.advanceTimersByTimeAsync(500);
    expect(inputs('readMetrics')).toHaveLength(1);
  });
});
