/** Everything that the lab exports, from a library whose folder, user and computer have names that occur nowhere else. */
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withZip } from '../../../models/checkpoint/zip';
import { exportFormats } from '../../../models/checkpoint/export/export-format';
import { runExports } from '../../../electron/contract/runs';
import { freshFolder } from '../compute/opened-service';
import { build, lab } from './lab-command';

const secrets = { project: 'Secret Project', user: 'xqzuser', host: 'xqzhost' };
let root: string;
let home: string;
let library: string;
let env: Record<string, string>;
const path = (...names: readonly string[]) => join(library, ...names);

beforeAll(async () => {
  root = await freshFolder();
  home = join(root, secrets.user);
  library = join(home, secrets.project);
  const temporary = join(root, 'temporary');
  await Promise.all([mkdir(library, { recursive: true }), mkdir(temporary), build()]);
  const preload = join(root, 'other-computer.cjs');
  await writeFile(
    preload,
    `const os = require('os');
     os.hostname = () => ${JSON.stringify(secrets.host)};
     os.homedir = () => ${JSON.stringify(home)};
     const { userInfo } = os;
     os.userInfo = () => ({ ...userInfo(), username: ${JSON.stringify(secrets.user)}, homedir: ${JSON.stringify(home)} });`,
  );
  env = {
    HOME: home,
    USER: secrets.user,
    LOGNAME: secrets.user,
    HOSTNAME: secrets.host,
    TMPDIR: temporary,
    NODE_OPTIONS: `--require ${preload}`,
  };
}, 120_000);
afterAll(() => rm(root, { recursive: true }));

async function run(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await lab(args, library, env);
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
}

/** All files below a path, or the path itself. */
async function listFiles(found: string): Promise<string[]> {
  if (!(await stat(found)).isDirectory()) return [found];
  return (await Promise.all((await readdir(found)).map((name) => listFiles(join(found, name))))).flat();
}

/** Where a secret occurs: in the bytes of a file, or in those of an entry if it is a zip archive. */
async function findSecrets(file: string): Promise<string[]> {
  const isZip = (await readFile(file)).subarray(0, 2).toString() === 'PK';
  const contents: [string, Uint8Array][] = [[relative(library, file), await readFile(file)]];
  if (isZip)
    await withZip(file, { maxEntries: 1000, maxBytes: 2 ** 30 }, async (zip) => {
      for (const name of zip.names) contents.push([`${relative(library, file)}, ${name}`, await zip.read(name)]);
    });
  const searched = [...Object.values(secrets), home, root, encodeURI(secrets.project)];
  return contents.flatMap(([name, bytes]) =>
    searched
      .filter((secret) => name.includes(secret) || Buffer.from(bytes).includes(secret))
      .map((secret) => `${name}: ${secret}`),
  );
}

async function expectNoSecrets(...exported: readonly string[]): Promise<void> {
  const files = (await Promise.all(exported.map((name) => listFiles(path(name))))).flat();
  expect(files.length).toBeGreaterThanOrEqual(exported.length);
  expect((await Promise.all(files.map(findSecrets))).flat()).toEqual([]);
}

test('datasets, models, runs and archives contain neither folders nor names of user and computer', async () => {
  await run('dataset', 'export', 'sudoku-4x4', '--format', 'csv', '--out', path('puzzles'));
  await run('dataset', 'import', path('puzzles'), '--out', path('set'));
  await run('dataset', 'export', path('set'), '--format', 'reference', '--out', path('reference'));
  await run('dataset', 'export', path('set'), '--format', 'csv', '--out', path('table'));
  await expectNoSecrets('puzzles', 'set', 'reference', 'table');

  const limits = ['--dataset', path('set'), '--batch-size', '4', '--max-steps', '3', '--max-eval-samples', '16'];
  await run('train', ...limits, '--out', path('first'));
  await run('train', ...limits, '--from', path('first'), '--out', path('second'));
  await run('evaluate', '--model', path('second'), '--dataset', path('set'), '--limit', '4', '--save');
  await expectNoSecrets('second/card.json', 'second/config.json', 'second/model.safetensors');
  // What happened to the run, in the words of the system.
  const record = JSON.parse(await readFile(path('second/run.json'), 'utf8')) as { run: object; sha256?: string };
  const failure = `cannot write ${path('second/checkpoints/step-3.safetensors')}: disk full`;
  const { sha256, ...content } = { ...record, run: { ...record.run, failure } };
  expect(sha256).toBeDefined();
  await writeFile(path('second/run.json'), JSON.stringify(content));

  // The run itself names its dataset by path, to be resumed: the search finds what is there.
  expect(await findSecrets(path('second/run.json'))).toEqual(
    [secrets.project, secrets.user, home, root].map((secret) => `second/run.json: ${secret}`),
  );
  for (const format of runExports)
    await run('run', 'export', path('second'), '--format', format, '--out', path(`run-${format}`));
  await expectNoSecrets(...runExports.map((format) => `run-${format}`));
  await mkdir(path('exported'));
  for (const format of exportFormats)
    await run('model', 'export', path('second'), '--format', format, '--out', path('exported', `${format}.bin`));
  await expectNoSecrets('exported');
}, 300_000);

test('a model of an earlier version, whose card has paths, is exported without them', async () => {
  await cp(path('first'), path('earlier'), { recursive: true });
  const card = JSON.parse(await readFile(path('earlier/card.json'), 'utf8')) as object;
  const command = `train --dataset '${path('set')}' --out '${path('earlier')}'`;
  await writeFile(path('earlier/card.json'), JSON.stringify({ ...card, dataset: path('set'), command }));
  await run('model', 'export', path('earlier'), '--format', 'pt', '--out', path('earlier.pt'));
  await expectNoSecrets('earlier.pt', 'earlier.config.json');
});

test('an imported archive is a run without paths', async () => {
  await run('run', 'import', path('run-archive'));
  await expectNoSecrets('runs');
});
