/** Commands in a home folder without a data folder, and training and evaluation on ARC tasks. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';
import { writeTask } from '../../../datasets/kinds/arc/task';
import { readModel } from '../../../models/checkpoint/model-folder';
import { freshFolder } from '../compute/opened-service';
import type { CommandResult } from './lab-command';
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

test('devices --test saves the results in the data folder', async () => {
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
  ['model download', 'model download'],
  ['queue list', 'queue list'],
  ['devices', 'devices'],
])('%s creates no files', async (_, command) => {
  expect(await inFreshHome(...command.split(' '))).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(home)).toEqual([]);
});

test('queue, run and model commands create the data folder when they need it', async () => {
  const added = await inFreshHome(
    'queue',
    'add',
    '--dataset',
    'sudoku-4x4',
    '--max-steps',
    '2',
    '--max-eval-samples',
    '16',
  );
  expect(added).toMatchObject({ code: 0, stderr: '' });
  const trained = await inFreshHome('queue', 'run');
  expect(trained).toMatchObject({ code: 0 });
  const [runId] = await readdir(join(dataFolder(), 'runs'));
  expect(await readdir(join(dataFolder(), 'models'))).toEqual([runId]);

  const archive = join(home, 'run.zip');
  expect(await inFreshHome('run', 'export', runId!, '--out', archive)).toMatchObject({ code: 0 });
  expect(await inFreshHome('model', 'delete', runId!)).toMatchObject({ code: 0 });
  expect(await inFreshHome('run', 'delete', runId!)).toMatchObject({ code: 0 });
  expect(await readdir(join(dataFolder(), 'trash'))).toHaveLength(2);
  await rm(dataFolder(), { recursive: true });
  expect(await inFreshHome('run', 'import', archive)).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(join(dataFolder(), 'runs'))).toHaveLength(1);
}, 120_000);

test('model import creates the model library', async () => {
  const weights = join(home, 'weights.safetensors');
  const builtIn = 'sudoku-4x4';
  expect(await inFreshHome('model', 'export', builtIn, '--format', 'safetensors', '--out', weights)).toMatchObject({
    code: 0,
  });
  expect(await inFreshHome('model', 'import', weights)).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(join(dataFolder(), 'models'))).toHaveLength(1);
}, 60_000);

// ARC: trains on a dataset, fine-tunes on one test task, evaluates both by vote and writes a submission.

const tasks = generateArcTasks(2).slice(0, 3);
const shortRun = ['--batch-size', '2', '--max-steps', '2', '--json'];

let folder: string;
let results: CommandResult[];
beforeAll(async () => {
  folder = await freshFolder();
  await build();
  await mkdir(join(folder, 'two-tasks'));
  await Promise.all(
    tasks.map((task, i) => writeFile(join(folder, i < 2 ? 'two-tasks' : '', `${task.name}.json`), writeTask(task))),
  );
  const task = `${tasks[2]!.name}.json`;
  const imported = await lab(
    ['dataset', 'import', 'two-tasks', '--held-out', '1', '--augment', '2', '--out', 'set'],
    folder,
  );
  const base = await lab(['train', '--dataset', 'set', ...shortRun, '--out', 'base'], folder);
  const fineTuned = await lab(
    [
      'train',
      '--dataset',
      task,
      '--augment',
      '1',
      '--from',
      'base',
      '--learn',
      'embeddings',
      ...shortRun,
      '--out',
      'one-task',
    ],
    folder,
  );
  results = [imported, base, fineTuned];
}, 180_000);
afterAll(() => rm(folder, { recursive: true }));

const model = (name: string) => readModel(join(folder, name));
const usageError = async (...args: string[]) => {
  const { code, stdout, stderr } = await lab(args, folder);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr;
};

describe('ARC', () => {
  test('trains one puzzle embedding per copy, and new ones when fine-tuning on another task', async () => {
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
      { code: 0, stderr: 'Puzzle embeddings: 0 of 2 matched by name; the others start at the mean of all\n' },
    ]);
    const [base, fineTuned] = [await model('base'), await model('one-task')];
    // The blank identifier, and each task with its copies: 1 + 2 × 3 and 1 + 1 × 2.
    expect([base, fineTuned].map(({ config }) => config.numPuzzleIdentifiers)).toEqual([7, 3]);
    expect(fineTuned.card).toMatchObject({
      dataset: `${tasks[2]!.name}.json+1`,
      parent: { kind: 'model', id: 'base' },
    });
    expect(fineTuned.card?.command).toContain(
      `--dataset ${tasks[2]!.name}.json+1 --preset arc --from base --trainable puzzle-embeddings`,
    );
  });

  test('fine-tunes puzzle embeddings without changing any other weight', async () => {
    const [{ config, state }, fineTuned] = [await model('base'), await model('one-task')];
    expect(fineTuned.state.params).toEqual(state.params);
    expect([fineTuned.state.hInit, fineTuned.state.lInit]).toEqual([state.hInit, state.lInit]);
    const width = config.puzzleEmbNdim;
    const [blank, ...rows] = [0, 1, 2].map((row) => [
      ...fineTuned.state.puzzleTable.subarray(row * width, (row + 1) * width),
    ]);
    expect(rows.some((row) => row.some((value, i) => value !== blank![i]))).toBe(true);
  });

  test('evaluates by vote over all copies and submits two attempts for every test', async () => {
    const { code, stdout, stderr } = await lab(
      ['evaluate', '--model', 'base', '--dataset', 'set', '--submission', 'attempts.json', '--json'],
      folder,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const tests = tasks[0]!.test.length + tasks[1]!.test.length;
    expect(JSON.parse(stdout)).toMatchObject({
      count: 3 * tests,
      arc: { tasks: 2, tests, unknown: 0, originals: { count: tests } },
    });
    const attempts = JSON.parse(await readFile(join(folder, 'attempts.json'), 'utf8')) as Record<string, object[]>;
    expect(Object.keys(attempts).sort()).toEqual(
      tasks
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    );
    for (const task of tasks.slice(0, 2))
      expect(attempts[task.name]!.map((entry) => Object.keys(entry))).toEqual(
        task.test.map(() => ['attempt_1', 'attempt_2']),
      );
  });

  test('evaluates on one task, given as “task+copies” or with --augment', async () => {
    const task = `${tasks[2]!.name}.json`;
    const [byName, byFlag] = await Promise.all(
      [[`${task}+1`], [task, '--augment', '1']].map((dataset) =>
        lab(['evaluate', '--model', 'one-task', '--dataset', ...dataset], folder),
      ),
    );
    expect(byName).toEqual({ code: 0, stderr: '', stdout: byFlag!.stdout });
    expect(byName!.stdout).toMatch(
      /^pass@1 [\d.]+ %, pass@2 [\d.]+ % on 1 task with \d tests?, by vote over \d answers\nwithout augmentation: exact accuracy .*\npuzzles of only 1 task: the true interval is wider\neach copy separately: exact accuracy /u,
    );
  });

  test('resumes a run with the same copies', async () => {
    const { code, stdout } = await lab(['run', 'resume', 'one-task', '--max-steps', '3', '--json'], folder);
    expect([code, JSON.parse(stdout.trim().split('\n').pop() ?? '')]).toMatchObject([0, { type: 'finished', step: 3 }]);
  });
});

describe('usage errors print one line', () => {
  test('copies of a dataset without tasks, or set twice', async () => {
    expect(await usageError('train', '--dataset', 'set', '--augment', '5', '--out', 'new')).toBe(
      'error: --augment requires ARC tasks (a .json file or a folder of them); set is a different kind of dataset\n',
    );
    expect(await usageError('train', '--dataset', 'two-tasks+2', '--augment', '5', '--out', 'new')).toBe(
      'error: --augment 5: the dataset name two-tasks+2 already sets 2 copies\n',
    );
  });

  test('more copies than fit into memory', async () => {
    await writeFile(
      join(folder, 'many.json'),
      JSON.stringify(
        Object.fromEntries(
          Array.from({ length: 100 }, (_, i) => [`task-${i}`, JSON.parse(writeTask(tasks[0]!)) as object]),
        ),
      ),
    );
    const examples = 100 * (tasks[0]!.train.length + tasks[0]!.test.length) * 10_001;
    expect(await usageError('train', '--dataset', 'many.json', '--augment', '10000', '--out', 'new')).toBe(
      `error: 10,000 copies of 100 tasks are ${examples.toLocaleString('en')} examples, more than the maximum of 500,000; use fewer copies (--augment)\n`,
    );
  });

  test('a dataset that the model was not trained on', async () => {
    expect(await usageError('evaluate', '--model', 'one-task', '--dataset', 'set')).toMatch(
      /^error: the model has no embedding of puzzle \S+ in set: 0 of 6 puzzles are known by name\. Evaluate the model on its own dataset, or fine-tune it on this one \(--from\)\n$/u,
    );
  });

  test('a submission without ARC tasks, or to an existing file', async () => {
    expect(
      await usageError('evaluate', '--model', 'sudoku-4x4', '--dataset', 'sudoku-4x4', '--submission', 'new.json'),
    ).toBe('error: --submission requires the test split of a dataset of ARC tasks\n');
    await writeFile(join(folder, 'taken.json'), 'mine');
    expect(await usageError('evaluate', '--model', 'base', '--dataset', 'set', '--submission', 'taken.json')).toBe(
      'error: taken.json already exists: choose another name, or remove it first\n',
    );
    expect(await readFile(join(folder, 'taken.json'), 'utf8')).toBe('mine');
  });

  test('invalid JSON, or different tasks with the same name', async () => {
    await writeFile(join(folder, 'broken.json'), '{"train": [');
    expect(await usageError('train', '--dataset', 'broken.json', '--out', 'new')).toMatch(
      /^error: broken\.json: expected JSON, found [^\n]+\n$/u,
    );
    await mkdir(join(folder, 'twice'));
    const pair = { input: [[1]], output: [[2]] };
    const task = { train: [pair], test: [pair] };
    await writeFile(join(folder, 'twice', 'same.json'), JSON.stringify(task));
    await writeFile(
      join(folder, 'twice', 'many.json'),
      JSON.stringify({ same: { train: [pair, pair], test: [pair] } }),
    );
    expect(await usageError('train', '--dataset', 'twice', '--out', 'new')).toBe(
      'error: many.json and same.json: expected a name of its own for each task, found two named same\n',
    );
    expect(await readdir(folder)).not.toContain('new');
  });
});
