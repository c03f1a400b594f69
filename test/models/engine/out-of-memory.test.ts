/** Failed allocations are recognised in the errors of onnxruntime, V8 and worker threads. */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { isOutOfMemory, OutOfMemoryError } from '../../../models/engine/out-of-memory';
import { WorkerEndedError, WorkerEngine } from '../../../models/engine/worker-engine';
import { ConfigError } from '../../../models/family/config';

test.each([
  'Non-zero status code returned while running Gemm node. bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 1572864',
  'std::bad_alloc',
  'bad allocation',
  'Array buffer allocation failed',
  'DataCloneError: Data cannot be cloned, out of memory.',
  'Worker terminated due to reaching memory limit: JS heap out of memory',
])('recognises "%s"', (text) => expect(isOutOfMemory(new Error(text))).toBe(true));

test.each([
  new Error('input gradient_0 was not given'),
  new ConfigError('run.outOfMemory', { need: 2, free: 1, advice: 'a smaller one' }),
  'Array buffer allocation failed',
])('does not take other errors and texts for users for a failed allocation: %s', (error) =>
  expect(isOutOfMemory(error)).toBe(false),
);

test('an array larger than any memory is a failed allocation', () => {
  const allocate = () => new ArrayBuffer(2 ** 52);
  expect(allocate).toThrow(RangeError);
  try {
    allocate();
  } catch (error) {
    expect(isOutOfMemory(error)).toBe(true);
  }
});

test('a worker whose heap is full ends its call with that reason', async () => {
  const fill =
    "require('node:worker_threads').parentPort.on('message', () => { for (const all = []; ; ) all.push(new Array(1000).fill({})); })";
  const startThread = () => new Worker(fill, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  const engine = new WorkerEngine({ script: '', workers: 1, startThread });
  const error = await engine
    .compute('findCpuRounding', undefined as never, 'training')
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkerEndedError);
  expect((error as Error).message).toMatch(/heap out of memory/u);
  expect(isOutOfMemory(error)).toBe(true);
  await engine.close();
});

test('feeds that cannot be copied reject the call, and the worker takes the next one', async () => {
  const script = process.env['TRM_LAB_ENGINE_WORKER']!;
  const engine = new WorkerEngine({ script, workers: 1 });
  await expect(engine.compute('countFlops', { broken: () => undefined } as never, 'training')).rejects.toThrow(
    /could not be cloned/u,
  );
  expect(await engine.compute('findCpuRounding', undefined as never, 'training')).toMatch(/^u?int8$/u);
  await engine.close();
});

test('the text of an OutOfMemoryError names the batch that would fit', () => {
  const { message } = new OutOfMemoryError('run.outOfMemory', {
    need: 2 ** 30,
    free: 2 ** 20,
    advice: 'a smaller one',
  });
  expect(message).toBe('memory ran out: this run needs about 1.0 GB of memory, and 1 MB are free now: a smaller one');
});
