/** What the window is told of a run after its first steps, and who may ask when. */
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { formatEnglish } from '../../../../renderer/messages/english';
import { message } from '../../../../renderer/messages/message';
import type { Output } from '../../../../electron/contract/contract';
import { createPlan, countEvalFlop } from '../../../../electron/compute/runs/run-plan';
import { getPreset } from '../../../../models/presets/presets';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import type { OpenedService } from '../opened-service';
import { openService } from '../opened-service';

const request = {
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  seed: 1,
  maxSeconds: 600,
  batchSize: 16,
  maxSteps: 500,
  benchmark: true,
};

type Told = Output<'preflight'>;
const whole = ({ costEstimate, benchmark, reason }: Told) => {
  if (!costEstimate || !benchmark) throw new Error(formatEnglish(reason ?? 'not measured'));
  return { costEstimate, benchmark, reason };
};

let lab: OpenedService;
beforeAll(async () => {
  lab = await openService();
});
afterAll(() => lab.close());

describe('a run that is measured', () => {
  let told: ReturnType<typeof whole>;
  beforeAll(async () => {
    told = whole(await lab.ask('preflight', request));
  }, 60_000);

  test('is told what a step and a look took, and on what', () => {
    const { benchmark, costEstimate, reason } = told;
    expect(reason).toBeNull();
    expect(benchmark.device).toBe('cpu');
    // A look at 128 puzzles is the work of some 38 steps of 16.
    expect(benchmark.evalMilliseconds).toBeGreaterThan(5 * benchmark.stepMilliseconds);
    expect(benchmark.peakBytes).toBeGreaterThan(costEstimate.memoryBytes / 2);
  });

  test('is told when it ends: its steps and the looks between them', () => {
    const { steps, evaluations, seconds, stepMilliseconds, evalMilliseconds } = told.benchmark;
    expect({ steps, evaluations }).toEqual({ steps: 500, evaluations: 2 });
    expect(seconds).toBeCloseTo(Math.min(600, (500 * stepMilliseconds + 2 * evalMilliseconds) / 1000), 6);
  });

  test('is told its operations: steps, looks, and the last evaluation of 500 puzzles', () => {
    const { costEstimate, benchmark } = told;
    const { config } = createPlan({
      dataset: loadBuiltInDataset('sudoku-4x4'),
      preset: getPreset('classroom'),
      seed: 1,
      maxSeconds: 600,
      override: { batchSize: 16 },
    });
    expect(benchmark.flop).toBeCloseTo(
      500 * costEstimate.stepFlop + (2 + 4) * countEvalFlop(config, costEstimate, 128),
      -3,
    );
  });

  test('is told what it takes on the disk, and leaves nothing there', async () => {
    const { checkpointBytes, diskBytes, freeDiskBytes } = told.benchmark;
    expect(checkpointBytes).toBeGreaterThan(4 * 4 * 80770);
    expect(diskBytes).toBeGreaterThan(3 * checkpointBytes);
    expect(diskBytes).toBeLessThan(10 * checkpointBytes);
    expect(freeDiskBytes).toBeGreaterThan(diskBytes);
    expect(await readdir(lab.folder)).toEqual([]);
    expect(lab.events).toEqual([]);
  });

  test('has as much time as it is given', async () => {
    const { benchmark } = whole(await lab.ask('preflight', { ...request, maxSeconds: 2 }));
    expect(benchmark.seconds).toBe(2);
    expect(benchmark.steps).toBeLessThan(500);
  });
});

test('without being asked to, nothing is measured; what a run cannot be given is a reason', async () => {
  expect(await lab.ask('preflight', { ...request, benchmark: false })).toMatchObject({ benchmark: null, reason: null });
  const missing = await lab.ask('preflight', { ...request, preset: 'huge' });
  expect(missing).toMatchObject({
    costEstimate: null,
    benchmark: null,
  });
  expect(formatEnglish(missing.reason ?? '')).toMatch(/“huge”/u);
  const untrainable = await lab.ask('preflight', {
    ...request,
    from: 'sudoku-4x4',
    trainable: 'puzzleEmbeddings',
  });
  expect(untrainable.reason).toEqual(message('config.noPuzzleEmbeddings'));
  await expect(lab.ask('preflight', { ...request, dataset: 'chess' })).rejects.toThrow('unknown dataset “chess”');
});

test('a run whose numbers leave the range in its first steps is told so', async () => {
  const { reason } = await lab.ask('preflight', { ...request, learningRate: 1e6 });
  expect(formatEnglish(reason ?? '')).toMatch(/^training diverged at step \d: NaN or infinity in /);
});

test('a run that does not fit the disk is told what would', async () => {
  const small = await openService({ freeBytes: () => Promise.resolve(1e6) });
  onTestFinished(() => small.close());
  const { benchmark, reason } = await small.ask('preflight', { ...request, batchSize: 64 });
  expect(benchmark?.freeDiskBytes).toBe(1e6);
  expect(formatEnglish(reason ?? '')).toMatch(
    /^this run needs up to \d+ MB of disk space, but only 977 kB are free: free up \d+ MB more$/,
  );
});

test('a measurement that is cancelled ends, and the next is made', async () => {
  const cancel = new AbortController();
  const cancelled = lab.ask('preflight', request, { signal: cancel.signal });
  const following = lab.ask('preflight', request);
  cancel.abort(new Error('enough'));
  await expect(cancelled).rejects.toThrow('enough');
  expect((await following).reason).toBeNull();
});

test('while a run trains nothing is measured, and one that begins ends what is being measured', async () => {
  const refused = 'a run is in progress and would slow down the benchmark: wait until it has ended';
  const interrupted = expect(lab.ask('preflight', request)).rejects.toThrow(refused);
  const { benchmark, ...plan } = request;
  expect(benchmark).toBe(true);
  const run = await lab.ask('startRun', plan);
  await interrupted;
  await expect(lab.ask('preflight', request)).rejects.toThrow(refused);
  expect(await lab.ask('preflight', plan)).toMatchObject({ benchmark: null, reason: null });
  await lab.ask('stopRun', run);
  await lab.next('run/stopped');
}, 60_000);
