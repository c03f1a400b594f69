/** A reloaded window shows the same view and content. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
});
afterAll(() => lab?.close());

const address = (): Promise<string> => lab.page.evaluate(() => decodeURIComponent(location.hash));

test('a reload restores the selected dataset and puzzle', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Datasets', exact: true }).click();
  await page.getByRole('button', { name: /^Sudoku 6×6/u }).click();
  await page.getByText('900 puzzles', { exact: true }).waitFor();
  await page.getByRole('listbox').press('ArrowRight');
  await page.getByRole('listbox').press('ArrowRight');
  await page.getByText('sudoku-6x6/train/1', { exact: true }).waitFor();
  expect(await address()).toBe('#datasets/sudoku-6x6/train/1');
  await page.reload();
  await page.getByText('sudoku-6x6/train/1', { exact: true }).waitFor();
});

test('a reload restores the puzzle in Solve, from a dataset or entered', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Solve', exact: true }).click();
  await expect.poll(address).toMatch(/^#solve\/sudoku-4x4\/sudoku-4x4\/test\/\d+$/u);
  const before = await address();
  await page.reload();
  await page.getByText(before.replace('#solve/sudoku-4x4/', ''), { exact: true }).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('textbox').fill('1.....3..2.....4');
  await page.keyboard.press('Control+Enter');
  await expect.poll(address).toBe('#solve/sudoku-4x4/=1.....3..2.....4');
  await page.reload();
  await page.getByText('entered puzzle').waitFor();
  await page.getByText('4 clues').waitFor();
});

test('an unknown address opens an existing dataset or puzzle', async () => {
  const { page } = lab;
  await page.evaluate(() => (location.hash = 'datasets/nothing/train/9'));
  await page.reload();
  await page.getByText('282 puzzles', { exact: true }).waitFor();
  await page.evaluate(() => (location.hash = 'solve/sudoku-4x4/sudoku-4x4/test/99999999'));
  await page.reload();
  await expect.poll(address).toMatch(/^#solve\/sudoku-4x4\/sudoku-4x4\/test\/\d{1,3}$/u);
  expect(lab.consoleErrors).toEqual([]);
});
