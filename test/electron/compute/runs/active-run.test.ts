/** Step events, and one run of the real preset from its start over a pause to a stop, as the window sees it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Devices } from '../../../../electron/compute/devices/devices';
import { StepEvents } from '../../../../electron/compute/runs/active-run';
import type { ComputeEvent, Run, StepMetrics } from '../../../../electron/contract/contract';
import { putIn } from '../../../models/runtime/faulty-device';
import { inEnglish } from '../../../english';
import type { OpenedService } from '../opened-service';
import { endings, freshFolder, openService } from '../opened-service';
import { exampleRun } from './examples';

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
  const told: Extract<ComputeEvent, { type: 'run/step' }>[] = [];
  const events = new StepEvents(BATCH, (event) => event.type === 'run/step' && told.push(event));
  for (let step = 1; step <= steps; step++) {
    vi.advanceTimersByTime(milliseconds);
    const metrics = atStep(step, (step * milliseconds) / 1000);
    events.add(runAt(metrics, limits), metrics);
  }
  return { events, told };
}

describe('step events', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(1000);
    return () => void vi.useRealTimers();
  });

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
});

const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600 };

/** What comes within some steps' time. */
async function heardInAWhile(): Promise<readonly ComputeEvent[]> {
  const from = lab.events.length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  return lab.events.slice(from);
}

let lab: OpenedService;
let run: Run;
/** When each message with steps came, in milliseconds. */
const arrivals: number[] = [];
/** Seconds of the pause, and from resuming to the next step, by a clock that never stops. */
let paused: number;
let sinceResumed: number;
let refusal: string;

const of = <Type extends ComputeEvent['type']>(type: Type) =>
  lab.events.filter((event): event is Extract<ComputeEvent, { type: Type }> => event.type === type);
const points = () => of('run/step').flatMap((event) => event.points);

async function waitForStep(step: number): Promise<void> {
  while ((points().at(-1)?.step ?? 0) < step) {
    const heard = lab.events.length;
    await lab.next('run/step', heard);
    arrivals.push(performance.now());
  }
}

beforeAll(async () => {
  lab = await openService();
  run = await lab.ask('startRun', plan);
  refusal = await lab.ask('startRun', plan).then(
    () => 'started',
    ({ message }: Error) => message,
  );
  await waitForStep(15);

  const pausedAt = performance.now();
  await lab.ask('pauseRun', run);
  // Returns once the step under way has been told; a pause that does not hold never comes to rest.
  while ((await heardInAWhile()).length > 0);
  const resumed = performance.now();
  paused = (resumed - pausedAt) / 1000;
  await lab.ask('resumeRun', run);
  await lab.next('run/step', lab.events.length);
  sinceResumed = (performance.now() - resumed) / 1000;

  await waitForStep(points().length + 10);
  await lab.ask('stopRun', run);
  await lab.next(endings);
}, 120_000);
afterAll(() => lab.close());

describe('the events of a run', () => {
  test('come in order: started, steps, paused, resumed, evaluated, sample, checkpoint, cancelled', () => {
    const types = lab.events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
    const expected = [
      'run/started',
      'run/step',
      'run/paused',
      'run/resumed',
      'run/step',
      'run/evaluated',
      'run/sample',
      'run/checkpoint',
      'run/stopped',
    ];
    // The step under way when the pause came is told after it.
    expect(types.filter((type, i) => !(type === 'run/step' && types[i - 1] === 'run/paused'))).toEqual(expected);
    expect(new Set(lab.events.map((event) => 'runId' in event && event.runId))).toEqual(new Set([run.runId]));
  });

  test('tell of every step once, in order', () => {
    expect(points().map(({ step }) => step)).toEqual(points().map((_, i) => i + 1));
    expect(points().length).toBeGreaterThanOrEqual(25);
  });

  test('come at most 20 times a second', () => {
    const [first, last] = [arrivals[0], arrivals[arrivals.length - 1]];
    expect((arrivals.length - 1) / ((last! - first!) / 1000)).toBeLessThanOrEqual(20);
  });

  test('tell the pace, and the time left once there is a pace', () => {
    const { samplesPerSecond, secondsLeft } = of('run/step')[of('run/step').length - 1]!;
    expect(samplesPerSecond).toBeGreaterThan(0);
    expect(secondsLeft).toBeLessThan(plan.maxSeconds);
  });

  test('show held-out puzzles as the model answers them', () => {
    const { samples } = of('run/sample')[0]!;
    expect(samples.map(({ address }) => address)).toEqual([0, 1, 2, 3].map((i) => `sudoku-4x4/test/${i}`));
    expect(
      samples.every(({ answer, inputs, labels }) => answer.length === inputs.length && labels.length === inputs.length),
    ).toBe(true);
  });
});

describe('a paused run takes no step and', () => {
  test('does not count its time', () => {
    const held = of('run/resumed')[0]!.run;
    const after = points().find(({ step }) => step > held.step)?.seconds ?? Infinity;
    expect(after - held.seconds).toBeGreaterThan(0);
    // The clock stops within a step, whose end has no time of its own: hence not exactly `sinceResumed`.
    expect(after - held.seconds).toBeLessThan(sinceResumed + paused / 2);
  });

  test('says so to everyone', () => {
    expect(of('run/paused')[0]!.run.state).toBe('paused');
    expect(of('run/resumed')[0]!.run.state).toBe('running');
  });
});

