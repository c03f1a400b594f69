/** Trains on a dataset other than the default in the real window. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
}, 60_000);
afterAll(() => lab?.close());

test('trains on Sudoku 6×6 and shows its puzzles', { timeout: 120_000 }, async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('radio', { name: /Sudoku 6×6/u }).check();
  await page.getByText(/^A new Symbol-equivariant TRM network with 34 k parameters/u).waitFor();
  // The first evaluation of this preset comes sooner.
  await page.getByRole('radio', { name: /^Classroom(?!,)/u }).check();
  await page.getByText(/^A new TRM-MLP network with 103 k parameters/u).waitFor();
  await lab.screenshot('train-setup-6x6');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('img', { name: /^Exact accuracy by step/u }).waitFor();
  await page
    .getByRole('img', { name: /^Puzzle sudoku-6x6\/test\/\d+:/u })
    .first()
    .waitFor({ timeout: 60_000 });
  await lab.screenshot('train-running-6x6');
  await page.getByRole('button', { name: /^Stop/u }).click();
  await page
    .getByText(/saved|stopped/iu)
    .first()
    .waitFor({ timeout: 30_000 });
  await lab.screenshot('train-stopped-6x6');
  expect(lab.consoleErrors).toEqual([]);
});

test(
  'trains a symbol-equivariant model and names the stage of its recursion curriculum',
  { timeout: 120_000 },
  async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'Set up', exact: true }).click();
    await page.getByRole('radio', { name: /learns 9×9 Sudoku/u }).check();
    await page.getByText(/^A new Symbol-equivariant TRM network with \d+ k parameters/u).waitFor();
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText(/^1 H cycle × 1 L update until step 3,000; as much as/u).waitFor({ timeout: 60_000 });
    await lab.screenshot('train-running-symbols');
    await page.getByRole('button', { name: /^Stop/u }).click();
    await page.getByRole('button', { name: /^Skip evaluation/u }).click();
    await page
      .getByText(/saved|stopped/iu)
      .first()
      .waitFor({ timeout: 30_000 });
    expect(lab.consoleErrors).toEqual([]);
  },
);
