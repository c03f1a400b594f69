/** A training from the command line whose numbers leave the range of float32. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModel } from '../../../models/checkpoint/model-folder';
import { allFinite } from '../../../models/train/divergence';
import { freshFolder } from '../compute/opened-service';
import { build, ended, lab, start } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test('ends with the step and the tensor, and saves what was learnt before', async () => {
  const args = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--out',
    'wild',
    '--max-steps',
    '50',
    '--learning-rate',
    '1e5',
    '--json',
  ];
  const { code, stderr, stdout } = await lab(args, folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: training diverged at step \d+: NaN or infinity in [^\n]+ \(--learning-rate\)\. The model before it is saved in wild\.\n$/,
  );
  expect(stdout).not.toContain('"finished"');
  expect(await readFile(join(folder, 'wild', 'metrics.jsonl'), 'utf8')).toContain('"type":"diverged"');
  const { state, card } = await readModel(join(folder, 'wild'));
  expect(allFinite(state.params)).toBe(true);
  expect(card.command).toContain('--learning-rate 100000');
}, 60_000);

// `train --dry-run --benchmark`: figures of the whole run, and nothing on the disk.

const benchmark = [
  'train',
  '--dataset',
  'sudoku-4x4',
  '--out',
  'new',
  '--dry-run',
  '--benchmark',
  '--batch-size',
  '16',
];

test('says in words what the run takes', async () => {
  const { code, stdout, stderr } = await lab([...benchmark, '--max-steps', '100'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Running the benchmark …\n' });
  const [pace, end, memory, disk, ...rest] = stdout.split('\n');
  expect(pace).toMatch(/^Device: .+; [\d.]+ ms per step, [\d.]+ ms per quick evaluation$/u);
  expect(end).toMatch(/^Run: all 100 steps in \d+ s, 0 quick evaluations, 0\.\d+ TFLOP in total$/u);
  expect(memory).toMatch(/^Memory: \d+ MB at most$/u);
  expect(disk).toMatch(/^Disk: 1 MB per checkpoint, \d MB at most \([\d.]+ [MG]B free\)$/u);
  expect(rest).toEqual(['']);
}, 60_000);

test('gives the same as JSON, and counts what is kept for good', async () => {
  const figures = async (...flags: string[]) =>
    JSON.parse(
      (await lab([...benchmark, '--max-seconds', '3600', '--max-steps', '1000', '--json', ...flags], folder)).stdout,
    ) as Record<string, number>;
  const usual = await figures();
  expect(usual).toMatchObject({
    steps: 1000,
    evaluations: 4,
    stepMilliseconds: expect.any(Number),
    stepFlop: expect.any(Number),
    memoryBytes: expect.any(Number),
  });
  const keeping = await figures('--checkpoint-every', '10', '--keep-every', '10');
  expect(keeping.diskBytes).toBeGreaterThan(90 * keeping.checkpointBytes!);
  expect(usual.diskBytes).toBeLessThan(10 * usual.checkpointBytes!);
}, 60_000);

test('ends at Ctrl-C in one line', async () => {
  const child = start(
    ['train', '--dataset', 'sudoku-6x6', '--out', 'new', '--dry-run', '--measure', '--batch-size', '1024'],
    folder,
  );
  // A step of this size takes seconds.
  child.stderr.once('data', () => child.kill('SIGINT'));
  const { code, stdout, stderr } = await ended(child);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Running the benchmark …\nerror: The benchmark was stopped. Nothing was saved.\n',
  });
}, 60_000);

test('goes with --dry-run only, and leaves nothing', async () => {
  const empty = await freshFolder();
  const { code, stderr } = await lab(
    benchmark.filter((flag) => flag !== '--dry-run'),
    empty,
  );
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: --benchmark requires --dry-run\n' });
  expect(await readdir(empty)).toEqual([]);
  await rm(empty, { recursive: true });
});
