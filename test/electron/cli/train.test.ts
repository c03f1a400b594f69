/** `lab train`: divergence, fine-tuning with the state of the optimiser, and `--dry-run --benchmark`, which prints a cost estimate and writes nothing. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCard, readModel, writeCard } from '../../../models/checkpoint/model-folder';
import { allFinite } from '../../../models/train/divergence';
import { freshFolder } from '../compute/opened-service';
import { build, waitForExit, lab, start } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test('reports the step and tensor of a divergence and saves the model before it', async () => {
  const args = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--out',
    'wild',
    '--max-eval-samples',
    '16',
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

test('continues with the optimiser of a run that was exported for a cluster and imported', async () => {
  const short = ['--dataset', 'sudoku-4x4', '--max-eval-samples', '16', '--max-steps', '3'];
  const run = async (...args: string[]) => {
    const result = await lab(args, folder);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };
  await run('train', ...short, '--out', 'first');
  await run('run', 'export', 'first', '--format', 'cluster', '--augment', '1', '--out', 'job');
  const imported = await run('model', 'import', 'job/training_state.torch', '--out', 'back', '--kind', 'sudoku-4x4');
  expect(imported).toContain('The state of the optimizer (moments, and 3 steps) is stored with the model');
  expect(await run('model', 'show', 'back')).toMatch(/optimizer state\s+stored, after 3 steps/u);
  await run('train', ...short, '--from', 'back', '--optimizer-state', 'keep', '--out', 'kept');
  const checkpoint = await readFile(join(folder, 'kept', 'checkpoints', 'step-3.safetensors'), 'latin1');
  expect(checkpoint).toContain('"priorUpdates":"3"');
  const refused = await lab(['train', ...short, '--from', 'first', '--optimizer-state', 'keep', '--out', 'no'], folder);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('has no state of the optimizer')]);
}, 120_000);

test('renaming a run renames its model until that has another name', async () => {
  const args = ['--dataset', 'sudoku-4x4', '--max-eval-samples', '16', '--max-steps', '1', '--out', 'named'];
  expect((await lab(['train', ...args], folder)).code).toBe(0);
  const rename = async (name: string) => (await lab(['run', 'rename', 'named', name], folder)).stdout;
  const cardName = async () => (await readCard(join(folder, 'named'))).name;
  expect([await rename('One'), await cardName()]).toEqual(['Renamed the run and its model to “One”\n', 'One']);
  expect([await rename('Two'), await cardName()]).toEqual(['Renamed the run and its model to “Two”\n', 'Two']);
  await writeCard(join(folder, 'named'), { ...(await readCard(join(folder, 'named'))), name: 'Own' });
  expect([await rename('Three'), await cardName()]).toEqual(['Renamed the run to “Three”\n', 'Own']);
  expect((await lab(['run', 'list', '--json'], folder)).code).toBe(0);
  expect((await lab(['run', 'show', 'named'], folder)).stdout).toContain('“Three”');
}, 120_000);

const benchmark = [
  'train',
  '--dataset',
  'sudoku-4x4',
  '--preset',
  'classroom',
  '--out',
  'new',
  '--dry-run',
  '--benchmark',
  '--batch-size',
  '16',
];

test('--benchmark prints time, memory and disk space of the run', async () => {
  const { code, stdout, stderr } = await lab([...benchmark, '--max-steps', '100'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Running the benchmark …\n' });
  const [device, run, memory, disk, ...rest] = stdout.split('\n');
  expect(device).toMatch(/^Device: .+; [\d.]+ ms per step, [\d.]+ ms per quick evaluation$/u);
  expect(run).toMatch(/^Run: all 100 steps in \d+ s, 0 quick evaluations, 0\.\d+ TFLOP in total$/u);
  expect(memory).toMatch(/^Memory: \d+ MB at most$/u);
  expect(disk).toMatch(/^Disk: 1 MB per checkpoint, \d MB at most \([\d.]+ [MG]B free\)$/u);
  expect(rest).toEqual(['']);
}, 60_000);

test('--benchmark --json counts the checkpoints that --keep-every keeps', async () => {
  const estimate = async (...flags: string[]) =>
    JSON.parse(
      (await lab([...benchmark, '--max-seconds', '3600', '--max-steps', '1000', '--json', ...flags], folder)).stdout,
    ) as Record<string, number>;
  const byDefault = await estimate();
  expect(byDefault).toMatchObject({
    steps: 1000,
    evaluations: 4,
    stepMilliseconds: expect.any(Number),
    stepFlop: expect.any(Number),
    memoryBytes: expect.any(Number),
  });
  const keepingAll = await estimate('--checkpoint-every', '10', '--keep-every', '10');
  expect(keepingAll.diskBytes).toBeGreaterThan(90 * keepingAll.checkpointBytes!);
  expect(byDefault.diskBytes).toBeLessThan(10 * byDefault.checkpointBytes!);
}, 60_000);

test('--benchmark stops at Ctrl-C with one line', async () => {
  const child = start(
    ['train', '--dataset', 'sudoku-6x6', '--out', 'new', '--dry-run', '--measure', '--batch-size', '1024'],
    folder,
  );
  // A step of this size takes seconds.
  child.stderr.once('data', () => child.kill('SIGINT'));
  const { code, stdout, stderr } = await waitForExit(child);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Running the benchmark …\nerror: The benchmark was stopped. Nothing was saved.\n',
  });
}, 60_000);

test('--benchmark requires --dry-run and writes nothing', async () => {
  const empty = await freshFolder();
  const { code, stderr } = await lab(
    benchmark.filter((flag) => flag !== '--dry-run'),
    empty,
  );
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: --benchmark requires --dry-run\n' });
  expect(await readdir(empty)).toEqual([]);
  await rm(empty, { recursive: true });
});
