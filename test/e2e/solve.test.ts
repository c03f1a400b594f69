/** Solve in the real window: playback, inspector, classical solver, editor, and large puzzles. */
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';
import { writeUntrainedModel } from './untrained-models';

let lab: LaunchedApp;
const dataFolder = mkdtempSync(join(tmpdir(), 'trm-lab-'));
beforeAll(async () => {
  await writeUntrainedModel(dataFolder, { id: 'looks', name: 'Looks', kind: 'sudoku-4x4' });
  await writeUntrainedModel(dataFolder, { id: 'nine', name: 'Nine', kind: 'sudoku-9x9' });
  await writeUntrainedModel(dataFolder, { id: 'walls', name: 'Walls', kind: 'maze-11' });
  await writeUntrainedModel(dataFolder, {
    id: 'large',
    name: 'Large',
    kind: 'maze-30',
    config: { hiddenSize: 64, haltMaxSteps: 16, lCycles: 6 },
  });
  await writeUntrainedModel(dataFolder, {
    id: 'colours',
    name: 'Colours',
    kind: 'arc',
    config: { lLayers: 1, hCycles: 2, lCycles: 1, haltMaxSteps: 2 },
  });
  lab = await launchApp({ dataFolder });
  await lab.page.getByRole('button', { name: 'Solve', exact: true }).click();
}, 90_000);
afterAll(async () => {
  await lab?.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const button = (name: string | RegExp) => lab.page.getByRole('button', { name, exact: typeof name === 'string' });
const inspector = () => lab.page.getByRole('complementary', { name: 'Inspector' });
const look = (view: 'Answer' | 'State' | 'Solver') => inspector().getByRole('radio', { name: view }).click();
const slider = () => lab.page.getByRole('slider', { name: 'Position in the solve' });
const cells = () => lab.page.getByRole('gridcell');
const solved = () => slider().waitFor({ timeout: 30_000 });
const chooseModel = async (id: string) => {
  await lab.page.getByRole('combobox', { name: 'Model' }).selectOption(id);
  await solved();
};
/** Checks the page with axe and takes a screenshot, in both themes. */
const seen = async (name: string) => {
  for (const colorScheme of ['dark', 'light'] as const) {
    await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await lab.page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    expect(await findViolations(lab.page)).toEqual([]);
    await lab.screenshot(`${name}-${colorScheme}`);
  }
};
/** Dispatches a paste event with this text. */
const paste = (text: string) =>
  lab.page.evaluate((data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', data);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);

test('opens a puzzle by its address and jumps to the first correct answer', async () => {
  const { page } = lab;
  await solved();
  await chooseModel('sudoku-4x4');
  await button('Choose puzzle').click();
  await page.getByLabel('Or enter an address').fill('sudoku-4x4/test/17');
  await button('Open').click();
  await page.getByText('sudoku-4x4/test/17', { exact: true }).waitFor();
  await solved();
  await seen('solve-choose');
  await button('Close').click();
  await button('Copy address').click();
  await button('Address copied').waitFor();
  await page.keyboard.press('f');
  expect(await slider().getAttribute('aria-valuetext')).toMatch(/answer$/u);
  await inspector().getByText('✓ stayed correct').waitFor();
  await inspector().getByText('16 of 16').waitFor();
  await seen('solve');
});

test('shows an error for an invalid address', async () => {
  const { page } = lab;
  await button('Choose puzzle').click();
  for (const [address, sentence] of [
    ['nowhere', /“nowhere” is not a puzzle address/u],
    ['sudoku-4x4/test/123456', /there is no puzzle 123,456/u],
    ['chess/test/1', /cannot solve puzzles of chess/u],
  ] as const) {
    await page.getByLabel('Or enter an address').fill(address);
    await button('Open').click();
    await page.getByRole('alert').getByText(sentence).waitFor();
  }
  await button('Close').click();
  await page.getByText('sudoku-4x4/test/17', { exact: true }).waitFor();
});

test('the latent path follows the position in the solve, by pointer and by key', async () => {
  await look('State');
  const path = lab.page.getByRole('slider', { name: /^Latent path, [\d.]+ % of variance$/u });
  await path.focus();
  await lab.page.keyboard.press('ArrowRight');
  expect(await path.getAttribute('aria-valuenow')).toBe(await slider().getAttribute('aria-valuenow'));
  const { x, y, width, height } = (await path.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await lab.page.mouse.move(x + width / 2, y + height / 2);
  await inspector()
    .getByText(/projected onto its two principal components/u)
    .waitFor();
  await inspector()
    .getByText(/mixes the cells with an MLP/u)
    .waitFor();
  await seen('solve-state');
});

test('the inspector shows the attention of a cell', async () => {
  const { page } = lab;
  await chooseModel('looks');
  await page.keyboard.press('End');
  await cells().nth(5).click();
  await inspector()
    .getByText(/Cells with the most attention/u)
    .waitFor();
  expect(
    await inspector()
      .getByRole('listitem')
      .filter({ hasText: /^row \d, column \d: [\d.]+ %$/u })
      .count(),
  ).toBe(3);
  await inspector().getByRole('combobox', { name: 'Head' }).selectOption('1');
  await inspector().getByRole('checkbox', { name: 'Numbers' }).check();
  await page.locator('.share').first().waitFor();
  await seen('solve-attention');
  await inspector().getByRole('checkbox', { name: 'Numbers' }).uncheck();
});

test('the inspector shows the steps of a classical solver, selected by key', async () => {
  const { page } = lab;
  await chooseModel('sudoku-4x4');
  await look('Solver');
  await inspector()
    .getByText(/^\d+ steps: \d+ /u)
    .waitFor();
  await inspector()
    .getByText(/^8 supervision steps, 120 updates, \d+ MFLOP$/u)
    .waitFor();
  const list = inspector().getByRole('listbox');
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText(/^Classical solver, step 2: /u).waitFor();
  await seen('solve-solver');
  await page.keyboard.press('End');
  expect(await cells().allInnerTexts()).not.toContain('');
  await look('Answer');
});

describe('a custom puzzle', () => {
  test('is pasted, and invalid text shows an error and keeps the grid', async () => {
    const { page } = lab;
    await paste('1.....3..2.....4');
    await page.getByText('4 clues, exactly one solution.').waitFor();
    await paste('a poem');
    await page.getByText('The text cannot be read: expected 16 cells, got 5.').waitFor();
    await lab.screenshot('solve-refused');
    expect(await cells().first().getAttribute('aria-label')).toBe('row 1, column 1: 1, clue');
  });

  test('is entered, undone and redone by keyboard', async () => {
    const { page } = lab;
    await cells().nth(1).click();
    await page.keyboard.press('3');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('4');
    await page.getByText('6 clues, exactly one solution.').waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('5 clues, exactly one solution.').waitFor();
    await page.keyboard.press('Control+Shift+z');
    await page.getByText('6 clues, exactly one solution.').waitFor();
  });

  test('is solved while it is edited', async () => {
    const { page } = lab;
    await page.getByRole('checkbox', { name: 'Solve while editing' }).check();
    await page.getByText(/^✓ 16 of 16 cells correct; /u).waitFor();
    await cells().nth(3).click();
    await page.keyboard.press('1');
    await page.getByText(/The clues marked ✕ contradict each other/u).waitFor();
    await page.getByText(/^(No legal answer|\d+ of \d+ cells correct); \d+ cells? changed\.$/u).waitFor();
    await seen('solve-live');
    await page.keyboard.press('Control+z');
    await page.getByText(/^✓ 16 of 16 cells correct; /u).waitFor();
  });

  test('is kept when the editor closes, and is solved by a shortcut', async () => {
    const { page } = lab;
    await page.keyboard.press('Escape');
    await page.getByText('sudoku-4x4/test/17', { exact: true }).waitFor();
    await solved();
    await page.keyboard.press('e');
    await page.getByText('6 clues, exactly one solution.').waitFor();
    await page.getByRole('checkbox', { name: 'Solve while editing' }).uncheck();
    await page.keyboard.press('Control+Enter');
    await page.getByText('entered puzzle').waitFor();
    await solved();
  });
});

test('draws a maze with the pointer, with one undo step per stroke', async () => {
  const { page } = lab;
  await chooseModel('walls');
  await button('Edit clues').click();
  await button('Clear grid').click();
  const board = page.getByRole('grid', { name: 'Clues, editable' });
  const { x, y, width } = (await board.boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const at = (row: number, column: number) =>
    [x + (width * (column + 0.5)) / 11, y + (width * (row + 0.5)) / 11] as const;
  await page.mouse.move(...at(5, 0));
  await page.mouse.down();
  await page.mouse.move(...at(5, 9), { steps: 3 });
  await page.mouse.up();
  await page.getByRole('radio', { name: 'Start' }).check({ force: true });
  await page.mouse.click(...at(2, 2));
  await page.mouse.click(...at(1, 1));
  await page.getByRole('radio', { name: 'Goal' }).check({ force: true });
  await page.mouse.click(...at(9, 1));
  const text = (await page.getByRole('textbox', { name: /^Row by row/u }).inputValue()).match(/.{11}/gu);
  expect([text?.[1], text?.[2], text?.[5], text?.[9]]).toEqual([
    ' S         ',
    ' '.repeat(11),
    '########## ',
    ' G         ',
  ]);
  await seen('solve-maze-drawn');
  for (let stroke = 0; stroke < 4; stroke++) await page.keyboard.press('Control+z');
  expect(await page.getByRole('textbox', { name: /^Row by row/u }).inputValue()).toBe(' '.repeat(121));
  await page.keyboard.press('Escape');
  await solved();
});

test('enters an ARC grid by keyboard for a model without datasets', async () => {
  const { page } = lab;
  await page.getByRole('combobox', { name: 'Model' }).selectOption('colours');
  await page.getByRole('alert').getByRole('button', { name: 'Enter a puzzle' }).click();
  const board = page.getByRole('grid', { name: 'Clues, editable' });
  await board.focus();
  await page.keyboard.press('3');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('7');
  expect(await page.getByRole('textbox', { name: /^Row by row/u }).inputValue()).toBe('30/07');
  await lab.screenshot('solve-colours-drawn');
  await button('Solve').last().click();
  await solved();
  await page.getByRole('img', { name: 'Puzzle: 30/07' }).waitFor();
  await seen('solve-colours');
});

test('replaces a deleted model by another one and shows a notice', async () => {
  const { page } = lab;
  await chooseModel('nine');
  await button('Models').click();
  await page.getByRole('navigation', { name: 'Models' }).getByRole('button', { name: /^Nine/u }).click();
  await button('Delete').click();
  await page.getByText('Moved Nine to the trash.').waitFor();
  await button('Solve').first().click();
  await page.getByText('Nine is no longer available. Sudoku 9×9 is used instead.').waitFor();
  await solved();
  await seen('solve-model-gone');
  await page.getByRole('status').getByRole('button', { name: 'Close' }).click();
});

test('ends a solve at the halting step if selected', async () => {
  const { page } = lab;
  await chooseModel('sudoku-4x4');
  const steps = async () => Number((await slider().getAttribute('aria-valuemax')) ?? 0) / 15;
  await expect.poll(steps).toBe(8);
  await page.getByRole('checkbox', { name: 'Stop where the model would halt' }).check();
  await expect.poll(steps).toBeLessThan(8);
  await page.getByRole('checkbox', { name: 'Stop where the model would halt' }).uncheck();
  await expect.poll(steps).toBe(8);
});

test('a large solve shows progress, can be cancelled, and has cells of at least 14 px in the smallest window', async () => {
  const { page } = lab;
  await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(960, 640));
  await page.getByRole('combobox', { name: 'Model' }).selectOption('large');
  await page.getByText(/^Supervision step \d+ of 16$/u).waitFor({ timeout: 30_000 });
  await lab.screenshot('solve-slow');
  await button('Cancel').click();
  await page.getByText('Solving was cancelled.').waitFor();
  await button('Solve again').click();
  await slider().waitFor({ timeout: 90_000 });
  const { width } = (await page.getByRole('grid').boundingBox()) ?? { width: 0 };
  expect(width / 30).toBeGreaterThanOrEqual(14);
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await inspector()
    .getByText(/^row 2, column 2: /iu)
    .waitFor();
  await lab.screenshot('solve-large-small-window');
  expect(lab.consoleErrors).toEqual([]);
}, 180_000);
