/** Which datasets stay in memory, and where they are loaded: every built-in one once, by the given loader. */
import { existsSync } from 'node:fs';
import { readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { verifyDigests } from '../../../../datasets/formats/digests';
import { loadDataset } from '../../../../datasets/formats/open-dataset';
import { getKind } from '../../../../datasets/kinds/registry';
import { DatasetBrowsers } from '../../../../electron/compute/datasets/browsing';
import { DatasetLibrary, type LoadDataset } from '../../../../electron/compute/datasets/library';
import { generateDataset } from '../../../../electron/compute/datasets/write-dataset';
import { Job } from '../../../../electron/compute/job';
import { Trash } from '../../../../electron/compute/storage/trash';
import { freshFolder } from '../opened-service';

let folder: string;
let loads: string[];
let library: DatasetLibrary;
const load: LoadDataset = (path, id) => {
  loads.push(id);
  return loadDataset(path, id);
};
beforeEach(async () => {
  folder = await freshFolder();
  loads = [];
  library = new DatasetLibrary(join(folder, 'datasets'), new Trash(join(folder, 'trash')), { loadDataset: load });
});
afterEach(() => rm(folder, { recursive: true }));

async function generate(name: string): Promise<string> {
  const { id, out } = await library.newFolder(name);
  await generateDataset({ kind: getKind('sudoku-4x4'), name, out, count: 20, heldOut: 0.2, seed: 1 }, new Job());
  return id;
}

test('a dataset whose source.json was changed is listed with the problem', async () => {
  const id = await generate('mine');
  const own = async () => (await library.list()).find((dataset) => dataset.id === id);
  expect(await own()).toMatchObject({ name: 'mine', problem: null });
  const file = join(folder, 'datasets', id, 'source.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"mine"', '"mime"'));
  expect(await own()).toMatchObject({ name: id, problem: { parameters: { where: 'source.json' } } });
});

test('a dataset is renamed, and not taken for damaged', async () => {
  const id = await generate('mine');
  await library.rename(id, 'Newspaper');
  expect(await library.describe(id)).toMatchObject({ id, name: 'Newspaper', problem: null });
  const path = join(folder, 'datasets', id);
  await expect(verifyDigests(path)).resolves.toBeUndefined();
  await writeFile(
    join(path, 'source.json'),
    (await readFile(join(path, 'source.json'), 'utf8')).replace('News', 'Nows'),
  );
  expect(await library.describe(id)).toMatchObject({ name: id, problem: { parameters: { where: 'source.json' } } });
  await expect(library.rename('sudoku-4x4', 'Mine')).rejects.toThrow('sudoku-4x4 is a built-in dataset');
});

test('a folder of other programs, without source.json, can be renamed', async () => {
  const id = await generate('mine');
  const path = join(folder, 'datasets', id);
  await Promise.all(['source.json', 'digests.json'].map((file) => rm(join(path, file))));
  await library.rename(id, 'Theirs');
  expect(await library.describe(id)).toMatchObject({ name: 'Theirs', kind: 'sudoku-4x4', problem: null });
  expect(existsSync(join(path, 'digests.json'))).toBe(false);
});

test('datasets that cannot be listed are an error, not none, and those in memory can be used', async () => {
  expect(await library.list()).not.toEqual([]);
  await symlink('datasets', join(folder, 'datasets'));
  await expect(library.list()).rejects.toThrow('ELOOP');
  await expect(library.describe('mine')).rejects.toThrow('ELOOP');
  expect((await library.load('sudoku-4x4')).test).not.toEqual([]);
});

test('a built-in dataset is loaded once for training, evaluation and browsing', async () => {
  const [dataset, same] = await Promise.all([library.load('sudoku-4x4'), library.load('sudoku-4x4')]);
  expect(same).toBe(dataset);
  const { counts, read } = await library.open('sudoku-4x4');
  expect(counts).toEqual({ train: dataset.train.length, test: dataset.test.length });
  expect((await read('test').next()).value).toEqual(loadBuiltInDataset('sudoku-4x4').test[0]);
  const browser = await new DatasetBrowsers(library).getBrowser('sudoku-4x4', 'train');
  expect((await browser.page({ from: 0, count: 1 })).rows[0]).toMatchObject({ address: 'sudoku-4x4/train/0' });
  expect(loads).toEqual(['sudoku-4x4']);
});

test('built-in datasets and the last other one stay loaded', async () => {
  const [one, other] = [await generate('one'), await generate('other')];
  for (const id of ['sudoku-4x4', one, one, other, 'sudoku-4x4', other, one]) await library.load(id);
  expect(loads).toEqual(['sudoku-4x4', one, other, one]);
});

test('a dataset that was changed is loaded again', async () => {
  const id = await generate('changed');
  const before = await library.load(id);
  await utimes(join(library.folder, id, 'identifiers.json'), new Date(), new Date(Date.now() + 60_000));
  expect(await library.load(id)).not.toBe(before);
  expect(await library.load(id)).toEqual(before);
  expect(loads).toEqual([id, id]);
});

test('a dataset that could not be loaded is tried again', async () => {
  let isBroken = true;
  const fragile = new DatasetLibrary(join(folder, 'datasets'), new Trash(join(folder, 'trash')), {
    loadDataset: (path, id) => (isBroken ? Promise.reject(new Error('the thread ended')) : load(path, id)),
  });
  await expect(fragile.load('sudoku-4x4')).rejects.toThrow('the thread ended');
  isBroken = false;
  expect((await fragile.load('sudoku-4x4')).train).toHaveLength(282);
});

test('a deleted dataset is not kept', async () => {
  const id = await generate('deleted');
  await library.load(id);
  await library.remove(id);
  await expect(library.load(id)).rejects.toThrow('unknown dataset');
});
