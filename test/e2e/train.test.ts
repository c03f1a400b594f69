/** Train in the real window: set up, queue, charts, notes, compare, branch, export, import, delete and restore. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, projectFolder, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
let folder: string;
beforeAll(async () => {
  lab = await launchApp();
  lab.page.setDefaultTimeout(15_000);
  folder = join(lab.dataFolder, 'files');
  mkdirSync(folder);
  // A run written by a newer version.
  mkdirSync(join(lab.dataFolder, 'runs', 'from-tomorrow'), { recursive: true });
  writeFileSync(join(lab.dataFolder, 'runs', 'from-tomorrow', 'run.json'), '{"format":99,"version":"9.0.0","run":{}}');
  await lab.page.getByRole('button', { name: 'Train', exact: true }).click();
}, 60_000);
afterAll(() => lab?.close());

/** Timeout while a run trains on a busy machine. */
const slow = { timeout: 15_000 };
const part = (name: RegExp) => lab.page.getByRole('navigation', { name: 'Train' }).getByRole('button', { name });
const heading = (name: string) => lab.page.getByRole('heading', { level: 1, name, exact: true });
const chart = (name: RegExp) => lab.page.getByRole('img', { name });
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

/** Fills in the form for a short run. */
async function setUp({
  name,
  seconds,
  seed,
}: {
  readonly name: string;
  readonly seconds: number;
  readonly seed: number;
}): Promise<void> {
  const { page } = lab;
  await page.getByRole('radio', { name: 'Other' }).check();
  await page.getByRole('spinbutton', { name: 'Training time in seconds' }).fill(String(seconds));
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('spinbutton', { name: 'Seed' }).fill(String(seed));
}

/** Whether the app prevents the computer from sleeping. The ids of its blockers count up from 0 or 1. */
const isKeptAwake = () =>
  lab.app.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3].some((id) => powerSaveBlocker.isStarted(id)));

async function finished(): Promise<void> {
  await lab.page.getByRole('button', { name: 'Open in Solve' }).waitFor({ timeout: 60_000 });
}

describe('without runs', () => {
  test('every section has an empty state with a first step, and unreadable runs are listed', async () => {
    const { page } = lab;
    await part(/^Runs/u).click();
    await page.getByRole('button', { name: 'Set up a run' }).waitFor();
    await page
      .getByRole('region', { name: 'Unreadable runs' })
      .getByText(/from-tomorrow: .* was written by a newer version of TRM Puzzle Lab \(9\.0\.0\)/u)
      .waitFor();
    await lab.screenshot('train-runs-empty');
    await part(/^Compare/u).click();
    await page.getByRole('button', { name: 'Select runs' }).waitFor();
    await part(/^Queue/u).click();
    await page.getByRole('button', { name: 'Set up a run' }).click();
    await heading('Train').waitFor();
  });

  test('the set-up rejects invalid values with an error and survives a reload', async () => {
    const { page } = lab;
    await setUp({ name: 'First', seconds: 9, seed: 7 });
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByRole('spinbutton', { name: 'Batch size' }).fill('0');
    await page.getByText('The batch size must be a whole number from 1 to 4,096.').waitFor();
    expect(await page.getByRole('button', { name: 'Start training' }).isDisabled()).toBe(true);
    await page.getByRole('spinbutton', { name: 'Batch size' }).fill('32');
    await page.reload();
    await expect.poll(() => page.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), slow).toBe('First');
    expect(await page.getByRole('spinbutton', { name: 'Batch size' }).inputValue()).toBe('32');
    expect(await page.getByRole('spinbutton', { name: 'Training time in seconds' }).inputValue()).toBe('9');
    await lab.screenshot('train-setup-more');
    await page.getByRole('button', { name: 'Reset to preset' }).click();
  });

  test('single settings change, are refused at their field, and reset', async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'More settings' }).click();
    const width = page.getByRole('spinbutton', { name: 'Width', exact: true });
    await width.fill('0');
    await page.getByText('Enter a whole number from 1 to 65,536.').first().waitFor();
    expect(await page.getByRole('button', { name: 'Start training' }).isDisabled()).toBe(true);
    await page.getByText('Numbers in the state of each cell.').waitFor();
    await page.getByRole('button', { name: 'Reset Width' }).click();
    await page.getByRole('combobox', { name: 'Optimizer' }).selectOption('Adam-atan2');
    await page.getByRole('spinbutton', { name: 'H cycles' }).fill('1');
    await width.scrollIntoViewIfNeeded();
    await page.getByRole('spinbutton', { name: 'H cycles' }).focus();
    await lab.screenshot('train-setup-settings');
    await expect.poll(() => page.getByRole('button', { name: 'Start training' }).isEnabled(), slow).toBe(true);
  });
});

