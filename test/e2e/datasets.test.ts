/** Datasets in the real window: browse, search, generate, train, import and delete. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropFile } from './drop';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
  await lab.page.getByRole('button', { name: 'Datasets', exact: true }).click();
}, 60_000);
afterAll(() => lab?.close());

/** Opens the import menu and chooses its file item. */
async function importFile(): Promise<void> {
  await lab.page.locator('summary').filter({ hasText: 'Import' }).click();
  await lab.page.getByRole('button', { name: 'Import file…' }).click();
}

const gallery = () => lab.page.getByRole('listbox');
const inverseIsShown = () =>
  lab.page
    .getByText(/equals the original/u)
    .first()
    .waitFor();

test('the gallery shows the puzzles of a dataset and selects them by key with details', async () => {
  const { page } = lab;
  await gallery().waitFor();
  await page.getByText('282 puzzles', { exact: true }).waitFor();
  await gallery().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByText('sudoku-4x4/train/1', { exact: true }).waitFor();
  await page.getByText('✓ exactly one solution').waitFor();
  await page.getByText('✓ follows all rules').waitFor();
  await lab.screenshot('datasets');
});

test('the augmentation view shows a variant of a puzzle and its inverse', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Augmentation' }).click();
  await inverseIsShown();
  await page
    .getByText(/distinct variants/u)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Draw another' }).click();
  await inverseIsShown();
  await lab.screenshot('datasets-augmentation');
  await page.getByRole('button', { name: 'Augmentation' }).click();
});

test('the small ARC tasks are generated, and their augmentation is shown on the small canvas', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: /^ARC tasks, small/u }).click();
  await page.getByRole('button', { name: 'Generate puzzles' }).click();
  await page.getByText('1,200 puzzles', { exact: true }).waitFor({ timeout: 30_000 });
  await gallery().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByText('arc-small/train/1', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Augmentation' }).click();
  await inverseIsShown();
  await lab.screenshot('datasets-arc-small');
  await page.getByRole('button', { name: 'Augmentation' }).click();
  await page.getByRole('button', { name: /^Sudoku 4×4/u }).click();
  await page.getByText('282 puzzles', { exact: true }).waitFor();
});

test('a search shows fewer puzzles, and Show all resets it', async () => {
  const { page } = lab;
  await page.getByRole('searchbox').fill('12');
  await page.getByText(/^\d+ matching puzzles?$/u).waitFor();
  expect(Number((await page.getByText(/^\d+ matching puzzles?$/u).textContent())?.split(' ')[0])).toBeLessThan(282);
  await lab.screenshot('datasets-search');
  await page.getByRole('button', { name: 'Show all' }).first().click();
  await page.getByText('282 puzzles', { exact: true }).waitFor();
});

test('generates a dataset after a preview of its puzzles', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.getByRole('combobox', { name: 'Puzzle type', exact: true }).selectOption({ label: 'Maze' });
  await page.getByText(/^These puzzles require \d+/u).waitFor();
  await page.getByLabel('Puzzles', { exact: true }).fill('400');
  await lab.screenshot('datasets-generate');
  await page.getByRole('button', { name: 'Generate dataset' }).click();
  await page.getByText('Generated Maze 11×11.').waitFor({ timeout: 30_000 });
  await page.getByText('360 puzzles', { exact: true }).waitFor();
  const bar = page.getByRole('group', { name: /^Path/u }).getByRole('button').first();
  await bar.click();
  await page.getByText(/^\d+ matching puzzles?$/u).waitFor();
  await lab.screenshot('datasets-maze');
});

test('trains on a generated dataset after a benchmark', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Train on this dataset' }).click();
  await page.getByRole('radio', { name: /^Maze 11×11/u }).waitFor();
  expect(await page.getByRole('radio', { name: /^Maze 11×11/u }).isChecked()).toBe(true);
  await page.getByText(/^A new Convolutional TRM network with \d+ k parameters/u).waitFor();
  await page.getByRole('button', { name: 'Run benchmark' }).click();
  await page.getByText(/^Benchmark: [\d.,]+ ms per step/u).waitFor({ timeout: 60_000 });
  await lab.screenshot('train-measured');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('img', { name: /^Loss/u }).waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Stop/u }).click();
  await page.getByRole('button', { name: 'Set up a run' }).waitFor({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Datasets', exact: true }).click();
}, 180_000);

