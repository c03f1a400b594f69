/** Deleted folders stay in the trash until it is emptied, and can be restored. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Trash } from '../../../../electron/compute/storage/trash';

let dataFolder: string;
let trash: Trash;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'trash-'));
  trash = new Trash(join(dataFolder, 'trash'));
});
afterEach(() => rm(dataFolder, { recursive: true }));

async function createFolder(parent: string, name: string, text = 'mine'): Promise<string> {
  const folder = join(dataFolder, parent, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'run.json'), text);
  return folder;
}

test('restore() restores a deleted folder with its files', async () => {
  const folder = await createFolder('runs', 'run-1');
  const trashId = await trash.discard(folder);
  expect(await readdir(join(dataFolder, 'runs'))).toEqual([]);
  expect(await trash.restore(trashId, dataFolder)).toBe(folder);
  expect(await readFile(join(folder, 'run.json'), 'utf8')).toBe('mine');
  expect(await readdir(join(dataFolder, 'trash'))).toEqual([]);
});

test('restore() creates the parent folder if it is missing', async () => {
  const trashId = await trash.discard(await createFolder('models', 'a'));
  await rm(join(dataFolder, 'models'), { recursive: true });
  expect(await trash.restore(trashId, dataFolder)).toBe(join(dataFolder, 'models', 'a'));
});

test('restore() rejects if the name is taken, and keeps both folders', async () => {
  const trashId = await trash.discard(await createFolder('runs', 'run-1', 'old'));
  await createFolder('runs', 'run-1', 'new');
  await expect(trash.restore(trashId, dataFolder)).rejects.toThrow('“run-1” already exists: rename it first');
  expect(await readFile(join(dataFolder, 'runs', 'run-1', 'run.json'), 'utf8')).toBe('new');
  expect(await readdir(join(dataFolder, 'trash'))).toEqual([trashId]);
});

test('discard() accepts two folders with the same name', async () => {
  const first = await trash.discard(await createFolder('runs', 'a', '1'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await trash.discard(await createFolder('runs', 'a', '2'));
  expect(second).not.toBe(first);
  await trash.restore(second, dataFolder);
  expect(await readFile(join(dataFolder, 'runs', 'a', 'run.json'), 'utf8')).toBe('2');
});

test.each(['', 'runs~a', 'runs~a~1', '..~..~1', 'runs~../../a~1', '../trash', 'runs~a~1/../x'])(
  'restore() rejects the trashId %j',
  async (trashId) => {
    await expect(trash.restore(trashId, dataFolder)).rejects.toThrow('this item is no longer in the trash');
    expect(await readdir(dataFolder)).toEqual([]);
  },
);

test('empty() deletes everything in the trash', async () => {
  const trashId = await trash.discard(await createFolder('runs', 'run-1'));
  await trash.empty();
  await trash.empty();
  await expect(trash.restore(trashId, dataFolder)).rejects.toThrow('no longer in the trash');
});

test('list() returns what can be restored, the latest first', async () => {
  expect(await trash.list()).toEqual([]);
  const first = await trash.discard(await createFolder('runs', 'a'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await trash.discard(await createFolder('datasets', 'b'));
  await createFolder('trash', 'of another program');
  expect(await trash.list()).toMatchObject([
    { trashId: second, folder: 'datasets', id: 'b' },
    { trashId: first, folder: 'runs', id: 'a' },
  ]);
});
