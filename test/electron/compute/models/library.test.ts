import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { freshFolder, builtInIds, builtInModels } from '../opened-service';

let userFolder: string;
let library: ModelLibrary;
beforeEach(async () => {
  userFolder = await freshFolder();
  library = new ModelLibrary({ builtIn: builtInModels, user: userFolder });
});
afterEach(() => rm(userFolder, { recursive: true }));

const readBuiltIn = (): ReturnType<typeof readModel> => readModel(join(builtInModels, 'sudoku-4x4'));
const copy = (id: string): Promise<void> =>
  cp(join(builtInModels, 'sudoku-4x4'), join(userFolder, id), { recursive: true });
const ids = async (): Promise<string[]> => (await library.list()).map(({ id }) => id);

test('list() returns built-in models, then user models from newest to oldest', async () => {
  const model = await readBuiltIn();
  for (const [id, createdAt] of [
    ['b', '2026-01-01'],
    ['a', '2026-01-03'],
    ['c', '2026-01-02'],
  ])
    await library.save(id!, { ...model, card: { ...model.card, createdAt: createdAt! } });
  expect(await ids()).toEqual([...builtInIds, 'a', 'c', 'b']);
});

test('list() ignores files, hidden folders and folders without a valid card', async () => {
  await Promise.all(['no-card', 'bad-card', '.hidden', 'with space', 'fine'].map(copy));
  await rm(join(userFolder, 'no-card', 'card.json'));
  await writeFile(join(userFolder, 'bad-card', 'card.json'), '{"name": "half');
  await writeFile(join(userFolder, 'notes.txt'), 'mine');
  expect(await ids()).toEqual([...builtInIds, 'fine']);
});

test('a model whose save() failed is not listed and leaves no files', async () => {
  const model = await readBuiltIn();
  const broken = { ...model, state: { ...model.state, hInit: new Float32Array(3) } };
  await expect(library.save('half', broken)).rejects.toThrow('3 values do not fill [64]');
  expect(await ids()).toEqual(builtInIds);
  expect((await readdir(userFolder, { recursive: true })).filter((name) => isTemporaryName(name))).toEqual([]);
});
