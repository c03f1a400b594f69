/** Requests with files in a thread: the same results, errors and progress as in the calling thread, and threads that end. */
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileHandlers } from '../../../electron/compute/file-handlers';
import { startFilesThread } from '../../../electron/compute/files-thread';
import type { ComputeEvent, Handlers } from '../../../electron/contract/contract';
import type { MessageError } from '../../../renderer/messages/message';
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
const never = new AbortController().signal;
const readAll = async (handlers: Pick<Handlers, 'readPuzzles'>, dataset: string) =>
  handlers.readPuzzles({ dataset, split: 'train', from: 0, count: 60 }, never);

describe('startFilesThread', () => {
  test('generates the same puzzles as the calling thread', async () => {
    const [thread, here] = [startThread(), createFileHandlers({ dataFolder, builtInModels, emit })];
    const generated = await thread.generateDataset(plan, never);
    const { id } = await here.generateDataset(plan, never);
    const withoutAddresses = async (dataset: string) =>
      (await readAll(thread, dataset)).puzzles.map(({ inputs, labels }) => ({ inputs, labels }));
    expect(await withoutAddresses(generated.id)).toEqual(await withoutAddresses(id));
    expect(threads).toHaveLength(1);
  });

  test('reports progress under the name of the job', async () => {
    await startThread().generateDataset({ ...plan, kind: 'sudoku-9x9', job: 'job-1' }, never);
    expect(events).toContainEqual(expect.objectContaining({ type: 'job/progress', job: 'job-1' }));
  });

  test('ends a cancelled task, which leaves nothing behind', async () => {
    const thread = startThread();
    const controller = new AbortController();
    const generating = thread.generateDataset({ ...plan, kind: 'sudoku-9x9', count: 5000 }, controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(generating).rejects.toThrow('cancelled');
    await expect(readAll(thread, 'made-here')).rejects.toThrow('made-here');
  });

  test('rejects with the text of the error', async () => {
    const thread = startThread();
    const here = createFileHandlers({ dataFolder, builtInModels, emit });
    const expected = await readAll(here, 'unknown').catch((error: MessageError) => error.text);
    await expect(readAll(thread, 'unknown')).rejects.toMatchObject({ text: expected, name: 'UnknownIdError' });
  });

  test('rejects pending requests when the thread ends, and starts another for the next', async () => {
    const thread = startThread();
    const generating = thread.generateDataset({ ...plan, kind: 'sudoku-9x9', count: 5000 }, never);
    setTimeout(() => void threads[0]!.terminate(), 300);
    await expect(generating).rejects.toThrow('The thread that reads and writes files ended');
    expect(await readAll(thread, 'sudoku-4x4')).toMatchObject({ total: 282 });
    expect(threads).toHaveLength(2);
  });
});

test('the files worker does not load onnxruntime', async () => {
  const code = await readFile(script, 'utf8');
  // `expect(code)` would print the whole file.
  expect(code.includes('("onnxruntime-node")')).toBe(false);
});
