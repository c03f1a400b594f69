/** `lab queue` and `lab run` on a data folder, each command in a process of its own. */
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Queue, Run } from '../../../electron/contract/contract';
import { freshFolder } from '../compute/opened-service';
import { build, waitForExit, lab, start } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function json<Result>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await lab([...args, '--json'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Result;
}

const add = (seed: number, evalSamples = 16) =>
  json<Queue>(
    'queue',
    'add',
    '--dataset',
    'sudoku-4x4',
    '--batch-size',
    '8',
    '--max-steps',
    '2',
    '--max-eval-samples',
    String(evalSamples),
    '--seed',
    String(seed),
  );

test(
  'commands that add to the queue at the same time lose nothing, also beside the lock of a killed one',
  { timeout: 120_000 },
  async () => {
    const elsewhere = await freshFolder();
    onTestFinished(() => rm(elsewhere, { recursive: true }));
    const seeds = Array.from({ length: 8 }, (_, index) => index);
    await writeFile(join(elsewhere, 'queue.json.lock'), '999999999 1');
    const results = await Promise.all(
      seeds.map((seed) => lab(['queue', 'add', '--dataset', 'sudoku-4x4', '--seed', String(seed)], elsewhere)),
    );
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(seeds.map(() => ({ code: 0, stderr: '' })));
    const { stdout } = await lab(['queue', 'list', '--json'], elsewhere);
    const { waiting } = JSON.parse(stdout) as Queue;
    expect(waiting.map(({ request }) => request.seed).sort((a, b) => a - b)).toEqual(seeds);
    expect(await readdir(elsewhere)).toEqual(['queue.json']);
  },
);

test('queue add takes any setting, and one run for each of several seeds', async () => {
  const elsewhere = await freshFolder();
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const args = ['queue', 'add', '--dataset', 'sudoku-4x4', '--seed', '4', '--seeds', '2', '--set', 'hCycles=1'];
  const { code, stdout } = await lab([...args, '--set', 'ema=0', '--json'], elsewhere);
  expect(code).toBe(0);
  const { waiting } = JSON.parse(stdout) as Queue;
  expect(waiting.map(({ request }) => request)).toMatchObject([
    { seed: 4, hCycles: 1, ema: 0 },
    { seed: 5, hCycles: 1, ema: 0 },
  ]);
  const refused = await lab(['queue', 'add', '--dataset', 'sudoku-4x4', '--set', 'width=1'], elsewhere);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('hiddenSize');
});

test('queue run trains in queue order; the runs can be listed, exported, imported and deleted', async () => {
  for (const seed of [1, 2, 3]) await add(seed);
  const { waiting } = await json<Queue>('queue', 'list');
  await json('queue', 'move', waiting[2]!.queueId, '--to', '0');
  await json('queue', 'remove', waiting[0]!.queueId);
  const { code, stdout } = await lab(['queue', 'run', '--json'], folder);
  expect(code).toBe(0);
  const started = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { type: string; run?: Run })
    .filter(({ type }) => type === 'run/started');
  expect(started.map(({ run }) => run?.seed)).toEqual([3, 2]);
  expect(await json<Queue>('queue', 'list')).toEqual({ isPaused: false, waiting: [], damagedFile: null });
  const runs = await json<Run[]>('run', 'list');
  expect(runs.map(({ seed, state }) => [seed, state])).toEqual([
    [2, 'finished'],
    [3, 'finished'],
  ]);

  const { runId } = runs[0]!;
  expect(await json('run', 'show', runId)).toMatchObject({
    runId,
    step: 2,
    checkpoints: [2],
    setup: { policy: { everySeconds: 20 } },
  });
  expect((await lab(['run', 'show', runId], folder)).stdout).toMatch(
    new RegExp(
      `^${runId}: finished, classroom on sudoku-4x4, step 2 of 2, test accuracy [\\d.]+ % \\(n = \\d+\\)\\n  train [^\\n]+\\n  no best checkpoint yet\\n  checkpoints: 2\\n$`,
      'u',
    ),
  );
  const resume = (...limits: string[]) => lab(['run', 'resume', runId, ...limits], folder);
  expect(await resume()).toMatchObject({
    code: 2,
    stderr: 'error: the run has finished all 2 steps: use --max-steps to extend it\n',
  });
  expect(await resume('--max-steps', '1')).toMatchObject({
    code: 2,
    stderr: 'error: --max-steps must be greater than 2, the last step of the run, got 1\n',
  });
  const archive = await json<{ out: string }>('run', 'export', runId, '--format', 'capsule', '--out', 'packed.zip');
  expect(await json('run', 'import', archive.out)).toMatchObject({ step: 2, state: 'finished' });
  await json('run', 'delete', runId);
  expect((await json<Run[]>('run', 'list')).map((run) => run.runId)).not.toContain(runId);
}, 120_000);

