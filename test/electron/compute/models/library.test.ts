import { cp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { freshFolder, builtInModels } from '../opened-service';

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
const puzzle = [1, 1, 1, 1, 2, 3, 4, 5, 1, 1, 1, 1, 1, 1, 1, 1];

test('list() returns built-in models, then user models from newest to oldest', async () => {
  const model = await readBuiltIn();
  for (const [id, createdAt] of [
    ['b', '2026-01-01'],
    ['a', '2026-01-03'],
    ['c', '2026-01-02'],
  ])
    await library.save(id!, { ...model, card: { ...model.card, createdAt: createdAt! } });
  expect(await ids()).toEqual(['sudoku-4x4', 'a', 'c', 'b']);
});

test('list() ignores files, hidden folders and folders without a valid card', async () => {
  await Promise.all(['no-card', 'bad-card', '.hidden', 'with space', 'fine'].map(copy));
  await rm(join(userFolder, 'no-card', 'card.json'));
  await writeFile(join(userFolder, 'bad-card', 'card.json'), '{"name": "half');
  await writeFile(join(userFolder, 'notes.txt'), 'mine');
  expect(await ids()).toEqual(['sudoku-4x4', 'fine']);
});

test('a model whose save() failed is not listed and leaves no files', async () => {
  const model = await readBuiltIn();
  const broken = { ...model, state: { ...model.state, hInit: new Float32Array(3) } };
  await expect(library.save('half', broken)).rejects.toThrow('3 values do not fill [64]');
  expect(await ids()).toEqual(['sudoku-4x4']);
  expect((await readdir(userFolder, { recursive: true })).filter((name) => isTemporaryName(name))).toEqual([]);
});

test('trace() uses the new weights after a model is saved again', async () => {
  const model = await readBuiltIn();
  await library.save('mine', model);
  const before = await library.trace({ model: 'mine', inputs: puzzle });
  await library.save('mine', {
    ...model,
    state: { ...model.state, params: model.state.params.map((value) => -value) },
  });
  const after = await library.trace({ model: 'mine', inputs: puzzle });
  expect(after.steps[7]!.qHalt).not.toBe(before.steps[7]!.qHalt);
});

test('trace() names the damaged file and works again once it is replaced', async () => {
  await copy('mine');
  await truncate(join(userFolder, 'mine', 'model.safetensors'), 1000);
  await expect(library.trace({ model: 'mine', inputs: puzzle })).rejects.toThrow(/^model\.safetensors: [^\n]+$/);
  await copy('mine');
  expect((await library.trace({ model: 'mine', inputs: puzzle })).steps).toHaveLength(8);
});

test('trace() handles concurrent requests for several models', async () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(many.map(copy));
  const answers = await Promise.all([...many, ...many].map((id) => library.trace({ model: id, inputs: puzzle })));
  for (const { steps } of answers) expect(steps).toEqual(answers[0]!.steps);
});
