/** Models in the real window: export, import, evaluate, compare, rename, delete and restore. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './axe';
import { writeDownloaded } from './downloaded-model';
import { dropFile } from './drop';
import { launchApp, projectFolder, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
let folder: string;
beforeAll(async () => {
  lab = await launchApp();
  folder = join(lab.dataFolder, 'files');
  mkdirSync(folder);
  await lab.page.getByRole('button', { name: 'Models', exact: true }).click();
}, 60_000);
afterAll(() => lab?.close());

const shipped = 'Sudoku 4×4 · Classroom';
const heading = (name: string) => lab.page.getByRole('heading', { level: 1, name, exact: true });
const card = () => lab.page.getByRole('table');
const listed = (name: string) => lab.page.getByRole('navigation', { name: 'Models' }).getByRole('button', { name });
const choose = (path: string) =>
  lab.app.evaluate(
    ({ dialog }, chosen) =>
      void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })),
    path,
  );
const save = (path: string) =>
  lab.app.evaluate(
    ({ dialog }, chosen) => void (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })),
    path,
  );

/** Opens the import menu and chooses its file item. */
async function importFile(): Promise<void> {
  await lab.page.locator('summary').filter({ hasText: 'Import' }).click();
  await lab.page.getByRole('button', { name: 'Import file…' }).click();
}

test('the card of a built-in model shows its accuracy with the sample size, and its command', async () => {
  await heading(shipped).waitFor();
  const text = await card().innerText();
  expect(text).toMatch(/^Exact accuracy\s+99\.8 %\s+95 % CI 98\.9–99\.9 %, n\s=\s500/u);
  expect(text).toMatch(/Command\s+train --dataset sudoku-4x4 --preset classroom/u);
  expect(await lab.page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  await lab.screenshot('models');
});

test('the compute receipt counts an answer, and estimates with editable assumptions', async () => {
  const { page } = lab;
  const receipt = page.getByRole('region', { name: 'Compute receipt' });
  await receipt.getByRole('button', { name: 'Show' }).click();
  await receipt.getByRole('row', { name: /^Depth [\d,]+ layer passes/u }).waitFor();
  await receipt.getByRole('spinbutton', { name: 'Power to, W' }).fill('5');
  await receipt.getByText('Must be at least the lower power.').waitFor();
  await receipt.getByRole('spinbutton', { name: 'Power to, W' }).fill('15');
  await receipt.getByText('time × 15 W; not measured').first().waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await findViolations(page)).toEqual([]);
    await receipt.getByRole('row', { name: /^Depth/u }).scrollIntoViewIfNeeded();
    await lab.screenshot(`models-receipt-${colorScheme}`);
  }
  await receipt.getByRole('spinbutton', { name: 'Power from, W' }).scrollIntoViewIfNeeded();
  await lab.screenshot('models-receipt-assumptions');
  await receipt.getByRole('button', { name: 'Reset to defaults' }).click();
  await receipt.getByRole('button', { name: 'Hide' }).click();
});

test('exports a model to a file, but does not overwrite the file', async () => {
  const { page } = lab;
  const out = join(folder, 'copy.safetensors');
  await save(out);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await lab.screenshot('models-export');
  await page.getByRole('button', { name: 'Export model…' }).click();
  await page.getByText(`Exported ${shipped} to ${out}`).waitFor();
  expect([existsSync(out), existsSync(join(folder, 'copy.config.json'))]).toEqual([true, true]);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('button', { name: 'Export model…' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
});

test('exports an ONNX file with weights of 8 bits, and reports its accuracy', async () => {
  const { page } = lab;
  const out = join(folder, 'small.onnx');
  await save(out);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('radio', { name: 'ONNX, all steps', exact: true }).check();
  await page.getByRole('radio', { name: 'int8', exact: true }).check();
  await page.getByRole('radio', { name: 'int64', exact: true }).check();
  await lab.screenshot('models-export-onnx');
  await page.getByRole('button', { name: 'Export model…' }).click();
  await page.getByText(`Exported ${shipped} to ${out}`).waitFor({ timeout: 60_000 });
  await page
    .getByText(/With int8 weights, the model solves \d+ of 200 test puzzles, with float32 weights \d+\./u)
    .waitFor();
  expect(existsSync(out)).toBe(true);
});

async function rename(name: string): Promise<void> {
  const { page } = lab;
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.keyboard.press('Enter');
  await heading(name).waitFor();
}

test('imports the exported file with its name and card, and evaluates it with the same accuracy', async () => {
  const { page } = lab;
  await choose(join(folder, 'copy.safetensors'));
  await importFile();
  await page.getByText(`Imported ${shipped}.`).waitFor();
  expect(await card().innerText()).toMatch(/^Exact accuracy\s+99\.8 %/u);
  expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(1);
  await rename('copy');
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  // `lab evaluate` gives the built-in model the same: the same 500 puzzles are drawn, of which it was trained on none.
  await page
    .getByRole('list', { name: 'Evaluations' })
    .getByText(/100\.0 % exact, n\s=\s500/u)
    .waitFor({ timeout: 60_000 });
});

test('compares two model cards and marks their differences', async () => {
  const { page } = lab;
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: `${shipped} (built-in)` });
  await page.getByText(/^\d+ of \d+ differ$/u).waitFor();
  const row = (name: string) =>
    card()
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      .innerText();
  expect(await row('Preset')).toContain('≠');
  expect(await row('Seed')).not.toContain('≠');
  expect(await row('Latest evaluation')).toMatch(/100\.0 %[^]+not evaluated/u);
  expect(await row('Parameters')).not.toContain('≠');
  await lab.screenshot('models-compared');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-theme=dark]').waitFor();
  await lab.screenshot('models-dark');
  await page.emulateMedia({ colorScheme: null });
  await page.getByRole('button', { name: 'Close comparison' }).click();
});