test('a second run is refused while one trains', () => {
  expect(refusal).toBe('another run is in progress: stop it first');
});

describe('a stopped run', () => {
  test('has saved a model that is listed with its card', async () => {
    const { accuracy, model, step } = of('run/stopped')[0]!.run;
    const found = (await lab.ask('listModels', {})).find(({ id }) => id === model);
    expect(found).toMatchObject({
      source: 'trained',
      accuracy,
      preset: 'classroom',
      training: { steps: step, samples: step * 64, seed: 1 },
    });
    expect(found?.command).toBe('train --dataset sudoku-4x4 --preset classroom --seed 1 --max-seconds 600');
  });

  test('has a model that answers as the held-out samples said', async () => {
    const { inputs, answer } = of('run/sample')[0]!.samples[0]!;
    const { steps, model } = await lab.ask('traceSolve', { model: run.runId, inputs });
    expect(model).toBe(run.runId);
    expect(steps[steps.length - 1]!.cycles.at(-1)?.answer).toEqual(answer);
  });

  test('is listed as stopped, and can neither be paused nor stopped again', async () => {
    expect(await lab.ask('listRuns', {})).toEqual([of('run/stopped')[0]!.run]);
    const says = (name: 'pauseRun' | 'stopRun') =>
      lab.ask(name, run).then(
        () => 'done',
        ({ message }: Error) => message,
      );
    expect(await says('pauseRun')).toBe(`run “${run.runId}” is not in progress`);
    expect(await says('stopRun')).toBe(`run “${run.runId}” is not in progress`);
  });
});

describe('what a reloaded window reads', () => {
  test('is what the events told, nothing missing', async () => {
    const history = await lab.ask('readMetrics', { runId: run.runId, points: 5000 });
    expect(history).toEqual({
      run: of('run/stopped')[0]!.run,
      steps: points(),
      means: [],
      evaluations: of('run/evaluated').map(({ evaluation }) => evaluation),
      samples: of('run/sample').map(({ step, samples }) => ({ step, samples })),
    });
  });

  test('is thinned, first and last step included', async () => {
    const { steps } = await lab.ask('readMetrics', { runId: run.runId, points: 8 });
    expect(steps.length).toBeLessThanOrEqual(8);
    expect([steps[0], steps[steps.length - 1]]).toEqual([points()[0], points()[points().length - 1]]);
  });

  test('is in metrics.jsonl, one event a line', async () => {
    const lines = (await readFile(join(lab.folder, 'runs', run.runId, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.filter((type) => type === 'step')).toHaveLength(points().length);
    expect(types.slice(-2)).toEqual(['evaluated', 'sample']);
  });
});

test('a run that follows may be started as soon as the end was told, ends at its time, and keeps up with hasty hands', async () => {
  const from = lab.events.length;
  const following = { ...plan, maxSeconds: 0.3 };
  const second = await lab.ask('startRun', following);
  const { run: ended } = await lab.next('run/finished', from);
  expect(ended).toMatchObject({ runId: second.runId, state: 'finished', failure: null, model: second.runId });
  const third = await lab.ask('startRun', plan);
  expect(third.runId).not.toBe(second.runId);
  const hasty = Array.from({ length: 10 }, (_, i) => lab.ask(i % 2 ? 'resumeRun' : 'pauseRun', third));
  expect((await Promise.all(hasty)).map(({ state }) => state)).toEqual(
    hasty.map((_, i) => (i % 2 ? 'running' : 'paused')),
  );
  expect((await lab.ask('listRuns', {})).map(({ runId }) => runId)).toEqual(
    [third, second, run].map(({ runId }) => runId),
  );
}, 120_000);

test('a run whose device fails continues on the processor, and says so', async () => {
  putIn((run) => {
    if (run === 5) throw new Error('device lost');
  });
  const folder = await freshFolder();
  const devices = Devices.open({
    dataFolder: folder,
    attempt: async (provider) => ({ state: 'passed', milliseconds: provider === 'webgpu' ? 1 : 9 }),
  });
  const lab = await openService({ folder, devices, engine: null });
  onTestFinished(() => lab.close());
  expect((await lab.ask('testDevices', {})).find(({ chosen }) => chosen)?.provider).toBe('webgpu');

  const started = await lab.ask('startRun', { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600 });
  expect(started).toMatchObject({ device: 'webgpu', deviceMessage: null });
  const { run } = await lab.next('run/fallback');
  expect(run).toMatchObject({
    state: 'running',
    device: 'cpu',
  });
  expect(inEnglish(run.deviceMessage)).toBe(
    'GPU (WebGPU) failed after step 4 (device lost). The run continues on the CPU.',
  );
  await lab.next('run/step', lab.events.length);
  await lab.ask('stopRun', run);
  expect((await lab.next('run/stopped')).run).toMatchObject({
    state: 'stopped',
    model: run.runId,
    deviceMessage: run.deviceMessage,
  });

  expect((await lab.ask('chooseDevice', { provider: 'cpu' })).find(({ chosen }) => chosen)?.provider).toBe('cpu');
  await expect(lab.ask('chooseDevice', { provider: 'abacus' })).rejects.toThrow('there is no device “abacus”');
}, 60_000);
