/** Disks that refuse: the run says what happened, the process lives on. */
import { access, chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import type { OpenedService } from '../opened-service';
import { endings, openService } from '../opened-service';

const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600 };

let lab: OpenedService;
beforeAll(async () => {
  lab = await openService();
});
afterAll(() => lab.close());

const everyFile = () => readdir(lab.folder, { recursive: true });

test('a run whose folder cannot be made is refused, tells nothing, and leaves nothing', async () => {
  await writeFile(join(lab.folder, 'runs'), 'not a folder');
  await expect(lab.ask('startRun', plan)).rejects.toThrow(
    /^cannot use [^\n]*runs[^\n]*: (a part of the path is not a folder|there is something else of this name)$/,
  );
  expect(lab.events).toEqual([]);
  expect(await everyFile()).toEqual(['runs']);
  await rm(join(lab.folder, 'runs'));
});

test('a run whose folder goes away fails, and says which file could not be written', async () => {
  const run = await lab.ask('startRun', plan);
  await lab.next('run/step');
  await rename(join(lab.folder, 'runs', run.runId), join(lab.folder, 'moved'));
  const { run: failed } = await lab.next('run/failed');
  expect(failed).toMatchObject({ runId: run.runId, state: 'failed', model: null });
  expect(failed.failure).toMatch(/^cannot use [^\n]*metrics\.jsonl: the folder above it does not exist$/);
});

test('a run whose model cannot be saved fails, is listed so, and the next one trains', async () => {
  const models = join(lab.folder, 'models');
  await writeFile(models, 'not a folder');
  const from = lab.events.length;
  const run = await lab.ask('startRun', { ...plan, maxSeconds: 0.3 });
  const { run: failed } = await lab.next(endings, from);
  expect(failed).toMatchObject({ runId: run.runId, state: 'failed', model: null });
  expect(failed.failure).toMatch(/^cannot use [^\n]*models[^\n]*: [^\n]+$/);
  expect(await lab.ask('listRuns', {})).toEqual([failed]);

  await rm(models);
  const again = lab.events.length;
  await lab.ask('startRun', plan);
  await lab.next('run/step', again);
  expect((await lab.ask('listRuns', {}))[0]).toMatchObject({ state: 'running', failure: null });
}, 60_000);

test('none of this leaves temporary files', async () => {
  expect((await everyFile()).filter((name) => isTemporaryName(name))).toEqual([]);
});

// Root writes anywhere: as root there is no folder that refuses.
test.skipIf(process.getuid?.() === 0)('a run in a read-only folder is refused', async () => {
  const runs = join(lab.folder, 'runs');
  await mkdir(runs, { recursive: true });
  await chmod(runs, 0o500);
  await expect(lab.ask('startRun', plan)).rejects.toThrow(/^cannot use [^\n]*: no permission$/);
  await chmod(runs, 0o700);
});

test('a lab whose data folder does not exist yet is empty, and reading makes nothing', async () => {
  const folder = join(lab.folder, 'not', 'yet');
  const fresh = await openService({ folder });
  expect(await fresh.ask('listRuns', {})).toEqual([]);
  expect(await fresh.ask('listModels', {})).toMatchObject([{ source: 'shipped' }]);
  await expect(access(folder)).rejects.toThrow('ENOENT');
});
