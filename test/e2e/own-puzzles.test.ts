/** Puzzles of one's own, from a dropped file to an evaluated model, and back from the trash after a restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropFile } from './drop';
import { launchApp, type LaunchedApp } from './launch-app';

const dataFolder = mkdtempSync(join(tmpdir(), 'trm-lab-'));
let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp({ dataFolder });
}, 60_000);
afterAll(async () => {
  await lab?.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const go = (view: string) => lab.page.getByRole('button', { name: view, exact: true }).first().click();
const trainBriefly = async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Train on this dataset' }).click();
  await page.getByRole('radio', { name: /^Classroom(?!,)/u }).check();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('img', { name: /^Loss/u }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: /^Stop/u }).click();
  await page.getByRole('button', { name: 'Open in Solve' }).click({ timeout: 90_000 });
  await page.getByRole('slider', { name: 'Position in the solve' }).waitFor({ timeout: 60_000 });
};

/** Grids of two letters whose answer is their mirror image. */
function mirrorGrids(): string {
  const rows = Array.from({ length: 64 }, (_, index) => {
    const cells = Array.from({ length: 9 }, (_, cell) => 'ab'[(index >> (cell % 6)) & 1]!);
    const mirrored = cells.map((_, cell) => cells[cell - (cell % 3) + 2 - (cell % 3)]!);
    return `${cells.join('')},${mirrored.join('')}`;
  });
  return ['question,answer', ...rows].join('\n');
}

test('own grids are imported as custom, trained on, solved as drawn and evaluated', { timeout: 240_000 }, async () => {
  const { page } = lab;
  const file = join(dataFolder, 'mirror.csv');
  writeFileSync(file, mirrorGrids());
  await page.getByRole('grid').waitFor({ timeout: 30_000 });
  // A table can only be a dataset: dropped on Home, it is inspected at once.
  await dropFile(lab, file);
  const type = page.getByRole('combobox', { name: 'Puzzle type' });
  await type.waitFor();
  await type.selectOption('Custom');
  await page
    .getByText(/64 puzzles/u)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Import dataset' }).click();
  await page.getByRole('heading', { name: 'mirror', exact: true }).waitFor();
  await trainBriefly();
  await page.keyboard.press('e');
  await page.getByRole('textbox').fill('aabbaabab');
  await page.keyboard.press('Control+Enter');
  await page.getByText('entered puzzle').waitFor();
  await page.getByRole('slider', { name: 'Position in the solve' }).waitFor({ timeout: 60_000 });
  await lab.screenshot('own-solved');
  await go('Models');
  await page
    .getByRole('navigation', { name: 'Models' })
    .getByRole('button', { name: /mirror/u })
    .click();
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  await page
    .getByText(/^\d+(?:\.\d)? %/u)
    .first()
    .waitFor({ timeout: 60_000 });
  await lab.screenshot('own-evaluated');
});

test('an own ARC task is imported and can be trained on', async () => {
  const { page } = lab;
  const file = join(dataFolder, 'recolour.json');
  const pair = (at: number) => {
    const input = Array.from({ length: 3 }, (_, row) =>
      Array.from({ length: 3 }, (_, column) => (row * 3 + column === at ? 1 : 0)),
    );
    return { input, output: input.map((row) => row.map((cell) => (cell === 1 ? 2 : 0))) };
  };
  writeFileSync(file, JSON.stringify({ train: [0, 2, 4, 6].map(pair), test: [8].map(pair) }));
  await go('Home');
  await dropFile(lab, file);
  // It may be a dataset or a puzzle to solve.
  await page.getByRole('dialog', { name: 'Open recolour.json' }).waitFor();
  await lab.screenshot('own-drop');
  await page.getByRole('button', { name: 'Import as a dataset' }).click();
  await page.getByRole('button', { name: 'Import dataset' }).click({ timeout: 30_000 });
  await page.getByRole('heading', { name: 'recolour', exact: true }).waitFor({ timeout: 30_000 });
  // The test of a single task is held out; its examples are learned.
  await page
    .getByRole('button', { name: /^recolour/u })
    .getByText(/^\d+ training, [1-9]\d* test$/u)
    .waitFor();
  await lab.screenshot('own-arc-dataset');
  await page.getByRole('button', { name: 'Train on this dataset' }).click();
  expect(await page.getByRole('radio', { name: /^recolour/u }).isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Start training' }).waitFor();
});

test('a puzzle file dropped on Solve is solved', async () => {
  const { page } = lab;
  const file = join(dataFolder, 'today.txt');
  writeFileSync(file, '1...\n..3.\n.2..\n...4\n');
  await go('Solve');
  await dropFile(lab, file);
  await page.getByText('4 clues').waitFor({ timeout: 30_000 });
  writeFileSync(file, 'no puzzle at all');
  await dropFile(lab, file);
  await page.getByText('today.txt could not be opened: no model here reads it as a puzzle').waitFor();
});

test('a link leads back to the model, the puzzle and the update', async () => {
  const { page } = lab;
  await page.getByRole('slider', { name: 'Position in the solve' }).waitFor({ timeout: 30_000 });
  await page.keyboard.press('Home');
  for (let update = 1; update < 4; update++) await page.keyboard.press('ArrowRight');
  const place = () => page.getByRole('slider', { name: 'Position in the solve' }).getAttribute('aria-valuenow');
  expect(await place()).toBe('4');
  await page.getByRole('button', { name: 'Copy a link to this position' }).click();
  await page.getByText('Link copied.', { exact: false }).first().waitFor();
  const link = await lab.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(link).toMatch(/^trm-puzzle-lab:\/\/solve\/[\w-]+\/%404%2C\d+\//u);
  await page.keyboard.press('n');
  await go('Home');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search commands' }).fill(link);
  await page.getByRole('option', { name: /Open the linked position/u }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('4 clues').waitFor({ timeout: 30_000 });
  await expect.poll(place, { timeout: 30_000 }).toBe('4');
});

test('a dataset is renamed, deleted, and restored from the trash after a restart', async () => {
  await go('Datasets');
  await lab.page.getByRole('button', { name: /^mirror/u }).click();
  await lab.page.locator('summary[aria-label="Dataset actions"]').click();
  await lab.page.getByRole('button', { name: 'Rename' }).click();
  await lab.page.getByRole('textbox', { name: 'Name' }).fill('Mirror images');
  await lab.page.keyboard.press('Enter');
  await lab.page.getByRole('heading', { name: 'Mirror images', exact: true }).waitFor();
  await lab.page.locator('summary[aria-label="Dataset actions"]').click();
  await lab.page.getByRole('button', { name: 'Delete' }).click();
  await lab.page.getByText('Moved Mirror images to the trash.').waitFor();
  expect(lab.consoleErrors).toEqual([]);
  await lab.close();
  lab = await launchApp({ dataFolder });
  await go('Settings');
  await lab.page.getByRole('button', { name: 'Restore mirror' }).click();
  await lab.page.getByText('Restored mirror.').waitFor();
  await lab.screenshot('own-trash');
  await go('Datasets');
  await lab.page.getByRole('button', { name: /^Mirror images/u }).waitFor();
  expect(lab.consoleErrors).toEqual([]);
});
