import { cp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { freshFolder, builtInModels } from '../opened-service';

let trained: string;
let library: ModelLibrary;
beforeEach(async () => {
  trained = await freshFolder();
  library = new ModelLibrary({ builtIn: builtInModels, user: trained });
});
afterEach(() => rm(trained, { recursive: true }));

const shipped = (): ReturnType<typeof readModel> => readModel(join(builtInModels, 'sudoku-4x4'));
const copy = (id: string): Promise<void> =>
  cp(join(builtInModels, 'sudoku-4x4'), join(trained, id), { recursive: true });
const ids = async (): Promise<string[]> => (await library.list()).map(({ id }) => id);
const puzzle = [1, 1, 1, 1, 2, 3, 4, 5, 1, 1, 1, 1, 1, 1, 1, 1];

test("models are listed shipped first, then the user's, newest first", async () => {
  const model = await shipped();
  for (const [id, createdAt] of [
    ['b', '2026-01-01'],
    ['a', '2026-01-03'],
    ['c', '2026-01-02'],
  ])
    await library.save(id!, { ...model, card: { ...model.card, createdAt: createdAt! } });
  expect(await ids()).toEqual(['sudoku-4x4', 'a', 'c', 'b']);
});

test('folders without a sound card, files and hidden folders are left out', async () => {
  await Promise.all(['no-card', 'bad-card', '.hidden', 'with space', 'fine'].map(copy));
  await rm(join(trained, 'no-card', 'card.json'));
  await writeFile(join(trained, 'bad-card', 'card.json'), '{"name": "half');
  await writeFile(join(trained, 'notes.txt'), 'mine');
  expect(await ids()).toEqual(['sudoku-4x4', 'fine']);
});

test('a model that cannot be saved whole is not listed', async () => {
  const model = await shipped();
  const broken = { ...model, state: { ...model.state, hInit: new Float32Array(3) } };
  await expect(library.save('half', broken)).rejects.toThrow('3 values do not fill [64]');
  expect(await ids()).toEqual(['sudoku-4x4']);
  expect((await readdir(trained, { recursive: true })).filter((name) => isTemporaryName(name))).toEqual([]);
});

test('a model saved again answers with its new weights', async () => {
  const model = await shipped();
  await library.save('mine', model);
  const before = await library.trace({ model: 'mine', inputs: puzzle });
  await library.save('mine', {
    ...model,
    state: { ...model.state, params: model.state.params.map((value) => -value) },
  });
  const after = await library.trace({ model: 'mine', inputs: puzzle });
  expect(after.steps[7]!.qHalt).not.toBe(before.steps[7]!.qHalt);
});

test('a damaged model says which file is wrong, and answers once it is mended', async () => {
  await copy('mine');
  await truncate(join(trained, 'mine', 'model.safetensors'), 1000);
  await expect(library.trace({ model: 'mine', inputs: puzzle })).rejects.toThrow(/^model\.safetensors: [^\n]+$/);
  await copy('mine');
  expect((await library.trace({ model: 'mine', inputs: puzzle })).steps).toHaveLength(8);
});

test('many models can be asked one after the other and at once', async () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(many.map(copy));
  const answers = await Promise.all([...many, ...many].map((id) => library.trace({ model: id, inputs: puzzle })));
  for (const { steps } of answers) expect(steps).toEqual(answers[0]!.steps);
});
