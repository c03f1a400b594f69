/** Experiments in the real window: plan, own experiment, pause, restart of the application, results, exports, delete and restore. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';

let dataFolder: string;
let lab: LaunchedApp;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'trm-lab-'));
  await open();
}, 60_000);
afterAll(async () => {
  await lab?.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  lab = await launchApp({ dataFolder });
  await lab.page.getByRole('button', { name: /^Experiments/u }).click();
}

const button = (name: string) => lab.page.getByRole('button', { name, exact: true });
const heading = (name: string) => lab.page.getByRole('heading', { level: 1, name });
const state = (text: RegExp) => lab.page.locator('.subtitle').getByText(text);
const listed = (name: string) =>
  lab.page.getByRole('navigation', { name: 'Experiments' }).getByRole('button', { name });
const save = (path: string) =>
  lab.app.evaluate(
    ({ dialog }, chosen) => void (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })),
    path,
  );

async function exportAs(item: string, file: string): Promise<Buffer> {
  const path = join(dataFolder, file);
  await save(path);
  await lab.page.locator('summary').filter({ hasText: 'Export' }).click();
  await button(item).click();
  await lab.page.getByText(new RegExp(`Exported to .*${file}`, 'u')).waitFor();
  return readFileSync(path);
}

test('the plan of a built-in experiment has its claim, conditions, published figures and a prediction', async () => {
  const { page } = lab;
  await listed('Full or one-step gradient?').click();
  await heading('Full or one-step gradient?').waitFor();
  await page.getByText('2 conditions × 3 seeds').waitFor();
  await page.getByRole('radio', { name: 'Thorough (overnight)' }).check();
  await page.getByText('2 conditions × 12 seeds').waitFor();
  await page.getByText('arXiv 2510.04871').waitFor();
  await page.getByText('figures taken from a summary').waitFor();
  await lab.screenshot('experiment-plan');
  expect(await findViolations(page)).toEqual([]);
});

test('an experiment of one’s own names wrong values, and estimates its time', async () => {
  const { page } = lab;
  await button('New experiment…').click();
  await page.getByLabel('Values, separated by commas').fill('1');
  await page.getByText('Enter two or more different values').waitFor();
  expect(await button('Start experiment').count()).toBe(0);
  await page.getByLabel('Values, separated by commas').fill('1, 2');
  await page.getByLabel('Seeds').fill('1');
  await page.getByLabel('Minutes per run (at most)').fill('0.05');
  await page.getByText('2 conditions × 1 seed').waitFor();
  await button('Estimate time').click();
  await page.getByText(/Training takes about .* on this computer/u).waitFor();
  await lab.screenshot('experiment-own');
  expect(await findViolations(page)).toEqual([]);
}, 90_000);

test('it is paused, found again after a restart of the application, and resumed to its end', async () => {
  await lab.page.getByLabel('Which condition solves most puzzles?').selectOption({ label: 'hCycles = 2' });
  await button('Start experiment').click();
  await state(/^Running, 0 of 2 trials/u).waitFor();
  await lab.page.getByText(/^Trial 1 of 2: hCycles = 1, seed 1/u).waitFor();
  await lab.screenshot('experiment-running');
  // Nothing else trains meanwhile.
  await button('Train').click();
  expect(await button('Start training').isDisabled()).toBe(true);
  await lab.page.getByTitle('Show the experiment in progress').click();
  await button('Pause').click();
  await state(/^Paused/u).waitFor();

  await lab.close();
  await open();
  await state(/^Paused/u).waitFor();
  await button('Resume experiment').click();
  await state(/^Finished/u).waitFor({ timeout: 60_000 });
  await lab.page.getByRole('img', { name: 'Exact accuracy by condition' }).waitFor();
  expect(await lab.page.getByRole('img').locator('circle').count()).toBe(4);
  await lab.page.getByText('hCycles = 2').first().waitFor();
  await lab.page.getByText(/^experiment run --dataset sudoku-4x4 /u).waitFor();
  await lab.screenshot('experiment-result');
  expect(await findViolations(lab.page)).toEqual([]);
}, 120_000);

test('report, table and chart are exported', async () => {
  expect((await exportAs('Report (HTML)…', 'report.html')).toString()).toContain('<svg');
  expect((await exportAs('Results (CSV)…', 'results.csv')).toString().split('\n')).toHaveLength(4);
  expect((await exportAs('Chart (PNG)…', 'chart.png')).subarray(1, 4).toString()).toBe('PNG');
}, 60_000);

test('deleted, it is restored by undo', async () => {
  await button('Delete').click();
  await lab.page.getByText('No results yet.').waitFor();
  await button('Undo').click();
  await state(/^Finished/u).waitFor();
});

test('nothing was reported as an error', () => {
  expect(lab.consoleErrors).toEqual([]);
});
