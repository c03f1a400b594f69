/** A run of the command line beside the open window: shown as such, followed, and interrupted when its process is killed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, start } from '../electron/cli/lab-command';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
let child: ChildProcess;
beforeAll(async () => {
  await build();
  lab = await launchApp();
  const runs = join(lab.dataFolder, 'runs');
  mkdirSync(runs, { recursive: true });
  const settings = ['--batch-size', '8', '--max-steps', '100000', '--checkpoint-every', '5', '--threads', '1'];
  child = start(['train', '--dataset', 'sudoku-4x4', ...settings, '--out', join(runs, 'from-cli')], lab.dataFolder);
}, 120_000);
afterAll(async () => {
  child.kill('SIGKILL');
  await lab.close();
});

test('is listed as training in another process, and its curve grows', { timeout: 60_000 }, async () => {
  const { page } = lab;
  await page.keyboard.press('Control+3');
  await page.getByRole('navigation', { name: 'Train' }).getByRole('button', { name: /^Runs/u }).click();
  const row = page.getByRole('list', { name: 'Runs' }).getByRole('button', { name: /Sudoku 4×4/u });
  await row.waitFor({ timeout: 30_000 });
  await page.getByText('training in another process').first().waitFor();
  await row.click();
  await page.getByText('Another process trains this run').waitFor();
  const stepOf = async () =>
    Number(/step ([\d,]+)/u.exec(await page.locator('main').innerText())?.[1]?.replace(',', ''));
  const before = await stepOf();
  await expect.poll(stepOf, { timeout: 20_000 }).toBeGreaterThan(before);
  expect(await page.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: /^(?:Pause|Stop)/u }).count()).toBe(0);
  await lab.screenshot('train-other-process');
});

test('is interrupted when its process is killed, and can be resumed', { timeout: 60_000 }, async () => {
  child.kill('SIGKILL');
  await lab.page.getByRole('button', { name: 'Resume from checkpoint' }).waitFor({ timeout: 20_000 });
});
