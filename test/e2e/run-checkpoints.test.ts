/** A run with two checkpoints in the real window: evaluated and solved by their vote, and its wrong answers opened in Solve. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endings, openUnchecked } from '../electron/compute/service-client';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';

const name = 'Two checkpoints';

/** Trains a run that has a checkpoint of step 30 and one of step 60. */
async function createRun(): Promise<string> {
  const service = await openUnchecked();
  const { runId } = await service.ask('startRun', {
    dataset: 'sudoku-4x4',
    preset: 'classroom',
    seed: 1,
    maxSeconds: 120,
    maxSteps: 30,
    maxEvalSamples: 32,
    name,
  });
  await service.next(endings);
  const from = service.events.length;
  await service.ask('resumeRun', { runId, maxSteps: 60 });
  await service.next(endings, from);
  expect((await service.ask('listCheckpoints', { runId })).steps).toEqual([30, 60]);
  await service.suspend();
  return service.folder;
}

let lab: LaunchedApp;
let dataFolder: string;
beforeAll(async () => {
  dataFolder = await createRun();
  lab = await launchApp({ dataFolder });
  await lab.page.getByRole('button', { name: 'Models', exact: true }).click();
  await lab.page.getByRole('navigation', { name: 'Models' }).getByRole('button', { name }).click();
}, 180_000);
afterAll(async () => {
  await lab?.close();
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
});

const results = () => lab.page.getByRole('list', { name: 'Evaluations' });
const evaluate = () => lab.page.getByRole('button', { name: 'Evaluate', exact: true }).click();
const failures = () => lab.page.getByRole('list', { name: /^\d+ wrong answers?$/u }).first();
const failureTexts = () => failures().getByRole('listitem').allInnerTexts();
const numbersIn = (texts: readonly string[], pattern: RegExp) => texts.map((text) => Number(pattern.exec(text)?.[1]));

test('a model is evaluated by the vote of its last checkpoints', async () => {
  const { page } = lab;
  await page.getByLabel('Puzzles', { exact: true }).selectOption({ label: '100, drawn at random' });
  const weights = page.getByLabel('Weights', { exact: true });
  expect(await weights.getByRole('option').allInnerTexts()).toEqual([
    'Saved model',
    'Vote of the last 2 checkpoints',
    'Checkpoint of step 60',
    'Checkpoint of step 30',
  ]);
  await weights.selectOption({ label: 'Vote of the last 2 checkpoints' });
  expect(await page.getByRole('spinbutton', { name: 'Rollouts' }).count()).toBe(0);
  await evaluate();
  const voted = results().getByRole('listitem').filter({ hasText: 'Vote of the last 2 checkpoints' });
  await voted.getByText(/steps?, one answer of each checkpoint$/u).waitFor({ timeout: 60_000 });
  expect(await findViolations(page)).toEqual([]);
  await lab.screenshot('models-evaluated-by-vote');
  await weights.selectOption({ label: 'Saved model' });
  await page.getByRole('spinbutton', { name: 'Rollouts' }).waitFor();
});

test('the confidence of an evaluation is drawn against the answers that are right, by head', async () => {
  const { page } = lab;
  await evaluate();
  await results()
    .getByText(/^\d+ steps?, 1 rollout$/u)
    .waitFor({ timeout: 60_000 });
  await page.locator('summary').filter({ hasText: 'Calibration' }).first().click();
  const diagram = page.getByRole('img', { name: /^Reliability diagram/u });
  const counted = async (head: string) => {
    await page.getByRole('radio', { name: head, exact: true }).check();
    const rows = await page.locator('details').filter({ has: diagram }).locator('tbody tr').allInnerTexts();
    const counts = rows.map((row) => Number(row.trim().split(/\s/u).at(-1)?.replaceAll(',', '')));
    expect(await diagram.locator('circle').count()).toBe(rows.length);
    return counts.reduce((sum, count) => sum + count, 0);
  };
  expect(await counted('Cells')).toBe(100 * 16);
  expect(await counted('Halting')).toBe(100);
  expect(await counted('Answers')).toBe(100);
  await page
    .locator('details')
    .filter({ has: diagram })
    .getByText(/^Expected calibration error [\d.]+\s% \(0 is best\), Brier score \S+ \(0 is best\)\.$/u)
    .waitFor();
  expect(await findViolations(page)).toEqual([]);
  await diagram.scrollIntoViewIfNeeded();
  await lab.screenshot('models-calibration');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-theme=dark]').waitFor();
  await lab.screenshot('models-calibration-dark');
  await page.emulateMedia({ colorScheme: null });
});

