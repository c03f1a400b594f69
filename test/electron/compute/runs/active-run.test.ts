/** Step events, and a run with the classroom preset through the service: start, pause, resume, stop. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { Devices } from '../../../../electron/compute/devices/devices';
import { StepEvents } from '../../../../electron/compute/runs/active-run';
import type { ComputeEvent, Run, StepMetrics } from '../../../../electron/contract/contract';
import { injectFault } from '../../../models/runtime/faulty-device';
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
  halted: 0,
  samples: step * BATCH,
});
const runAt = ({ step, seconds }: StepMetrics, changes: Partial<Run> = {}): Run => ({
  ...exampleRun,
  step,
  seconds,
  maxSeconds: 100,
  ...changes,
});

/** Simulates a run with one step per `milliseconds`; returns its events. */
function simulate({
  steps,
  milliseconds,
  limits = {},
}: {
  readonly steps: number;
  readonly milliseconds: number;
  readonly limits?: Partial<Run>;
}) {
  const emitted: Extract<ComputeEvent, { type: 'run/step' }>[] = [];
  const events = new StepEvents((event) => event.type === 'run/step' && emitted.push(event));
  for (let step = 1; step <= steps; step++) {
    vi.advanceTimersByTime(milliseconds);
    const metrics = atStep(step, (step * milliseconds) / 1000);
    events.add(runAt(metrics, limits), metrics);
  }
  return { events, emitted };
}

describe('StepEvents', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(1000);
    return () => void vi.useRealTimers();
  });

  test('groups fast steps into at most 20 events per second without dropping any', () => {
    const { events, emitted } = simulate({ steps: 2000, milliseconds: 1 });
    expect(emitted.length).toBeLessThanOrEqual(2 * 20);
    expect(emitted.length).toBeGreaterThanOrEqual(2 * 10);
    events.flush(runAt(atStep(2000, 2)));
    expect(emitted.flatMap(({ points }) => points.map(({ step }) => step))).toEqual(
      Array.from({ length: 2000 }, (_, i) => i + 1),
    );
  });

  test('reports each slow step at once', () => {
    const { emitted } = simulate({ steps: 5, milliseconds: 100 });
    expect(emitted.map(({ points }) => points.length)).toEqual([1, 1, 1, 1, 1]);
  });

  test('reports the last step before a pause at once', () => {
    const { events, emitted } = simulate({ steps: 1, milliseconds: 1 });
    const metrics = atStep(2, 0.002);
    events.add(runAt(metrics, { state: 'paused' }), metrics);
    expect(emitted.map(({ points }) => points.map(({ step }) => step))).toEqual([[1], [2]]);
  });

  test('computes samples per second from the second step on', () => {
    const { emitted } = simulate({ steps: 30, milliseconds: 100 });
    expect(emitted[0]).toMatchObject({ samplesPerSecond: 0, secondsLeft: null });
    expect(emitted[29]!.samplesPerSecond).toBeCloseTo(10 * BATCH, 6);
  });

  test.each([
    ['time', {}, 97],
    ['steps', { maxSteps: 50 }, 2],
    ['steps, already exceeded', { maxSteps: 20 }, 0],
  ])('estimates the time until the first limit: %s', (_, limits, left) => {
    const { emitted } = simulate({ steps: 30, milliseconds: 100, limits });
    expect(emitted[29]!.secondsLeft).toBeCloseTo(left, 6);
  });

  test('flush() without pending steps emits nothing', () => {
    const { events, emitted } = simulate({ steps: 1, milliseconds: 100 });
    events.flush(runAt(atStep(1, 0.1)));
    expect(emitted).toHaveLength(1);
  });
});

const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600, maxEvalSamples: 32 };

/** Returns the events of the next half second, which is longer than several steps. */
async function collectEvents(): Promise<readonly ComputeEvent[]> {
  const from = lab.events.length;
  await new Promise((resolve) => setTimeout(resolve, 500));
  return lab.events.slice(from);
}

let lab: OpenedService;
let run: Run;
/** Arrival time of each `run/step` event, in milliseconds. */
const arrivals: number[] = [];
/** Seconds of the pause and from resuming to the next step, in real time. */
let paused: number;
let sinceResumed: number;
let rejection: string;

const of = <Type extends ComputeEvent['type']>(type: Type) =>
  lab.events.filter((event): event is Extract<ComputeEvent, { type: Type }> => event.type === type);
const points = () => of('run/step').flatMap((event) => event.points);

async function waitForStep(step: number): Promise<void> {
  while ((points().at(-1)?.step ?? 0) < step) {
    const received = lab.events.length;
    await lab.next('run/step', received);
    arrivals.push(performance.now());
  }
}