describe('during a run', () => {
  test('other runs are queued, moved, removed and restored', async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'Start training' }).click();
    await heading('First').waitFor();
    await expect.poll(isKeptAwake, slow).toBe(true);
    for (const [name, seed] of [
      ['Second', 8],
      ['Third', 9],
    ] as const) {
      await part(/^Set up/u).click();
      await setUp({ name, seconds: 4, seed });
      await page.getByRole('button', { name: 'Add to queue' }).click();
      await page.getByRole('list', { name: 'Queue' }).getByText(name, { exact: true }).waitFor();
      if (name === 'Second') await page.getByRole('button', { name: 'Pause queue' }).click();
    }
    const names = () =>
      page
        .getByRole('list', { name: 'Queue' })
        .getByText(/^(?:Second|Third)$/u)
        .allInnerTexts();
    await page.getByRole('button', { name: 'Move Third up' }).click();
    await expect.poll(names, slow).toEqual(['Third', 'Second']);
    await page.getByRole('button', { name: 'Remove Third' }).click();
    await expect.poll(names, slow).toEqual(['Second']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(names, slow).toEqual(['Third', 'Second']);
    await lab.screenshot('train-queue');
    await page.getByRole('button', { name: 'Remove Third' }).click();
    await expect.poll(names, slow).toEqual(['Second']);
  });

  test('a reload restores the open run and its unsaved notes', async () => {
    const { page } = lab;
    await part(/^First/u).click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('learns on two cores');
    await page.reload();
    await heading('First').waitFor();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Notes' }).inputValue(), slow)
      .toBe('learns on two cores');
    await page.getByText('saved', { exact: true }).waitFor();
    await finished();
    await expect.poll(isKeptAwake, slow).toBe(false);
    await lab.screenshot('train-run');
    const records = readdirSync(join(lab.dataFolder, 'runs'))
      .map((id) => join(lab.dataFolder, 'runs', id, 'run.json'))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')));
    const first = records.find(({ run }) => run.name === 'First');
    expect(first.setup.config).toMatchObject({ model: { hCycles: 1 }, optimiser: { name: 'adamAtan2' } });
  });

  test('a run is repeated with other seeds', async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'Repeat with other seeds' }).click();
    await page.getByRole('spinbutton', { name: 'Seeds to add' }).fill('1');
    await lab.screenshot('train-repeat');
    await page.getByRole('form', { name: 'Repeat with' }).getByRole('button', { name: 'Add to queue' }).click();
    await page.getByText('Added 1 run to the queue, seeds 9.').waitFor();
    await part(/^Queue/u).click();
    await page.getByRole('list', { name: 'Queue' }).getByText('First · 9', { exact: true }).waitFor();
  });

  test('the next queued run starts when the queue is resumed', async () => {
    const { page } = lab;
    await part(/^Queue/u).click();
    await page.getByRole('button', { name: 'Resume queue' }).click();
    await part(/^Runs/u).click();
    await page
      .getByRole('list', { name: 'Runs' })
      .getByRole('button', { name: /^Second/u })
      .click();
    await heading('Second').waitFor();
    await finished();
  });
});

test('the compute receipt of a run has its puzzles before and after augmentation', async () => {
  const { page } = lab;
  const receipt = page.getByRole('region', { name: 'Compute receipt' });
  await receipt.getByRole('button', { name: 'Show' }).click();
  await receipt.getByRole('row', { name: /^Different puzzles [\d,]+/u }).waitFor();
  await receipt.getByRole('row', { name: /^Samples after augmentation [\d,]+ each puzzle \d+ times/u }).waitFor();
  await lab.screenshot('train-receipt');
  await receipt.getByRole('button', { name: 'Hide' }).click();
});