test('the most confident wrong answers are listed, and open in Solve', async () => {
  const { page } = lab;
  const confident = page.getByRole('list', { name: 'Confident but wrong' }).first();
  const texts = await confident.getByRole('listitem').allInnerTexts();
  const confidences = numbersIn(texts, /confidence ([\d.]+) %/u);
  expect(confidences.length).toBeGreaterThan(5);
  expect(confidences).toEqual([...confidences].sort((one, other) => other - one));
  await confident.scrollIntoViewIfNeeded();
  await lab.screenshot('models-confident-wrong');
  await confident.getByRole('button').first().click();
  await page.getByText(`sudoku-4x4/${/test\/\d+/u.exec(texts[0] ?? '')?.[0]}`, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Models', exact: true }).click();
});

test('the wrong answers of an evaluation are sorted, and open in Solve', async () => {
  const { page } = lab;
  await page.getByRole('spinbutton', { name: 'Steps' }).fill('3');
  await evaluate();
  await results()
    .getByText(/^3 steps, 1 rollout$/u)
    .waitFor({ timeout: 60_000 });
  await page
    .locator('summary')
    .filter({ hasText: /wrong answer/u })
    .first()
    .click();
  const wrongCells = numbersIn(await failureTexts(), /(\d+) wrong cell/u);
  expect(wrongCells.length).toBeGreaterThan(5);
  expect(new Set(wrongCells).size).toBeGreaterThan(1);
  expect(wrongCells).toEqual([...wrongCells].sort((one, other) => other - one));
  await page.getByLabel('Sort by').first().selectOption({ label: 'Order of the dataset' });
  const rows = numbersIn(await failureTexts(), /test\/(\d+)/u);
  expect(rows).toEqual([...rows].sort((one, other) => one - other));
  await page.getByLabel('Sort by').first().selectOption({ label: 'Broken rules' });
  const broken = numbersIn(await failureTexts(), /(\d+|no) broken rules?/u).map((count) => count || 0);
  expect(broken).toEqual([...broken].sort((one, other) => other - one));
  expect(await findViolations(page)).toEqual([]);
  await lab.screenshot('models-failures');
  const [first = ''] = await failureTexts();
  await failures().getByRole('button').first().click();
  await page.getByText(`sudoku-4x4/${/test\/\d+/u.exec(first)?.[0]}`, { exact: true }).waitFor();
  const slider = page.getByRole('slider', { name: 'Position in the solve' });
  await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/of 3, /u);
  await expect
    .poll(async () => {
      await page.keyboard.press('End');
      return slider.getAttribute('aria-valuetext');
    })
    .toMatch(/^supervision step 3 of 3, .*answer$/u);
  // The answer that the list calls wrong.
  const cells = page.getByRole('complementary', { name: 'Inspector' }).getByText(/^\d+ of 16$/u);
  expect(await cells.innerText()).toBe(`${16 - Number(/(\d+) wrong cell/u.exec(first)?.[1])} of 16`);
});

test('a puzzle is solved by the vote of the last checkpoints, which says how many agree', async () => {
  const { page } = lab;
  const vote = page.getByLabel('Checkpoints', { exact: true });
  expect(await vote.getByRole('option').allInnerTexts()).toEqual(['This one', 'Vote of the last 2 checkpoints']);
  await vote.selectOption({ label: 'Vote of the last 2 checkpoints' });
  const attempts = page.getByRole('region', { name: 'Attempts' });
  await attempts
    .getByText(/^Attempt [12] was picked: [12] of 2 checkpoints have this answer\.$/u)
    .waitFor({ timeout: 30_000 });
  const boards = attempts.getByRole('button');
  expect(await boards.evaluateAll((all) => all.map((board) => board.getAttribute('title')))).toEqual([
    'Checkpoint of step 30',
    'Checkpoint of step 60',
  ]);
  expect(await findViolations(page)).toEqual([]);
  await lab.screenshot('solve-by-vote');
  // Another model has no such checkpoints.
  await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('sudoku-4x4');
  await attempts.waitFor({ state: 'detached' });
  expect(await vote.count()).toBe(0);
  expect(lab.consoleErrors).toEqual([]);
});
