/** The first commands of a person: a home folder in which nothing of the lab is there yet. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { build, lab } from './lab-command';

let home: string;
beforeAll(build, 60_000);
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fresh-home-'));
});
afterEach(() => rm(home, { recursive: true }));

const dataFolder = () => join(home, 'config', 'TRM Puzzle Lab');
const inFreshHome = (...args: string[]) =>
  lab(args, home, {
    TRM_LAB_DATA: '',
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    APPDATA: join(home, 'config'),
  });

test('devices are tested, and the result is kept', async () => {
  const { code, stderr, stdout } = await inFreshHome('devices', '--test', '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect((JSON.parse(stdout) as unknown[])[0]).toMatchObject({ provider: 'cpu', state: 'passed' });
  expect(await readFile(join(dataFolder(), 'devices.json'), 'utf8')).toContain('"signature"');
}, 60_000);

test.each([
  ['run list', 'run list'],
  ['model list', 'model list'],
  ['dataset list', 'dataset list'],
  ['dataset download', 'dataset download'],
  ['queue list', 'queue list'],
  ['devices', 'devices'],
])('%s reads without making anything', async (_, command) => {
  expect(await inFreshHome(...command.split(' '))).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(home)).toEqual([]);
});

test('a run waits in a new queue, and is trained from there', async () => {
  const added = await inFreshHome('queue', 'add', '--dataset', 'sudoku-4x4', '--max-steps', '2');
  expect(added).toMatchObject({ code: 0, stderr: '' });
  const trained = await inFreshHome('queue', 'run');
  expect(trained).toMatchObject({ code: 0 });
  const [runId] = await readdir(join(dataFolder(), 'runs'));
  expect(await readdir(join(dataFolder(), 'models'))).toEqual([runId]);

  const capsule = join(home, 'run.zip');
  expect(await inFreshHome('run', 'export', runId!, '--out', capsule)).toMatchObject({ code: 0 });
  expect(await inFreshHome('model', 'delete', runId!)).toMatchObject({ code: 0 });
  expect(await inFreshHome('run', 'delete', runId!)).toMatchObject({ code: 0 });
  expect(await readdir(join(dataFolder(), 'trash'))).toHaveLength(2);
  await rm(dataFolder(), { recursive: true });
  expect(await inFreshHome('run', 'import', capsule)).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(join(dataFolder(), 'runs'))).toHaveLength(1);
}, 120_000);

test('a model is imported into the library', async () => {
  const weights = join(home, 'weights.safetensors');
  const shipped = 'sudoku-4x4';
  expect(await inFreshHome('model', 'export', shipped, '--format', 'safetensors', '--out', weights)).toMatchObject({
    code: 0,
  });
  expect(await inFreshHome('model', 'import', weights)).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(join(dataFolder(), 'models'))).toHaveLength(1);
}, 60_000);
