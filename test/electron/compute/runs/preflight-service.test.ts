/** Preflight requests with a benchmark, and when they are rejected. */
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

type Preflight = Output<'preflight'>;
const requireBenchmark = ({ costEstimate, benchmark, reason }: Preflight) => {
  if (!costEstimate || !benchmark) throw new Error(formatEnglish(reason ?? 'no benchmark'));
  return { costEstimate, benchmark, reason };
};

let lab: OpenedService;
beforeAll(async () => {
  lab = await openService();
});
afterAll(() => lab.close());

describe('preflight with a benchmark', () => {
  let result: ReturnType<typeof requireBenchmark>;
  beforeAll(async () => {
    result = requireBenchmark(await lab.ask('preflight', request));
  }, 60_000);

  test('returns the time of a step and an evaluation, and the device', () => {
    const { benchmark, costEstimate, reason } = result;
    expect(reason).toBeNull();
    expect(benchmark.device).toBe('cpu');
    // An evaluation of 128 puzzles costs as much as about 38 steps of 16.
    expect(benchmark.evalMilliseconds).toBeGreaterThan(5 * benchmark.stepMilliseconds);
    expect(benchmark.peakBytes).toBeGreaterThan(costEstimate.memoryBytes / 2);
  });

  test('estimates duration, steps and evaluations', () => {
    const { steps, evaluations, seconds, stepMilliseconds, evalMilliseconds } = result.benchmark;
    expect({ steps, evaluations }).toEqual({ steps: 500, evaluations: 2 });
    expect(seconds).toBeCloseTo(Math.min(600, (500 * stepMilliseconds + 2 * evalMilliseconds) / 1000), 6);
  });

  test('estimates operations of steps, evaluations and the final evaluation of 500 puzzles', async () => {
    const { costEstimate, benchmark } = result;
    const { config } = await createPlan({
      dataset: loadBuiltInDataset('sudoku-4x4'),
      preset: getPreset('classroom'),
      seed: 1,
      maxSeconds: 600,
      settings: { batchSize: 16 },
    });
    expect(benchmark.flop).toBeCloseTo(
      500 * costEstimate.stepFlop + (2 + 4) * countEvalFlop(config, costEstimate, 128),
      -3,
    );
  });

  test('counts the stages of a curriculum, which cost less than steps with the whole recursion', async () => {
    const staged = { ...request, preset: 'sudoku', maxSteps: 300, maxSeconds: 600, benchmark: true };
    const { benchmark, costEstimate } = requireBenchmark(await lab.ask('preflight', staged));
    const { steps, seconds, evaluations, stepMilliseconds, evalMilliseconds } = benchmark;
    expect(steps).toBe(300);
    const stepSeconds = seconds - (evaluations * evalMilliseconds) / 1000;
    expect(stepSeconds / (0.3 * stepMilliseconds)).toBeLessThan(0.95);
    expect(stepSeconds / (0.3 * stepMilliseconds)).toBeGreaterThan(0.7);
    expect(benchmark.flop).toBeGreaterThan(150 * costEstimate.stepFlop);
  }, 60_000);

  test('estimates disk usage and writes nothing', async () => {
    const { checkpointBytes, diskBytes, freeDiskBytes } = result.benchmark;
    expect(checkpointBytes).toBeGreaterThan(4 * 4 * 80770);
    expect(diskBytes).toBeGreaterThan(3 * checkpointBytes);
    expect(diskBytes).toBeLessThan(10 * checkpointBytes);
    expect(freeDiskBytes).toBeGreaterThan(diskBytes);
    expect(await readdir(lab.folder)).toEqual([]);
    expect(lab.events).toEqual([]);
  });

  test('limits the estimate to the maximum time', async () => {
    const { benchmark } = requireBenchmark(await lab.ask('preflight', { ...request, maxSeconds: 2 }));
    expect(benchmark.seconds).toBe(2);
    expect(benchmark.steps).toBeLessThan(500);
  });
});

test('preflight runs no benchmark unless requested, and returns a reason for invalid settings', async () => {
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

test('preflight reports a run that diverges in its first steps', async () => {
  const { reason } = await lab.ask('preflight', { ...request, learningRate: 1e6 });
  expect(formatEnglish(reason ?? '')).toMatch(/^training diverged at step \d: NaN or infinity in /);
});

test('preflight reports how much disk space is missing', async () => {
  const small = await openService({ freeBytes: () => Promise.resolve(1e6) });
  onTestFinished(() => small.close());
  const { benchmark, reason } = await small.ask('preflight', { ...request, batchSize: 64 });
  expect(benchmark?.freeDiskBytes).toBe(1e6);
  expect(formatEnglish(reason ?? '')).toMatch(
    /^this run needs up to \d+ MB of disk space, but only 977 kB are free: free up \d+ MB more$/,
  );
});

test('a cancelled benchmark does not prevent the next one', async () => {
  const cancel = new AbortController();
  const cancelled = lab.ask('preflight', request, { signal: cancel.signal });
  const following = lab.ask('preflight', request);
  cancel.abort(new Error('enough'));
  await expect(cancelled).rejects.toThrow('enough');
  expect((await following).reason).toBeNull();
});

test('a benchmark is rejected while a run is active and ended when a run starts', async () => {
  const reason = 'a run is in progress and would slow down the benchmark: wait until it has ended';
  const interrupted = expect(lab.ask('preflight', request)).rejects.toThrow(reason);
  const { benchmark, ...plan } = request;
  expect(benchmark).toBe(true);
  const run = await lab.ask('startRun', plan);
  await interrupted;
  await expect(lab.ask('preflight', request)).rejects.toThrow(reason);
  expect(await lab.ask('preflight', plan)).toMatchObject({ benchmark: null, reason: null });
  await lab.ask('stopRun', run);
  await lab.next('run/stopped');
}, 60_000);