describe('the charts of a run', () => {
  test('have a samples axis, smoothing and a logarithmic scale', async () => {
    const { page } = lab;
    await part(/^Runs/u).click();
    await page
      .getByRole('list', { name: 'Runs' })
      .getByRole('button', { name: /^First Sudoku/u })
      .click();
    await page.getByRole('radio', { name: 'Samples' }).check();
    await chart(/^Exact accuracy by samples; test set: [\d.]+ %/u).waitFor();
    await page.getByRole('combobox', { name: 'Smoothing' }).selectOption('Strong');
    await page.getByLabel('Loss per cell: menu').click();
    await page.getByRole('button', { name: 'Logarithmic scale', exact: true }).click();
    await page.getByRole('button', { name: /^More charts/u }).click();
    await chart(/^Gradient norm by samples; training: [\d.]+/u).waitFor();
    await lab.screenshot('train-charts');
  });

  test('are zoomed by dragging and by keys, and reset', async () => {
    const { page } = lab;
    const box = await chart(/^Loss per cell/u).boundingBox();
    if (!box) throw new Error('the chart has no place');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
    await page.mouse.up();
    const sight = () => page.getByText(/^[\d,]+–[\d,]+ samples$/u).innerText();
    const first = await sight();
    await page.keyboard.press('+');
    await expect.poll(sight, slow).not.toBe(first);
    const closer = await sight();
    await page.keyboard.press('ArrowRight');
    await expect.poll(sight, slow).not.toBe(closer);
    await lab.screenshot('train-zoomed');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('button', { name: 'Show all' }).isDisabled(), slow).toBe(true);
  });

  test('are saved as CSV and PNG, with an error for an invalid path', async () => {
    const { page } = lab;
    const [csv, png] = [join(folder, 'loss.csv'), join(folder, 'loss.png')];
    await save(csv);
    await page.getByLabel('Loss per cell: menu').click();
    await page.getByRole('button', { name: 'Save as CSV…' }).click();
    await page.getByText(`Saved Loss per cell as ${csv}.`).waitFor();
    const [header, ...rows] = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(header).toBe('step,seconds,samples,train');
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(rows.map((_, index) => index + 1));
    await save(png);
    await page.getByLabel('Loss per cell: menu').click();
    await page.getByRole('button', { name: 'Save as PNG…' }).click();
    await page.getByText(`Saved Loss per cell as ${png}.`).waitFor();
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
    await save(join(folder, 'no-folder', 'loss.csv'));
    await page.getByLabel('Loss per cell: menu').click();
    await page.getByRole('button', { name: 'Save as CSV…' }).click();
    await page
      .getByRole('alert')
      .getByText(/the parent folder does not exist/u)
      .waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  });
});