test('queue run fails while another instance uses the data folder', async () => {
  // Its evaluation lasts longer than the start of the second process.
  await add(4, 500);
  const child = start(['queue', 'run', '--json'], folder);
  const first = waitForExit(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const second = await lab(['queue', 'run'], folder);
  expect([second.code, second.stderr]).toEqual([
    1,
    'error: read-only: the data folder is in use by another instance. Close the other window or command\n',
  ]);
  expect((await first).code).toBe(0);
}, 60_000);

test.each([
  [['run', 'show', 'nobody'], 2, 'run “nobody” not found: neither a run folder nor a run id; see run list'],
  [['run', 'resume', '.'], 2, 'run “.” not found: neither a run folder nor a run id'],
  [['run', 'branch', 'nobody', '--out', 'new'], 2, 'run “nobody” not found'],
  [['queue', 'add', '--dataset', 'nosuch'], 2, 'unknown dataset “nosuch”'],
  [['queue', 'add', '--dataset', 'sudoku-4x4', '--preset', 'nosuch'], 2, 'unknown preset “nosuch”'],
  [
    ['queue', 'add', '--dataset', 'sudoku-4x4', '--from', 'nosuch'],
    2,
    'model “nosuch” not found: no model has this id',
  ],
  [['queue', 'move', 'abc', '--to', '0'], 2, 'queued run “abc” not found; see queue list'],
  [['queue', 'remove', 'nothing'], 2, 'queued run “nothing” not found; see queue list'],
])('%j fails with one line', async (args, code, message) => {
  const result = await lab(args, folder);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).toMatch(/^error: [^\n]+\n$/u);
  expect(result.stderr).toContain(message);
});

test(
  'run resume says how to give a dataset that has another name here, and takes it',
  { timeout: 120_000 },
  async () => {
    const few = ['--batch-size', '8', '--max-steps', '2', '--max-eval-samples', '16'];
    const train = ['--preset', 'classroom', ...few, '--out', 'moved', '--json'];
    await json('dataset', 'generate', '--kind', 'sudoku-4x4', '--count', '20', '--out', 'puzzles');
    await json('dataset', 'generate', '--kind', 'sudoku-4x4', '--count', '20', '--seed', '2', '--out', 'others');
    expect((await lab(['train', '--dataset', 'puzzles', ...train], folder)).code).toBe(0);
    await rename(join(folder, 'puzzles'), join(folder, 'renamed'));
    const resume = (...more: string[]) => lab(['run', 'resume', 'moved', '--max-steps', '3', ...more], folder);
    const { code, stderr } = await resume();
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /^error: the run was trained on “puzzles”: .+; if it has another name or path on this computer, pass it with --dataset <dataset>\n$/u,
    );
    expect((await resume('--dataset', 'others')).stderr).toContain('have changed since');
    expect((await resume('--dataset', 'renamed')).code).toBe(0);
    expect(await json('run', 'show', 'moved')).toMatchObject({ dataset: 'renamed', step: 3, state: 'finished' });
  },
);

test('run branch trains from a checkpoint and leaves the parent run unchanged', async () => {
  const train = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--batch-size',
    '8',
    '--max-steps',
    '4',
    '--max-eval-samples',
    '16',
    '--checkpoint-every',
    '1',
    '--keep-every',
    '1',
    '--out',
    'original',
    '--json',
  ];
  expect((await lab(train, folder)).code).toBe(0);
  const { code, stdout } = await lab(
    ['run', 'branch', 'original', '--step', '2', '--max-steps', '3', '--out', 'branch', '--json'],
    folder,
  );
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((text) => text.includes('"type":"step"'))).toHaveLength(1);
  expect(await json('run', 'show', 'branch')).toMatchObject({
    parent: { kind: 'run', step: 2 },
    step: 3,
    model: 'branch',
  });
  expect(await json('run', 'show', join('original'))).toMatchObject({ step: 4, checkpoints: [1, 2, 3, 4] });
}, 60_000);
