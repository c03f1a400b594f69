import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isTemporaryName } from '../../../../datasets/formats/atomic-write';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { formatEnglish } from '../../../../renderer/messages/english';
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

test('models that cannot be listed are an error, not none, and built-in ones can be used', async () => {
  await rm(userFolder, { recursive: true });
  expect(await ids()).toEqual(builtInIds);
  await symlink(basename(userFolder), userFolder);
  await expect(library.list()).rejects.toThrow('ELOOP');
  await expect(library.listProblems()).rejects.toThrow('ELOOP');
  await expect(library.describe('mine')).rejects.toThrow('ELOOP');
  expect((await library.describe('sudoku-4x4')).source).toBe('built-in');
});

test('listProblems() names a model whose folder cannot be read', async () => {
  await symlink('loop', join(userFolder, 'loop'));
  expect(await library.listProblems()).toMatchObject([{ folder: 'loop', reason: { id: 'error.cannotUsePath' } }]);
});

test('listProblems() names folders with a damaged or missing card, damaged settings, and pipes, with the reason', async () => {
  await Promise.all(['no-card', 'bad-card', 'bad-config', 'pipe', 'fine'].map(copy));
  await mkdir(join(userFolder, 'empty'));
  await rm(join(userFolder, 'no-card', 'card.json'));
  await writeFile(join(userFolder, 'bad-card', 'card.json'), '{"name": "half');
  await writeFile(join(userFolder, 'bad-config', 'config.json'), '{}');
  await rm(join(userFolder, 'pipe', 'card.json'));
  execFileSync('mkfifo', [join(userFolder, 'pipe', 'card.json')]);
  const found = (await library.listProblems()).map(({ folder, reason }) => `${folder}: ${formatEnglish(reason)}`);
  expect(found).toEqual([
    expect.stringMatching(/^bad-card: card\.json/u),
    expect.stringMatching(/^bad-config: config\.json/u),
    expect.stringMatching(/^no-card: .*card\.json/u),
    expect.stringMatching(/^pipe: card\.json in .* is not a regular file$/u),
  ]);
});

test('listProblems() names an edited file of a model that can be read; a rename accepts the edit', async () => {
  await Promise.all(['edited', 'fine'].map(copy));
  const file = join(userFolder, 'edited', 'config.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"halt_max_steps": \d+/u, '"halt_max_steps": 5'));
  const problems = (await library.listProblems()).map(({ folder, reason }) => `${folder}: ${formatEnglish(reason)}`);
  expect(problems).toEqual([expect.stringMatching(/^edited: config\.json: changed by another program or damaged/u)]);
  const model = await library.read('edited');
  await library.save('edited', { ...model, card: { ...model.card, name: 'Mine' } });
  expect(await library.listProblems()).toEqual([]);
  expect((await library.read('edited')).config.haltMaxSteps).toBe(5);
});

test('a model whose save() failed is not listed and leaves no files', async () => {
  const model = await readBuiltIn();
  const broken = { ...model, state: { ...model.state, hInit: new Float32Array(3) } };
  await expect(library.save('half', broken)).rejects.toThrow('3 values do not fill [64]');
  expect(await ids()).toEqual(builtInIds);
  expect((await readdir(userFolder, { recursive: true })).filter((name) => isTemporaryName(name))).toEqual([]);
});