test('asks for the missing settings of a checkpoint', async () => {
  const { page } = lab;
  const bare = join(folder, 'step_1000');
  copyFileSync(join(projectFolder, 'test/fixtures/oracle/pt/trm_att.step_1000'), bare);
  await choose(bare);
  await importFile();
  await page.getByRole('heading', { name: 'Missing settings' }).waitFor();
  await lab.screenshot('models-asked');
  const answers = { num_heads: '4', seq_len: '16', H_cycles: '2', L_cycles: '2', halt_max_steps: '4' };
  for (const [name, answer] of Object.entries(answers)) await page.getByRole('textbox', { name }).fill(answer);
  await page.getByRole('combobox', { name: 'pos_encodings' }).selectOption('rope');
  await page.getByRole('button', { name: 'Import model' }).click();
  await page.getByText('Imported files.').waitFor();
  await page.getByText(/Default values are used/u).waitFor();
});

test('shows an error for a file that is not a model', async () => {
  const { page } = lab;
  await choose(join(projectFolder, 'package.json'));
  await importFile();
  await page
    .getByRole('alert')
    .getByText(/package\.json: expected a PyTorch checkpoint or a safetensors file/u)
    .waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
});

test('shows an error for a dropped file that is not a model', async () => {
  const { page } = lab;
  await dropFile(lab, join(projectFolder, 'LICENSE'));
  await page
    .getByRole('alert')
    .getByText(/LICENSE: expected a PyTorch checkpoint or a safetensors file/u)
    .waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
});

test('shows an error for a dropped item that is not a file on this computer', async () => {
  const { page } = lab;
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['weights'], 'cloud.pt'));
    for (const type of ['dragenter', 'drop'])
      window.dispatchEvent(new DragEvent(type, { dataTransfer, cancelable: true }));
  });
  await page.getByRole('alert').getByText('cloud.pt is not a file on this computer.').waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
});

test('renames, deletes and restores a model', async () => {
  const { page } = lab;
  await listed('copy').click();
  await rename('Mine');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('Moved Mine to the trash.').waitFor();
  expect(await listed('Mine').count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await heading('Mine').waitFor();
  expect(await listed('Mine').count()).toBe(1);
});

test('published models are listed with size, licence and source, and a downloaded one is imported', async () => {
  const { page } = lab;
  await writeDownloaded(join(lab.dataFolder, 'downloads'), 'trm-sudoku-alphaxiv');
  await page.getByRole('button', { name: 'Published models' }).click();
  const entry = (name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
  const other = entry('TRM Sudoku-Extreme (Xin Gao)');
  await other.getByText('Licence: Apache 2.0', { exact: true }).waitFor();
  await other.getByText(/^https:\/\/huggingface\.co\/Sanjin2024\//u).waitFor();
  await other.getByText(/84\.8 % exact accuracy .* not evaluated here\.$/u).waitFor();
  await other.getByRole('button', { name: 'Download (20.1 MB)' }).waitFor();
  const downloaded = entry('TRM Sudoku-Extreme (alphaXiv)');
  await downloaded.getByText('Licence: not verified, see the source').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await lab.screenshot('models-published');
  await downloaded.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('TRM Sudoku-Extreme (alphaXiv) was downloaded and imported.').waitFor();
  await heading('TRM Sudoku-Extreme (alphaXiv)').waitFor();
  expect(await card().innerText()).toMatch(
    /^Exact accuracy\s+published, not evaluated here\s+The publisher states 79\.4 %/u,
  );
  await page.getByRole('button', { name: 'Published models' }).click();
  await downloaded.getByRole('button', { name: 'Show model' }).waitFor();
  await listed('Mine').click();
});

test('opens a model in Solve with a puzzle of a matching dataset', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'Open in Solve' }).click();
  await page.getByText(/sudoku-4x4\/test\/\d+/u).waitFor();
  await page.getByRole('heading', { level: 1, name: 'Solve' }).waitFor();
  expect(lab.consoleErrors).toEqual([]);
});
