/** Precision int8 in `lab train`, `lab evaluate` and `lab solve`. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder } from '../compute/opened-service';
import { build, lab } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test('trains with int8 and records the precision in the model card', async () => {
  const args = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--out',
    'rounded',
    '--max-eval-samples',
    '16',
    '--max-steps',
    '3',
    '--precision',
    'int8',
    '--json',
  ];
  const { code, stdout } = await lab(args, folder);
  expect(code).toBe(0);
  const losses = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; lmLoss?: number })
    .filter(({ type }) => type === 'step');
  expect(losses.map(({ lmLoss }) => Number.isFinite(lmLoss))).toEqual([true, true, true]);
  const card = JSON.parse(await readFile(join(folder, 'rounded', 'card.json'), 'utf8')) as { command: string };
  expect(card.command).toContain('--precision int8');
}, 60_000);

test('the built-in model keeps its accuracy with int8, within its confidence interval', async () => {
  const evaluate = async (precision: string) => {
    const { stdout } = await lab(
      [
        'evaluate',
        '--model',
        'sudoku-4x4',
        '--dataset',
        'sudoku-4x4',
        '--limit',
        '200',
        '--json',
        '--precision',
        precision,
      ],
      folder,
    );
    return JSON.parse(stdout) as { exactAccuracy: number; interval: [number, number] };
  };
  const [float32, int8] = [await evaluate('float32'), await evaluate('int8')];
  expect(int8.exactAccuracy).toBeGreaterThanOrEqual(float32.interval[0]);
}, 60_000);

test('rejects an unknown precision and lists the available ones', async () => {
  const { code, stderr } = await lab(
    ['solve', '--model', 'sudoku-4x4', '--puzzle', '1.....3..2.....4', '--precision', 'mixed'],
    folder,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('expected one of float32, int8');
});
