/** Products in 8 bits, as the command line offers them. */
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

test('a model learns in 8 bits, and its card says so', async () => {
  const args = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--out',
    'rounded',
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

test('the shipped model is as good in 8 bits, to within its interval', async () => {
  const measure = async (precision: string) => {
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
  const [exact, rounded] = [await measure('float32'), await measure('int8')];
  expect(rounded.exactAccuracy).toBeGreaterThanOrEqual(exact.interval[0]);
}, 60_000);

test('a precision there is not is refused with those there are', async () => {
  const { code, stderr } = await lab(
    ['solve', '--model', 'sudoku-4x4', '--puzzle', '1.....3..2.....4', '--precision', 'mixed'],
    folder,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('Allowed choices are float32, int8');
});
