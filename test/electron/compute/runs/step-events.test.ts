import { beforeEach, expect, test, vi } from 'vitest';
import { StepEvents } from '../../../../electron/compute/runs/active-run';
import type { LabEvent, Run, StepMetrics } from '../../../../electron/contract/contract';
import { exampleRun } from './examples';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(1000);
  return () => void vi.useRealTimers();
});

const BATCH = 10;
const atStep = (step: number, seconds: number): StepMetrics => ({
  step,
  seconds,
  lmLoss: 1,
  qHaltLoss: 1,
  accuracy: null,
  exactAccuracy: null,
  steps: null,
  learningRate: 1e-3,
  gradientNorm: 1,
});
const runAt = ({ step, seconds }: StepMetrics, changes: Partial<Run> = {}): Run => ({
  ...exampleRun,
  step,
  seconds,
  maxSeconds: 100,
  ...changes,
});

/** A run that takes a step every `milliseconds`, and what is told of it. */
function running({
  steps,
  milliseconds,
  limits = {},
}: {
  readonly steps: number;
  readonly milliseconds: number;
  readonly limits?: Partial<Run>;
}) {
  const told: Extract<LabEvent, { type: 'run/step' }>[] = [];
  const events = new StepEvents(BATCH, (event) => event.type === 'run/step' && told.push(event));
  for (let step = 1; step <= steps; step++) {
    vi.advanceTimersByTime(milliseconds);
    const metrics = atStep(step, (step * milliseconds) / 1000);
    events.add(runAt(metrics, limits), metrics);
  }
  return { events, told };
}

test('fast steps are gathered into at most 20 messages a second, none left out', () => {
  const { events, told } = running({ steps: 2000, milliseconds: 1 });
  expect(told.length).toBeLessThanOrEqual(2 * 20);
  expect(told.length).toBeGreaterThanOrEqual(2 * 10);
  events.flush(runAt(atStep(2000, 2)));
  expect(told.flatMap(({ points }) => points.map(({ step }) => step))).toEqual(
    Array.from({ length: 2000 }, (_, i) => i + 1),
  );
});

test('slow steps are told one by one, at once', () => {
  const { told } = running({ steps: 5, milliseconds: 100 });
  expect(told.map(({ points }) => points.length)).toEqual([1, 1, 1, 1, 1]);
});

test('the step under way when a pause came is told although nothing follows it', () => {
  const { events, told } = running({ steps: 1, milliseconds: 1 });
  const metrics = atStep(2, 0.002);
  events.add(runAt(metrics, { state: 'paused' }), metrics);
  expect(told.map(({ points }) => points.map(({ step }) => step))).toEqual([[1], [2]]);
});

test('the pace is samples a second, unknown after a single step', () => {
  const { told } = running({ steps: 30, milliseconds: 100 });
  expect(told[0]).toMatchObject({ samplesPerSecond: 0, secondsLeft: null });
  expect(told[29]!.samplesPerSecond).toBeCloseTo(10 * BATCH, 6);
});

test.each([
  ['time', {}, 97],
  ['steps', { maxSteps: 50 }, 2],
  ['nothing, past the end', { maxSteps: 20 }, 0],
])('the time left is that until the limit that comes first: %s', (_, limits, left) => {
  const { told } = running({ steps: 30, milliseconds: 100, limits });
  expect(told[29]!.secondsLeft).toBeCloseTo(left, 6);
});

test('a flush with nothing waiting tells nothing', () => {
  const { events, told } = running({ steps: 1, milliseconds: 100 });
  events.flush(runAt(atStep(1, 0.1)));
  expect(told).toHaveLength(1);
});
