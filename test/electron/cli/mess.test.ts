/** `lab mess`: accuracy against the amount of damage, wrong arguments, and Ctrl-C. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder } from '../compute/opened-service';
import { build, lab, start, waitForExit } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const mess = ['mess', '--model', 'sudoku-4x4', '--dataset', 'sudoku-4x4', '--damage'];

interface Result {
  readonly planned: number;
  readonly points: readonly { amount: number; exactAccuracy: number; count: number; sureAndWrong: number }[];
}

test('accuracy falls with the number of contradictory clues; the same seed gives the same numbers', async () => {
  const args = [...mess, 'contradictory', '--amounts', '0,1,3', '--samples', '40', '--json'];
  const { code, stdout } = await lab(args, folder);
  expect(code).toBe(0);
  const { points } = JSON.parse(stdout) as Result;
  expect(points.map(({ amount, count }) => [amount, count])).toEqual([
    [0, 40],
    [1, 40],
    [3, 40],
  ]);
  const [none, one, three] = points.map(({ exactAccuracy }) => exactAccuracy);
  expect(none).toBeGreaterThan(0.9);
  expect(one).toBeLessThan(none!);
  expect(three).toBeLessThan(one!);
  expect(points[2]!.sureAndWrong).toBeGreaterThan(points[0]!.sureAndWrong);
  expect((await lab(args, folder)).stdout).toBe(stdout);
}, 60_000);

test('shares of clues and what counts as right are printed', async () => {
  const { stdout } = await lab([...mess, 'missing', '--amounts', '0,0.5', '--samples', '8'], folder);
  expect(stdout).toMatch(/^Missing clues: sudoku-4x4 on sudoku-4x4$/mu);
  expect(stdout).toMatch(/^Right: any answer that obeys the rules/mu);
  expect(stdout).toMatch(/^ +50\.0 % +\d+\.\d % \(95 % CI .* %, n = 8\) +sure and wrong/mu);
}, 60_000);

test.each([
  [[...mess, 'smaller'], '“Smaller grid” does not apply to Sudoku 4×4: they have no smaller grid of the same type'],
  [[...mess, 'spilled'], 'expected one of flipped, contradictory, missing'],
  [[...mess, 'missing', '--amounts', '0,1.5'], 'expected at most 100 whole numbers, or shares from 0 to 1'],
  [[...mess, 'missing', '--amounts', '0,,1'], 'expected at most 100 whole numbers, or shares from 0 to 1'],
  [[...mess, 'missing', '--samples', '0'], 'a whole number of puzzles, 1 or higher'],
  [['mess', '--model', 'sudoku-4x4', '--dataset', 'queens', '--damage', 'missing'], 'the model reads 16 cells'],
])('%s is a usage error', async (args, expected) => {
  expect(await lab(args, folder)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(expected) });
});

test('Ctrl-C keeps the amounts that are there', async () => {
  const amounts = Array.from({ length: 100 }, () => '1').join(',');
  const running = start([...mess, 'several', '--amounts', amounts, '--samples', '500', '--json'], folder);
  setTimeout(() => running.kill('SIGINT'), 10_000);
  const { code, stdout, stderr } = await waitForExit(running);
  expect(code).toBe(0);
  const { planned, points } = JSON.parse(stdout) as Result;
  expect(planned).toBe(100);
  expect(points.length).toBeGreaterThan(0);
  expect(points.length).toBeLessThan(100);
  expect(stderr).toMatch(/Ended after \d+ of 100 amounts/u);
}, 60_000);
