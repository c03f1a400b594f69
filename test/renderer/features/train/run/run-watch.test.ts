import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LabEvent, Output, RequestName } from '../../../../../electron/contract/contract';
import type { Compute } from '../../../../../renderer/app/compute.svelte';
import { RunWatch } from '../../../../../renderer/features/train/run/run-watch.svelte';
import { metrics, run } from '../../../examples';

let frames: FrameRequestCallback[] = [];
const drawFrame = (): void => frames.splice(0).forEach((frame) => frame(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => void (frames = []));
});
afterEach(() => void vi.unstubAllGlobals());

/** Compute as a run watch needs it: one answer to readMetrics when `answer` is called, no set-up, and events. */
function fakeCompute() {
  let tell: (event: LabEvent) => void = () => undefined;
  const asked: ({ name: RequestName } & Record<string, unknown>)[] = [];
  let answer: (history: Output<'readMetrics'>) => void = () => undefined;
  const compute = {
    onEvent: (listener: (event: LabEvent) => void) => {
      tell = listener;
      return () => undefined;
    },
    request: (name: RequestName, input: object) => {
      asked.push({ name, ...input });
      return name === 'getRunConfig'
        ? Promise.reject(new Error('none'))
        : new Promise<Output<'readMetrics'>>((resolve) => (answer = resolve));
    },
  };
  return {
    compute: compute as unknown as Compute,
    tell: (event: LabEvent) => tell(event),
    answer: (to: number) => answer(history(to)),
    answerWith: (told: Output<'readMetrics'>) => answer(told),
    asked,
  };
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
    const { compute, tell, answer } = fakeCompute();
    const watch = new RunWatch(compute, run());
    tell(step(3));
    tell(step(4));
    drawFrame();
    expect(stepsOf(watch)).toEqual([]);
    answer(3);
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    expect(stepsOf(watch)).toEqual([1, 2, 3, 4]);
  });

  test('is redrawn once a frame, however many events come', async () => {
    const { compute, tell, answer } = fakeCompute();
    const watch = new RunWatch(compute, run());
    answer(0);
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    for (let number = 1; number <= 5; number++) tell(step(number));
    expect([frames.length, stepsOf(watch).length]).toEqual([1, 0]);
    drawFrame();
    expect(stepsOf(watch)).toEqual([1, 2, 3, 4, 5]);
  });

  test('keeps up in a hidden window, which gets no frames', async () => {
    const { compute, tell, answer } = fakeCompute();
    const watch = new RunWatch(compute, run());
    answer(0);
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    for (let number = 1; number <= 450; number++) tell(step(number));
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
    const fake = fakeCompute();
    const watch = new RunWatch(fake.compute, run());
    fake.answerWith(coarse());
    await vi.waitFor(() => expect(watch.loading).toBe(false));
    return { ...fake, watch };
  }

  test('is asked for once it stands, with some room, and takes the place of what was known', async () => {
    const { watch, asked, answerWith } = await opened();
    watch.refine({ from: 300, to: 700 });
    watch.refine({ from: 400, to: 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(asked.filter(({ name }) => name === 'readMetrics').slice(1)).toEqual([
      { name: 'readMetrics', runId: 'run-1', points: 4000, from: 350, to: 550 },
    ]);
    answerWith({ ...coarse(), steps: Array.from({ length: 203 }, (_, index) => metrics(349 + index)), means: [] });
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.shown.steps.filter(({ step: number }) => number >= 400 && number <= 500)).toHaveLength(101);
    expect(watch.shown.steps.length).toBeGreaterThan(203);
    watch.refine(null);
    expect(watch.shown).toBe(watch.dashboard);
  });

  test('of which every step is known is not asked for', async () => {
    const { watch, asked } = await opened();
    watch.refine({ from: 401, to: 409.5 });
    watch.refine({ from: 400, to: 400 });
    await vi.advanceTimersByTimeAsync(500);
    expect(asked.filter(({ name }) => name === 'readMetrics')).toHaveLength(1);
  });
});
