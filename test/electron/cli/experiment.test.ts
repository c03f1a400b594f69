/** The `experiment` commands, with an experiment of two short runs. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExperimentRecord } from '../../../electron/contract/experiments';
import { freshFolder } from '../compute/opened-service';
import { build, lab, start, waitForExit } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const short = ['--set', 'maxSteps=2', '--set', 'batchSize=4', '--set', 'maxEvalSamples=8'];
const vary = [
  'experiment',
  'run',
  '--dataset',
  'sudoku-4x4',
  '--preset',
  'classroom',
  ...short,
  '--vary',
  'hCycles=1,2',
];

test('list and show name the built-in experiments; an unknown one is a usage error', async () => {
  const { stdout } = await lab(['experiment', 'list'], folder);
  expect(stdout).toMatch(/^recursion +Does recursion matter, or only the parameters\? \(4 × 3 = 12\)$/mu);
  const shown = await lab(['experiment', 'show', 'gradient'], folder);
  expect(shown.stdout).toMatch(/^Claim: A gradient through the whole last cycle learns much more/mu);
  expect(shown.stdout).toMatch(/^ {2}56\.5 % {2}one-step gradient \(Less is More.*second-hand, 2026-11-30\)$/mu);
  expect(await lab(['experiment', 'show', 'nonsense'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unknown experiment “nonsense”; known: recursion'),
  });
});

test('an own experiment varies a setting, is interrupted, resumed, shown and exported', async () => {
  const first = start([...vary, '--seeds', '2', '--out', 'own', '--json'], folder);
  first.stdout.once('data', () => first.kill('SIGINT'));
  const interrupted = await waitForExit(first);
  expect(interrupted.code).toBe(1);
  expect(interrupted.stderr).toMatch(/Interrupted\. Continue with: experiment resume .*own$/mu);

  const resumed = await lab(['experiment', 'resume', 'own', '--json'], folder);
  expect(resumed).toMatchObject({ code: 0, stderr: '' });
  const shown = JSON.parse((await lab(['experiment', 'show', 'own', '--json'], folder)).stdout) as {
    results: { condition: string; seed: number; steps: number }[];
  };
  expect(shown.results).toHaveLength(4);
  expect(shown.results[3]).toMatchObject({ condition: '2-hcycles-2', seed: 2, steps: 2 });
  expect((await lab(['experiment', 'show', 'own'], folder)).stdout).toMatch(/4 of 4 trials/u);

  expect((await lab(['experiment', 'export', 'own', '--format', 'report', '--out', 'own.html'], folder)).code).toBe(0);
  const report = await readFile(join(folder, 'own.html'), 'utf8');
  expect(report).toContain('hCycles = 2');
  expect(report).toContain('experiment run --dataset sudoku-4x4 --preset classroom --max-seconds ');
  const again = await lab(['experiment', 'export', 'own', '--format', 'csv', '--out', 'own.html'], folder);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('already exists') });
  // The runs can be used by the other commands.
  const run = [
    'evaluate',
    '--model',
    join('own', 'runs', '1-hcycles-1-seed-1'),
    '--dataset',
    'sudoku-4x4',
    '--limit',
    '4',
  ];
  expect((await lab(run, folder)).code).toBe(0);
});

test('options of --vary are refused with a built-in experiment, and a folder that is none is named', async () => {
  const built = await lab(['experiment', 'run', 'gradient', '--set', 'ema=0', '--out', 'x'], folder);
  expect(built).toMatchObject({ code: 2, stderr: expect.stringContaining('belong to --vary') });
  const both = await lab(['experiment', 'run', 'gradient', '--vary', 'hCycles=1,2', '--out', 'x'], folder);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('got both: gradient and --vary') });
  const large = await lab(['experiment', 'run', 'mess', '--seed', '2147483647', '--seeds', '2', '--out', 'x'], folder);
  expect(large).toMatchObject({ code: 2, stderr: expect.stringContaining('--seed: ') });
  const none = await lab(['experiment', 'resume', 'nothing-here'], folder);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('is not an experiment') });
});

test('--dry-run estimates the experiment and creates nothing', async () => {
  const { code, stdout } = await lab([...vary, '--dry-run', '--out', 'none', '--json'], folder);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    conditions: [{ condition: '1-hcycles-1' }, { condition: '2-hcycles-2' }],
  });
  expect((await lab(['experiment', 'show', 'none'], folder)).code).toBe(2);
});

test('a built-in experiment is repeated with other seeds, and its command says so', async () => {
  const run = ['experiment', 'run', 'mess', '--seed', '11', '--json', '--out', 'repeated'];
  expect((await lab([...run.slice(0, 3), '--seed', '-1', '--out', 'repeated'], folder)).code).toBe(2);
  const child = start(run, folder);
  const exit = waitForExit(child);
  await expect.poll(() => existsSync(join(folder, 'repeated', 'experiment.json')), { timeout: 60_000 }).toBe(true);
  child.kill('SIGINT');
  await exit;
  const record = JSON.parse(await readFile(join(folder, 'repeated', 'experiment.json'), 'utf8')) as ExperimentRecord;
  expect(record.experiment.seeds).toEqual([11, 12, 13]);
  expect(record.command).toBe('experiment run mess --seed 11 --seeds 3');
  expect(await lab(run, folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('experiment resume repeated'),
  });
});

test('--thorough has more seeds, which show tells, and belongs to a built-in experiment', async () => {
  const shown = await lab(['experiment', 'show', 'gradient'], folder);
  expect(shown.stdout).toMatch(/^Size: 3 seeds.*\nWith --thorough: 12 seeds/mu);
  const run = ['experiment', 'run', 'gradient', '--thorough', '--out', 'thorough'];
  const child = start(run, folder);
  const exit = waitForExit(child);
  await expect.poll(() => existsSync(join(folder, 'thorough', 'experiment.json')), { timeout: 60_000 }).toBe(true);
  child.kill('SIGINT');
  await exit;
  const text = await readFile(join(folder, 'thorough', 'experiment.json'), 'utf8');
  expect((JSON.parse(text) as ExperimentRecord).experiment.seeds).toHaveLength(12);
  expect(await lab([...vary, '--thorough', '--out', 'x'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--thorough belongs to a built-in experiment'),
  });
});

test.each([
  ['a setting that does not exist', ['--vary', 'cycles=1,2'], 'expected name=value,value'],
  ['a single value', ['--vary', 'hCycles=1'], 'expected two or more values'],
  ['settings that do not fit together', ['--vary', 'posEncodings=none,rope'], 'rotary encodings need attention'],
  ['three settings', ['--vary', 'hCycles=1,2', '--vary', 'lCycles=1,2', '--vary', 'ema=0,0.9'], 'at most two settings'],
  ['a setting that is varied twice', ['--vary', 'hCycles=1,2', '--vary', 'hCycles=3,4'], 'hCycles is varied twice'],
  ['a setting that is set and varied', ['--vary', 'maxSteps=2,3'], 'maxSteps is both set and varied'],
  ['no dataset', null, '--vary requires --dataset'],
])('%s is refused', async (_, flags, message) => {
  const args = flags
    ? ['experiment', 'run', '--dataset', 'sudoku-4x4', ...short, ...flags]
    : ['experiment', 'run', '--vary', 'hCycles=1,2'];
  expect(await lab([...args, '--out', 'refused'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});
