/** Damaged puzzles in the real window: the curve in Models, and a damaged puzzle in Solve. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
  await lab.page.setViewportSize({ width: 1280, height: 800 });
}, 60_000);
afterAll(() => lab?.close());

test('a model is evaluated on puzzles with more and more contradictory clues', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Damaged puzzles' });
  await panel.getByText(/How many puzzles does the model still solve/u).waitFor();
  await panel.getByRole('combobox', { name: 'Damage' }).selectOption('Contradictory clues');
  await panel.getByRole('combobox', { name: 'Puzzles' }).selectOption('50, drawn at random');
  await panel.getByRole('button', { name: 'Evaluate damaged puzzles' }).click();
  const slider = panel.getByRole('slider', { name: 'Amount of damage' });
  await panel.getByText(/^0 %: \d+\.\d % right/u).waitFor();
  await expect.poll(() => slider.getAttribute('max'), { timeout: 60_000 }).toBe('5');
  await panel.getByText(/^Example 1 of 12, nothing changed$/u).waitFor();
  await slider.fill('5');
  await panel.getByText(/^50 %: \d{1,2}\.\d % right \(95 % CI .*, n = 50\)/u).waitFor();
  await panel.getByText(/^Example 1 of 12, [12345] cells? changed$/u).waitFor();
  await panel.getByText(/^(✓ right|✕ wrong); the halting head says \d+\.\d % right$/u).waitFor();
  await panel.getByRole('button', { name: 'Next example' }).click();
  await panel.getByText(/^Example 2 of 12/u).waitFor();
  await panel.getByRole('img', { name: /^Damaged puzzle: / }).scrollIntoViewIfNeeded();
  await lab.screenshot('damaged-puzzles');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-theme=dark]').waitFor();
  await lab.screenshot('damaged-puzzles-dark');
  await page.emulateMedia({ colorScheme: null });
  expect(await findViolations(page)).toEqual([]);
}, 120_000);

test('cancelling keeps the amounts that are there', async () => {
  const { page } = lab;
  const panel = page.getByRole('region', { name: 'Damaged puzzles' });
  await panel.getByRole('combobox', { name: 'Puzzles' }).selectOption('500, drawn at random');
  await panel.getByRole('button', { name: 'Evaluate damaged puzzles' }).click();
  await panel.getByText(/^0 %: \d+\.\d % right .*n = \d{3}\)/u).waitFor({ timeout: 60_000 });
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByText(/^Cancelled after [1-5] of 6 amounts\.$/u).waitFor();
  expect(lab.consoleErrors).toEqual([]);
}, 120_000);

test('a puzzle in Solve is damaged, solved as it is now, and restored', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('button', { name: 'Open in Solve' }).click();
  await page.getByRole('slider', { name: 'Position in the solve' }).waitFor();
  await page.getByRole('button', { name: 'Choose puzzle' }).click();
  const form = page.getByRole('region', { name: 'Damage the puzzle' });
  await page.keyboard.press('End');
  const before = await page.getByRole('gridcell', { name: /, clue/u }).count();
  await form.getByRole('combobox', { name: 'Damage' }).selectOption('Missing clues');
  await form.getByRole('spinbutton', { name: /^Clues to damage \(1–\d+\)$/u }).fill('99');
  expect(await form.getByRole('button', { name: 'Damage this puzzle' }).isDisabled()).toBe(true);
  await form.getByRole('spinbutton').fill('2');
  await form.getByRole('button', { name: 'Damage this puzzle' }).click();
  const note = page.getByRole('status').filter({ hasText: 'This puzzle is damaged (Missing clues)' });
  await note.getByText(/2 cells, outlined, are changed\.$/u).waitFor();
  await note.getByText(/^The answer is /u).waitFor();
  expect(await page.getByRole('gridcell', { name: /, clue/u }).count()).toBe(before - 2);
  await page.keyboard.press('End');
  await lab.screenshot('damaged-in-solve');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-theme=dark]').waitFor();
  await lab.screenshot('damaged-in-solve-dark');
  await page.emulateMedia({ colorScheme: null });
  expect(await findViolations(page)).toEqual([]);
  await note.getByRole('button', { name: 'Restore the puzzle' }).click();
  await note.waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('gridcell', { name: /, clue/u }).count()).toBe(before);
  expect(lab.consoleErrors).toEqual([]);
}, 120_000);
