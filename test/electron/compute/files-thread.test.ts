/** Requests with files in a thread: the same results, errors and progress as in the calling thread, and threads that end. */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../datasets/catalog';
import { loadDataset } from '../../../datasets/formats/open-dataset';
import { hashDataset } from '../../../electron/compute/datasets/dataset-hash';
import { createFileHandlers } from '../../../electron/compute/file-handlers';
import { startFilesThread } from '../../../electron/compute/files-thread';
import type { ComputeEvent, Handlers } from '../../../electron/contract/contract';
import type { MessageError } from '../../../renderer/messages/message';
import { plainDataset } from './datasets/plain-dataset';
import { builtInModels, freshFolder } from './service-client';

const script = resolve('out/main/files-worker.cjs');
const plan = { kind: 'sudoku-6x6', name: 'Made here', count: 60, heldOut: 0.1, seed: 3 };

let dataFolder: string;
let events: ComputeEvent[];
let threads: Worker[];
beforeEach(async () => {
  [dataFolder, events, threads] = [await freshFolder(), [], []];
});
afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.terminate()));
  await rm(dataFolder, { recursive: true, force: true });
});

const emit = (event: ComputeEvent): void => void events.push(event);
const startThread = () =>
  startFilesThread({ dataFolder, builtInModels, emit, script, onStart: (thread) => threads.push(thread) });
const startHandlers = () => startThread().handlers;
const never = new AbortController().signal;

const readAll = async (handlers: Pick<Handlers, 'readPuzzles'>, dataset: string) =>
  handlers.readPuzzles({ dataset, split: 'train', from: 0, count: 60 }, never);

describe('startFilesThread', () => {
  test('generates the same puzzles as the calling thread', async () => {
    const [thread, here] = [startHandlers(), createFileHandlers({ dataFolder, builtInModels, emit })];
    const generated = await thread.generateDataset(plan, never);
    const { id } = await here.generateDataset(plan, never);
    const withoutAddresses = async (dataset: string) =>
      (await readAll(thread, dataset)).puzzles.map(({ inputs, labels }) => ({ inputs, labels }));
    expect(await withoutAddresses(generated.id)).toEqual(await withoutAddresses(id));
    expect(threads).toHaveLength(1);
  });

  test('reports progress under the name of the job', async () => {
    await startHandlers().generateDataset({ ...plan, kind: 'sudoku-9x9', job: 'job-1' }, never);
    expect(events).toContainEqual(expect.objectContaining({ type: 'job/progress', job: 'job-1' }));
  });

  test('ends a cancelled task, which leaves nothing behind', async () => {
    const thread = startHandlers();
    const controller = new AbortController();
    const generating = thread.generateDataset({ ...plan, kind: 'sudoku-9x9', count: 5000 }, controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(generating).rejects.toThrow('cancelled');
    await expect(readAll(thread, 'made-here')).rejects.toThrow('made-here');
  });

  test('rejects with the text of the error', async () => {
    const thread = startHandlers();
    const here = createFileHandlers({ dataFolder, builtInModels, emit });
    const expected = await readAll(here, 'unknown').catch((error: MessageError) => error.text);
    await expect(readAll(thread, 'unknown')).rejects.toMatchObject({ text: expected, name: 'UnknownIdError' });
  });

  test('rejects pending requests when the thread ends, and starts another for the next', async () => {
    const thread = startHandlers();
    const generating = thread.generateDataset({ ...plan, kind: 'sudoku-9x9', count: 5000 }, never);
    setTimeout(() => void threads[0]!.terminate(), 300);
    await expect(generating).rejects.toThrow('The thread that reads and writes files ended');
    expect(await readAll(thread, 'sudoku-4x4')).toMatchObject({ total: 282 });
    expect(threads).toHaveLength(2);
  });
});

describe('loadDataset', () => {
  test.each(['sudoku-4x4', 'sudoku-6x6'])('gives the same %s as the calling thread', async (id) => {
    expect(plainDataset(await startThread().loadDataset(id, id))).toEqual(plainDataset(loadBuiltInDataset(id)));
  });

  test('gives the same puzzles of a folder as the calling thread, and their hash', async () => {
    const thread = startThread();
    const { id } = await thread.handlers.generateDataset(plan, never);
    const path = join(dataFolder, 'datasets', id);
    const here = await loadDataset(path, id);
    const loaded = await thread.loadDataset(path, id);
    expect(plainDataset(loaded)).toEqual(plainDataset(here));
    expect(hashDataset(loaded)).toBe(hashDataset(here));
    expect(hashDataset({ ...loaded })).toBe(hashDataset(here));
  });

  test('rejects with the name and text of the error', async () => {
    const path = join(dataFolder, 'none');
    const expected = await loadDataset(path, 'none').catch((error: MessageError) => error);
    const { name, text } = expected as MessageError;
    await expect(startThread().loadDataset(path, 'none')).rejects.toMatchObject({ name, text });
  });

  test('rejects when the thread ends, and starts another for the next', async () => {
    const thread = startThread();
    const loading = thread.loadDataset('sudoku-6x6', 'sudoku-6x6');
    void threads[0]!.terminate();
    await expect(loading).rejects.toThrow('The thread that reads and writes files ended');
    expect((await thread.loadDataset('sudoku-4x4', 'sudoku-4x4')).train).toHaveLength(282);
    expect(threads).toHaveLength(2);
  });

  test('is busy instead of the calling thread', async () => {
    const thread = startThread();
    await thread.loadDataset('sudoku-4x4', 'sudoku-4x4');
    const loops = [performance, threads[0]!.performance];
    const before = loops.map((loop) => loop.eventLoopUtilization());
    await thread.loadDataset('sudoku-6x6', 'sudoku-6x6');
    const [here, there] = loops.map((loop, i) => loop.eventLoopUtilization(before[i]).active);
    expect(here).toBeLessThan(there! / 2);
  });
});

test('the files worker does not load onnxruntime', async () => {
  const code = await readFile(script, 'utf8');
  // `expect(code)` would print the whole file.
  expect(code.includes('("onnxruntime-node")')).toBe(false);
});