test('previews a file before import and shows an error for an invalid one', async () => {
  const { page } = lab;
  const folder = join(lab.dataFolder, 'files');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'mine.csv'),
    'question,answer\n1.....3..2.....4,1342243142133124\n1.....3..2.....4,1342243142133124\n',
  );
  writeFileSync(join(folder, 'poem.csv'), 'roses,violets\nred,blue\n');
  const choose = (file: string) =>
    lab.app.evaluate(
      ({ dialog }, path) =>
        void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })),
      join(folder, file),
    );
  await choose('poem.csv');
  await importFile();
  await page.getByText(/poem\.csv, line 1: expected a column of puzzles/u).waitFor();
  await lab.screenshot('datasets-refused');
  await page.getByRole('button', { name: 'Close' }).first().click();
  await choose('mine.csv');
  await importFile();
  await page.getByText('1 duplicate').waitFor();
  await lab.screenshot('datasets-offer');
  await page.getByLabel('Test set, %').fill('0');
  await page.getByRole('button', { name: 'Import dataset' }).click();
  await page.getByText('Imported mine.').waitFor();
});

test('previews a dropped file and shows an error for a file without puzzles', async () => {
  const { page } = lab;
  const folder = join(lab.dataFolder, 'files');
  writeFileSync(join(folder, 'picture.png'), 'no table');
  await dropFile(lab, join(folder, 'picture.png'));
  await page.getByText(/picture\.png, line 1: expected/u).waitFor();
  await page.getByRole('button', { name: 'Close' }).first().click();
  await dropFile(lab, join(folder, 'mine.csv'));
  await page.getByText('1 duplicate').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('asks for the puzzle type of a file that it does not recognise, and imports custom grids', async () => {
  const { page } = lab;
  const file = join(lab.dataFolder, 'files', 'letters.csv');
  const rows = ['.a.b..a.b,babbaaabb', 'b.....aab,bababaaab', 'a........,abbabbaba'];
  writeFileSync(file, ['question,answer', ...rows].join('\n'));
  await dropFile(lab, file);
  await page.getByText(/letters\.csv.*expected/u).waitFor();
  const type = page.getByRole('combobox', { name: 'Puzzle type' });
  await lab.screenshot('datasets-import-kind');
  await type.selectOption('Custom');
  await page.getByText(/3 puzzles/u).waitFor();
  expect(await type.inputValue()).toBe('custom');
  await page.getByRole('button', { name: 'Import dataset' }).click();
  await page.getByRole('button', { name: /^letters/u }).waitFor();
  await page.getByRole('button', { name: /^mine/u }).click();
});

test('a built-in dataset is generated on first use, with progress, and generating can be cancelled', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: /^Sudoku 9×9/u }).click();
  await page
    .getByText(/^This dataset is generated on this computer and then stored: 25,600 training puzzles, /u)
    .waitFor();
  await page.getByRole('button', { name: 'Generate puzzles' }).click();
  await page.getByText(/^[\d,]+ of 27,200 puzzles/u).waitFor({ timeout: 30_000 });
  await lab.screenshot('datasets-generating');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Generate puzzles' }).waitFor();
  await page.getByRole('button', { name: /^Maze.*Not generated yet/u }).click();
  await page.getByRole('button', { name: 'Generate puzzles' }).click();
  await page.getByText('24,000 puzzles', { exact: true }).waitFor({ timeout: 60_000 });
  await gallery().waitFor();
  expect(await page.getByRole('button', { name: /^Sudoku 9×9/u }).textContent()).toContain('Not generated yet');
  await page.getByRole('button', { name: /^mine/u }).click();
});

test('restores a deleted dataset with Undo', async () => {
  const { page } = lab;
  await page.locator('summary[aria-label="Dataset actions"]').click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Moved mine to the trash.').waitFor();
  expect(await page.getByRole('button', { name: /^mine/u }).count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: /^mine/u }).waitFor();
  expect(lab.consoleErrors).toEqual([]);
});
