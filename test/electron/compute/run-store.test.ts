import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunStore } from '../../../electron/compute/run-store';
import type { Run } from '../../../electron/contract';
import { freshFolder } from './opened-service';

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = await freshFolder();
  store = new RunStore(join(folder, 'runs'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (runId: string, startedAt: string): Run => ({
  runId, dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, state: 'finished', startedAt,
  step: 1, seconds: 1, maxSeconds: 1, maxSteps: 1, stepFlop: null, accuracy: null, model: null, failure: null, alert: null, device: 'cpu', notice: null,
});

test('runs of the same second get folders of their own', async () => {
  const now = new Date('2026-01-02T03:04:05.678Z');
  const ids = await Promise.all([1, 2, 3].map(() => store.create('sudoku-4x4', now)));
  expect(ids.sort()).toEqual(['sudoku-4x4-20260102030405', 'sudoku-4x4-20260102030405-2', 'sudoku-4x4-20260102030405-3']);
  expect((await readdir(join(folder, 'runs'))).sort()).toEqual(ids);
});

test('runs are listed newest first, as they were written last', async () => {
  const [old, recent] = [await store.create('a'), await store.create('b')];
  await store.write(run(old, '2026-01-01T00:00:00.000Z'));
  await store.write(run(recent, '2026-01-02T00:00:00.000Z'));
  await store.write({ ...run(old, '2026-01-01T00:00:00.000Z'), step: 7 });
  expect((await store.list()).map(({ runId, step }) => [runId, step])).toEqual([[recent, 1], [old, 7]]);
});

test('writes of one file at the same time all succeed and leave one whole file', async () => {
  const id = await store.create('a');
  await Promise.all(Array.from({ length: 20 }, (_, step) => store.write({ ...run(id, '2026'), step })));
  expect(await store.list()).toHaveLength(1);
  expect(await readdir(join(folder, 'runs', id))).toEqual(['run.json']);
});

test('a run without checkpoint has none', async () => {
  const id = await store.create('a');
  expect(await store.readCheckpoint(id)).toBeNull();
  await store.writeCheckpoint(id, Uint8Array.of(1, 2, 3));
  expect(await store.readCheckpoint(id)).toEqual(Buffer.of(1, 2, 3));
});