describe('a finished run', () => {
  test('is renamed and tagged, and found by name and tag', async () => {
    const { page } = lab;
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Baseline');
    await page.keyboard.press('Enter');
    await heading('Baseline').waitFor();
    await page.getByRole('textbox', { name: /^Tags/u }).fill('class 7b, kept');
    await page.keyboard.press('Enter');
    await part(/^Runs/u).click();
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('baseline 7b');
    await page.getByText('1 of 3', { exact: true }).waitFor();
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('nothing like it');
    await page.getByRole('button', { name: 'Show all runs' }).click();
    await lab.screenshot('train-runs');
  });

  test('is compared with another: accuracy and differing settings', async () => {
    const { page } = lab;
    await page.getByRole('checkbox', { name: 'Compare Baseline' }).check();
    await page.getByRole('checkbox', { name: 'Compare Second' }).check();
    await page.getByRole('checkbox', { name: 'Compare First · 9' }).check();
    await page.getByRole('button', { name: 'Compare 3 runs' }).click();
    await chart(
      /^Exact accuracy on the test set, %, 3 runs: A Baseline: [\d.]+ %, B Second: [\d.]+ %, and C/u,
    ).waitFor();
    await page.getByRole('rowheader', { name: 'Mean of A and C, which differ only in the seed' }).waitFor();
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'seed', exact: true }) });
    expect(await row.innerText()).toMatch(/7\s+8\s+9/u);
    await page
      .getByRole('button', { name: /Second/u })
      .first()
      .hover();
    await lab.screenshot('train-compared');
  });

  test('is branched from its best checkpoint with another learning rate', async () => {
    const { page } = lab;
    await page
      .getByRole('rowheader')
      .getByRole('button', { name: /Baseline/u })
      .click();
    await page.getByRole('button', { name: 'Use a checkpoint' }).click();
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Slower');
    await page.getByRole('spinbutton', { name: 'Learning rate' }).fill('0.00005');
    await page.getByRole('spinbutton', { name: 'Additional seconds' }).fill('3');
    await lab.screenshot('train-branch');
    await page.getByRole('button', { name: 'Start branch' }).click();
    await heading('Slower').waitFor();
    await page.getByText(/^Branched from run .* at step/u).waitFor();
    await finished();
  });

  test('saves the model of a checkpoint, which is then in Models', async () => {
    const { page } = lab;
    await page.getByRole('button', { name: 'Use a checkpoint' }).click();
    await page.getByRole('radio', { name: 'Save a checkpoint as a model' }).click();
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Early weights');
    await lab.screenshot('train-checkpoint-model');
    await page.getByRole('button', { name: 'Save model' }).click();
    await page.getByRole('status').getByText('Saved the model “Early weights”.').waitFor();
  });

  test('is exported as a archive and imported; invalid files show an error', async () => {
    const { page } = lab;
    const archive = join(folder, 'slower.zip');
    await save(archive);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('button', { name: 'Export run…' }).click();
    await page.getByText(`Exported Slower to ${archive}`).waitFor();
    expect(existsSync(archive)).toBe(true);
    await part(/^Runs/u).click();
    await choose(archive);
    await page.getByRole('button', { name: 'Import run…' }).click();
    await page.getByText('Imported Slower.').waitFor();
    await choose(join(projectFolder, 'package.json'));
    await part(/^Runs/u).click();
    await page.getByRole('button', { name: 'Import run…' }).click();
    await page
      .getByRole('alert')
      .getByText(/package\.json: expected a/u)
      .waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['run'], 'cloud.zip'));
      for (const type of ['dragenter', 'drop'])
        window.dispatchEvent(new DragEvent(type, { dataTransfer, cancelable: true }));
    });
    await page.getByRole('alert').getByText('cloud.zip is not a file on this computer.').waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  });

  test('is duplicated, deleted and restored', async () => {
    const { page } = lab;
    await page
      .getByRole('list', { name: 'Runs' })
      .getByRole('button', { name: /^Baseline/u })
      .click();
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await page.getByText('Duplicated Baseline as Baseline (copy).').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Moved Baseline to the trash.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Restored Baseline.').waitFor();
    await page
      .getByRole('list', { name: 'Runs' })
      .getByRole('button', { name: /^Baseline/u })
      .first()
      .waitFor();
  });
});

test('fine-tunes a model', async () => {
  const { page } = lab;
  await part(/^Set up/u).click();
  await page.getByRole('combobox', { name: 'Start from' }).selectOption({ index: 1 });
  await page.getByText(/is fine-tuned: all of its weights are trained/u).waitFor();
  await lab.screenshot('train-fine-tune');
  await setUp({ name: 'Taught further', seconds: 3, seed: 1 });
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByText(/^Fine-tuned from model/u).waitFor();
  await finished();
});

describe.each(['dark', 'light'] as const)('in the %s theme', (colorScheme) => {
  beforeAll(() => lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

  test('no section has axe violations', async () => {
    const { page } = lab;
    for (const name of [/^Set up/u, /^Runs/u, /^Compare/u, /^Queue/u, /^Taught further/u]) {
      await part(name).click();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      if (name.source.includes('Taught')) {
        await page.getByRole('button', { name: 'Use a checkpoint' }).click();
        await page.getByRole('button', { name: 'Export', exact: true }).click();
        await page.getByLabel('Loss per cell: menu').click();
      }
      expect(await findViolations(page), String(name)).toEqual([]);
    }
    await part(/^Taught further/u).click();
    await page.getByRole('button', { name: 'Use a checkpoint' }).click();
  });
});

test('the page has no console errors', () => expect(lab.consoleErrors).toEqual([]));