beforeAll(async () => {
  lab = await openService();
  run = await lab.ask('startRun', plan);
  rejection = await lab.ask('startRun', plan).then(
    () => 'started',
    ({ message }: Error) => message,
  );
  await waitForStep(15);

  const pausedAt = performance.now();
  await lab.ask('pauseRun', run);
  // Ends once the current step has been reported; never ends if the run continues while paused.
  while ((await collectEvents()).length > 0);
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

describe('events of a run', () => {
  test('are emitted in order from run/started to run/stopped', () => {
    const types = lab.events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
    const expected = [
      'run/started',
      'run/step',
      'run/paused',
      'run/resumed',
      'run/step',
      // Saved before the full evaluation.
      'run/checkpoint',
      'run/evaluating',
      'run/evaluated',
      'run/sample',
      'run/stopped',
    ];
    // The step in progress at the pause is reported after it.
    expect(types.filter((type, i) => !(type === 'run/step' && types[i - 1] === 'run/paused'))).toEqual(expected);
    expect(new Set(lab.events.map((event) => 'runId' in event && event.runId))).toEqual(new Set([run.runId]));
  });

  test('contain every step once, in order', () => {
    expect(points().map(({ step }) => step)).toEqual(points().map((_, i) => i + 1));
    expect(points().length).toBeGreaterThanOrEqual(25);
  });

  test('are emitted at most 20 times per second', () => {
    const [first, last] = [arrivals[0], arrivals[arrivals.length - 1]];
    expect((arrivals.length - 1) / ((last! - first!) / 1000)).toBeLessThanOrEqual(20);
  });

  test('contain samples per second and the time left', () => {
    const { samplesPerSecond, secondsLeft } = of('run/step')[of('run/step').length - 1]!;
    expect(samplesPerSecond).toBeGreaterThan(0);
    expect(secondsLeft).toBeLessThan(plan.maxSeconds);
  });

  test('contain test puzzles with the answers of the model', () => {
    const { samples } = of('run/sample')[0]!;
    expect(new Set(samples.map(({ address }) => address)).size).toBe(4);
    const { test: puzzles } = loadBuiltInDataset('sudoku-4x4');
    for (const { address, inputs } of samples)
      expect(inputs).toEqual([...puzzles[Number(/^sudoku-4x4\/test\/(\d+)$/u.exec(address)?.[1])]!.inputs]);
    expect(
      samples.every(({ answer, inputs, labels }) => answer.length === inputs.length && labels.length === inputs.length),
    ).toBe(true);
  });
});

describe('a paused run', () => {
  test('does not count the time of the pause', () => {
    const resumedRun = of('run/resumed')[0]!.run;
    const after = points().find(({ step }) => step > resumedRun.step)?.seconds ?? Infinity;
    expect(after - resumedRun.seconds).toBeGreaterThan(0);
    // The events of both steps take a moment to arrive.
    expect(after - resumedRun.seconds).toBeLessThan(sinceResumed + paused / 2);
  });

  test('is reported with run/paused and run/resumed', () => {
    expect(of('run/paused')[0]!.run.state).toBe('paused');
    expect(of('run/resumed')[0]!.run.state).toBe('running');
  });
});

test('a second run is rejected while one is active', () => {
  expect(rejection).toBe('another run is in progress: stop it first');
});

describe('a stopped run', () => {
  test('saves a model that is listed with its card', async () => {
    const { accuracy, model, step } = of('run/stopped')[0]!.run;
    const found = (await lab.ask('listModels', {})).find(({ id }) => id === model);
    expect(found).toMatchObject({
      source: 'trained',
      accuracy,
      preset: 'classroom',
      training: { steps: step, areSamplesCounted: true, seed: 1 },
    });
    expect(found?.training.samples).toBe(of('run/step').at(-1)?.points.at(-1)?.samples);
    expect(found?.training.samples).toBeLessThan(step * 64);
    expect(found?.command).toBe(
      'train --dataset sudoku-4x4 --preset classroom --seed 1 --max-seconds 600 --max-eval-samples 32',
    );
  });

  test('saves a model that gives the answers of the last samples', async () => {
    const { inputs, answer } = of('run/sample')[0]!.samples[0]!;
    const { steps, model } = await lab.ask('traceSolve', { model: run.runId, inputs });
    expect(model).toBe(run.runId);
    expect(steps[steps.length - 1]!.cycles.at(-1)?.answer).toEqual(answer);
  });

  test('is evaluated at a checkpoint: at the last one as its saved model', async () => {
    const { steps } = await lab.ask('listCheckpoints', run);
    const plan = { dataset: 'sudoku-4x4', split: 'test', limit: 16 } as const;
    const checkpoint = { run: run.runId, step: steps.at(-1)! };
    expect(await lab.ask('evaluateModel', { ...plan, checkpoint })).toEqual(
      await lab.ask('evaluateModel', { ...plan, model: run.runId }),
    );
    const missing = lab.ask('evaluateModel', { ...plan, checkpoint: { ...checkpoint, step: 999_999 } });
    await expect(missing).rejects.toThrow('has no checkpoint of step 999,999');
  });

  test('is listed as stopped and cannot be paused or stopped again', async () => {
    expect(await lab.ask('listRuns', {})).toEqual([of('run/stopped')[0]!.run]);
    const errorOf = (name: 'pauseRun' | 'stopRun') =>
      lab.ask(name, run).then(
        () => 'done',
        ({ message }: Error) => message,
      );
    expect(await errorOf('pauseRun')).toBe(`run “${run.runId}” is not in progress`);
    expect(await errorOf('stopRun')).toBe(`run “${run.runId}” is not in progress`);
  });
});

describe('readMetrics', () => {
  test('returns everything that the events reported', async () => {
    const history = await lab.ask('readMetrics', { runId: run.runId, points: 5000 });
    expect(history).toEqual({
      run: of('run/stopped')[0]!.run,
      steps: points(),
      means: [],
      evaluations: of('run/evaluated').map(({ evaluation }) => evaluation),
      samples: of('run/sample').map(({ step, samples }) => ({ step, samples })),
      damage: { lines: 0, missingSteps: 0, areOthers: false },
    });
  });

  test('downsamples the steps and keeps the first and the last', async () => {
    const { steps } = await lab.ask('readMetrics', { runId: run.runId, points: 8 });
    expect(steps.length).toBeLessThanOrEqual(8);
    expect([steps[0], steps[steps.length - 1]]).toEqual([points()[0], points()[points().length - 1]]);
  });

  test('reads metrics.jsonl, which has one event per line', async () => {
    const lines = (await readFile(join(lab.folder, 'runs', run.runId, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.filter((type) => type === 'step')).toHaveLength(points().length);
    expect(types.slice(-2)).toEqual(['evaluated', 'sample']);
  });
});

test('a next run can start after the end event, stops at its time limit and handles rapid pauses', async () => {
  const from = lab.events.length;
  const shortPlan = { ...plan, maxSeconds: 0.3 };
  const second = await lab.ask('startRun', shortPlan);
  const { run: finished } = await lab.next('run/finished', from);
  expect(finished).toMatchObject({ runId: second.runId, state: 'finished', failure: null, model: second.runId });
  const third = await lab.ask('startRun', plan);
  expect(third.runId).not.toBe(second.runId);
  const rapidRequests = Array.from({ length: 10 }, (_, i) => lab.ask(i % 2 ? 'resumeRun' : 'pauseRun', third));
  expect((await Promise.all(rapidRequests)).map(({ state }) => state)).toEqual(
    rapidRequests.map((_, i) => (i % 2 ? 'running' : 'paused')),
  );
  expect((await lab.ask('listRuns', {})).map(({ runId }) => runId)).toEqual(
    [third, second, run].map(({ runId }) => runId),
  );
}, 120_000);

/** A lab whose GPU is chosen. */
async function openServiceOnDevice() {
  const folder = await freshFolder();
  const devices = Devices.open({
    dataFolder: folder,
    attempt: async (provider) => ({ state: 'passed', milliseconds: provider === 'webgpu' ? 1 : 9, float16: false }),
  });
  const lab = await openService({ folder, devices, engine: null });
  onTestFinished(() => lab.close());
  expect((await lab.ask('testDevices', {})).find(({ chosen }) => chosen)?.provider).toBe('webgpu');
  return lab;
}

test('a run whose device fails continues on the CPU and reports it', async () => {
  injectFault((run) => {
    if (run === 5) throw new Error('device lost');
  });
  const lab = await openServiceOnDevice();
  const started = await lab.ask('startRun', plan);
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

test('a run whose device is lost with the weights goes back to its last checkpoint', async () => {
  const device = injectFault((run) => {
    if (run < 5) return;
    device.isLost = true;
    throw new Error('device lost');
  });
  const lab = await openServiceOnDevice();
  const started = await lab.ask('startRun', plan);
  const { run } = await lab.next('run/resumed');
  expect(run).toMatchObject({ runId: started.runId, state: 'running', device: 'cpu', step: 0 });
  expect(inEnglish(run.deviceMessage)).toBe(
    'GPU (WebGPU) failed after step 4 (device lost). The run went back to its last checkpoint, at step 0, and continues on the CPU.',
  );
  await lab.next('run/step', lab.events.length);
  await lab.ask('stopRun', run);
  const { run: stopped } = await lab.next('run/stopped');
  expect(stopped).toMatchObject({
    state: 'stopped',
    failure: null,
    model: run.runId,
    deviceMessage: run.deviceMessage,
  });
  // Every step is recorded once.
  const { steps } = await lab.ask('readMetrics', { runId: run.runId, points: 4000 });
  expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i + 1));
}, 60_000);
