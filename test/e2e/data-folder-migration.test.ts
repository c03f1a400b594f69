/** Moves the data folder from Settings, restarts with it and deletes the previous copy, without data loss. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { answerDialogs, launchApp, type LaunchedApp } from './launch-app';

const home = mkdtempSync(join(tmpdir(), 'trm-home-'));
const usual = join(home, 'TRM Puzzle Lab');
const disk = join(home, 'disk');
const moved = join(disk, 'TRM Puzzle Lab');
afterAll(() => rmSync(home, { recursive: true, force: true }));

const choose = (lab: LaunchedApp, path: string) =>
  lab.app.evaluate(
    ({ dialog }, chosen) =>
      void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })),
    path,
  );
const openSettings = (lab: LaunchedApp) =>
  lab.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Settings' }).click();
/** Confirms the switch, and disables the app's own relaunch: the test launches the app itself. */
const staysAway = async (lab: LaunchedApp) => {
  await answerDialogs(lab.app, 0);
  await lab.app.evaluate(({ app }) => void (app.relaunch = () => undefined));
};
const ended = (lab: LaunchedApp) => new Promise<void>((resolve) => lab.app.once('close', () => resolve()));

describe.runIf(process.platform === 'linux')('the data folder', () => {
  test('cannot move into itself, and moves to another folder with all its data', async () => {
    const lab = await launchApp({ home });
    const { page } = lab;
    mkdirSync(disk);
    await page.evaluate(() => window.mainApi.updateSettings({ theme: 'light' }));
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Datasets' }).click();
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.getByRole('combobox', { name: 'Puzzle type', exact: true }).selectOption({ label: 'Maze' });
    await page.getByLabel('Puzzles', { exact: true }).fill('60');
    await page.getByRole('button', { name: 'Generate dataset' }).click();
    await page
      .getByText(/^Generated /u)
      .first()
      .waitFor({ timeout: 30_000 });
    await openSettings(lab);
    await choose(lab, join(usual, 'datasets'));
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByText(/is inside the current data folder/u).waitFor();
    await lab.screenshot('moving-refused');
    await choose(lab, disk);
    await page.getByRole('button', { name: 'Choose another folder' }).click();
    await page.getByText(moved).waitFor();
    await lab.screenshot('moving-offer');
    await staysAway(lab);
    const end = ended(lab);
    await page.getByRole('button', { name: 'Move everything and restart' }).click();
    await Promise.race([
      end,
      page
        .getByText('Could not copy the data.')
        .waitFor({ timeout: 60_000 })
        .then(
          () => lab.screenshot('moving-failed'),
          () => undefined,
        ),
    ]);
    expect(readdirSync(join(moved, 'datasets'))).toEqual(readdirSync(join(usual, 'datasets')));
    expect(readdirSync(disk)).toEqual(['TRM Puzzle Lab']);
  }, 90_000);

  test('is used at the next start with its settings, and the previous copy can be deleted', async () => {
    const lab = await launchApp({ home });
    const { page } = lab;
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.getByText(moved, { exact: true }).waitFor();
    await page.getByText(usual).waitFor();
    const asked = await answerDialogs(lab.app, 1);
    await page.getByRole('button', { name: 'Delete previous copy' }).click();
    await expect.poll(asked).toBe(1);
    expect(readdirSync(usual)).toContain('datasets');
    await answerDialogs(lab.app, 0);
    await page.getByRole('button', { name: 'Delete previous copy' }).click();
    await page.getByRole('status').getByText('The previous copy was deleted.').waitFor();
    expect(readdirSync(usual)).toEqual(['data-folder.json']);
    await lab.screenshot('moving-moved');
    expect(lab.consoleErrors).toEqual([]);
    await lab.close();
  }, 60_000);

  test('can be switched to an empty folder and back to the existing data', async () => {
    const lab = await launchApp({ home });
    const { page } = lab;
    const empty = join(home, 'empty');
    mkdirSync(empty);
    await choose(lab, empty);
    await page.getByRole('button', { name: 'Change…' }).click();
    await staysAway(lab);
    let end = ended(lab);
    await page.getByRole('button', { name: 'Start with an empty folder' }).click();
    await end;
    const second = await launchApp({ home });
    await second.page.getByText(join(empty, 'TRM Puzzle Lab'), { exact: true }).waitFor();
    await choose(second, moved);
    await second.page.getByRole('button', { name: 'Change…' }).click();
    await staysAway(second);
    end = ended(second);
    await second.page.getByRole('button', { name: 'Use that data and restart' }).click();
    await end;
    expect(readdirSync(join(moved, 'datasets'))).toHaveLength(1);
  }, 90_000);

  test('opens a dialog if it is missing, and is not recreated', async () => {
    renameSync(moved, join(disk, 'away'));
    const away = await openMissing();
    expect(away.message).toMatch(/data folder cannot be found/u);
    expect(away.detail).toContain(`the data folder ${moved} cannot be found`);
    expect(existsSync(moved)).toBe(false);
    renameSync(join(disk, 'away'), moved);
  }, 60_000);
});

/** Returns the dialog that the app shows for missing data, answered with "Quit". */
async function openMissing(): Promise<{ message: string; detail: string }> {
  const [asked, hook] = [join(home, 'asked.json'), join(home, 'hook.cjs')];
  writeFileSync(
    hook,
    `const { dialog } = require('electron'); dialog.showMessageBox = async (options) => { require('node:fs').writeFileSync(${JSON.stringify(asked)}, JSON.stringify(options)); return { response: 2 }; };`,
  );
  // The app quits before it opens a window.
  await launchApp({ home, switches: ['-r', hook] }).catch(() => undefined);
  await expect.poll(() => existsSync(asked), { timeout: 20_000 }).toBe(true);
  return JSON.parse(readFileSync(asked, 'utf8')) as { message: string; detail: string };
}
