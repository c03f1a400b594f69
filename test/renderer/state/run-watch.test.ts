import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LabEvent, Output } from '../../../electron/contract';
import type { Compute } from '../../../renderer/state/compute.svelte';
import { RunWatch } from '../../../renderer/state/run-watch.svelte';
import { metrics, run } from '../examples';

let frames: FrameRequestCallback[] = [];
const drawFrame = (): void => frames.splice(0).forEach((frame) => frame(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => void (frames = []));
});
afterEach(() => void vi.unstubAllGlobals());

/** Compute as a run watch needs it: one answer to readMetrics when `answer` is called, and events. */
function fakeCompute() {
  let tell: (event: LabEvent) => void = () => undefined;
  let answer: (history: Output<'readMetrics'>) => void = () => undefined;
  const compute = {
    onEvent: (listener: (event: LabEvent) => void) => {
      tell = listener;
      return () => undefined;
    },
    request: () => new Promise<Output<'readMetrics'>>((resolve) => (answer = resolve)),
  };
  return { compute: compute as unknown as Compute, tell: (event: LabEvent) => tell(event), answer: (to: number) => answer(history(to)) };
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
