/** Solve in the real window: quick clicks, rollouts, many supervision steps, and puzzles of other sizes than in the training. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';
import { writeUntrainedModel } from './untrained-models';

let lab: LaunchedApp;
const dataFolder = mkdtempSync(join(tmpdir(), 'trm-lab-'));
beforeAll(async () => {
  await writeUntrainedModel(dataFolder, { id: 'random', name: 'Random', kind: 'sudoku-9x9' });
  await writeUntrainedModel(dataFolder, {
    id: 'mazes',
    name: 'Mazes',
    kind: 'maze-9',
    config: { family: 'convolutional', posEncodings: 'none' },
  });
  lab = await launchApp({ dataFolder });
  await lab.page.emulateMedia({ reducedMotion: 'reduce' });
  await lab.page.getByRole('button', { name: 'Solve', exact: true }).click();
  await slider().waitFor({ timeout: 30_000 });
}, 90_000);
afterAll(async () => {
  await lab?.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const slider = () => lab.page.getByRole('slider', { name: 'Position in the solve' });
const position = async () => (await slider().getAttribute('aria-valuetext')) ?? '';
const chooseModel = (id: string) => lab.page.getByRole('combobox', { name: 'Model' }).selectOption(id);
const setNumber = async (field: 'Steps' | 'Rollouts', value: string) => {
  await lab.page.getByRole('spinbutton', { name: field }).fill(value);
  await lab.page.keyboard.press('Tab');
};
const attempts = () => lab.page.getByRole('region', { name: 'Attempts' });
const boards = () => attempts().getByRole('button');

/** Generates a puzzle in the panel that chooses one. */
async function generatePuzzle(choices: { readonly difficulty?: string; readonly size?: string }): Promise<void> {
  const { page } = lab;
  await page.getByRole('button', { name: 'Choose puzzle' }).click();
  await page.getByRole('radio', { name: 'Generated' }).check({ force: true });
  if (choices.size !== undefined) await page.getByLabel('Size', { exact: true }).selectOption({ label: choices.size });
  if (choices.difficulty !== undefined) await page.getByLabel('Difficulty').selectOption({ label: choices.difficulty });
  await page.getByLabel('Seed').fill('7');
  await page.getByRole('button', { name: 'Generate and solve' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
}

/**
 * Milliseconds within which 95 % of the clicks are shown, also where other programs compute; no task of the page may take longer. `npm run bench:window` measures the usual times.
 */
const LIMIT = 500;

test('20 quick clicks on Step forward stay smooth', async () => {
  const { page } = lab;
  await chooseModel('sudoku-9x9');
  await generatePuzzle({ difficulty: 'Medium' });
  await expect.poll(position, { timeout: 30_000 }).toMatch(/answer$/u);
  let [p95, longestTask] = [Infinity, Infinity];
  // Repeated where the end of a later solve has moved the position, so that a click shows nothing.
  for (let attempt = 0; attempt < 3 && (p95 > LIMIT || longestTask > LIMIT); attempt++) {
    await page.getByRole('button', { name: 'Go to start' }).click();
    const { delays, frames, tasks } = await page.evaluate(clickForward, 20);
    delays.sort((a, b) => a - b);
    p95 = delays[Math.ceil(0.95 * delays.length) - 1]!;
    longestTask = Math.max(0, ...tasks);
    console.info(
      `${delays.length} clicks on Step forward: median ${delays[delays.length >> 1]!.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, longest frame ${Math.max(...frames).toFixed(0)} ms, longest task ${longestTask.toFixed(0)} ms`,
    );
  }
  expect(p95).toBeLessThanOrEqual(LIMIT);
  expect(longestTask).toBeLessThanOrEqual(LIMIT);
});

test('rollouts are shown side by side, with the picked one and the reason', async () => {
  const { page } = lab;
  await chooseModel('sudoku-9x9');
  await generatePuzzle({ difficulty: 'Medium' });
  await setNumber('Steps', '24');
  await setNumber('Rollouts', '4');
  await attempts()
    .getByText(/^Attempt [1-4] was picked: the first answer that follows the rules, after step \d+\.$/u)
    .waitFor({ timeout: 30_000 });
  expect(await boards().count()).toBe(4);
  const picked = boards().filter({ hasText: 'picked' });
  expect(await picked.getAttribute('aria-pressed')).toBe('true');
  await picked.getByRole('img', { name: /^Attempt [1-4], after step \d+: follows all rules$/u }).waitFor();
  expect(await findViolations(page)).toEqual([]);
  await lab.screenshot('solve-rollouts');
  // Another attempt is shown at the same step.
  const before = await position();
  await boards().filter({ hasNotText: 'picked' }).first().click();
  expect(await picked.getAttribute('aria-pressed')).toBe('false');
  expect((await position()).split(',')[0]).toBe(before.split(',')[0]);
});

test('an answer that breaks the rules is not picked and not shown as solved', async () => {
  const { page } = lab;
  await chooseModel('random');
  await setNumber('Steps', '4');
  await attempts().getByText('No valid answer found.').waitFor({ timeout: 30_000 });
  expect(await boards().count()).toBe(4);
  expect(await boards().filter({ hasText: 'picked' }).count()).toBe(0);
  expect(
    await attempts()
      .getByRole('img', { name: /follows all rules/u })
      .count(),
  ).toBe(0);
  expect(
    await attempts()
      .getByRole('img', { name: /no valid answer/u })
      .count(),
  ).toBe(4);
  expect(await page.getByRole('complementary', { name: 'Inspector' }).getByText('✓').count()).toBe(0);
  await lab.screenshot('solve-rollouts-none');
});

test('a long solve can be cancelled at once, and has an overview of all its steps', async () => {
  const { page } = lab;
  await setNumber('Rollouts', '1');
  await chooseModel('sudoku-9x9');
  await setNumber('Steps', '1024');
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await page.locator('.overview canvas').waitFor();
  const clicked = performance.now();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Solving was cancelled.').waitFor();
  // Far less than the solve would take; a busy computer may be slow to answer.
  expect(performance.now() - clicked).toBeLessThan(5000);
  // The steps so far can be played.
  expect(await position()).toMatch(/^supervision step \d+ of \d+, /u);
  await lab.screenshot('solve-cancelled');
  await setNumber('Steps', '128');
  await expect.poll(position, { timeout: 30_000 }).toMatch(/^supervision step 128 of 128, .*answer$/u);
  const { x, y, width, height } = (await page.locator('.overview').boundingBox())!;
  await page.mouse.click(x + width * 0.25, y + height / 2);
  expect(await position()).toMatch(/^supervision step 3[23] of 128, /u);
  await lab.screenshot('solve-128-steps');
});

test('the built-in maze model solves a maze of a size that it was not trained on', async () => {
  const { page } = lab;
  await chooseModel('maze-12x12');
  await setNumber('Steps', '64');
  await generatePuzzle({ size: 'Maze 14×14', difficulty: 'Easy' });
  await expect.poll(position, { timeout: 30_000 }).toMatch(/^supervision step 64 of 64, .*answer$/u);
  await page.getByText('196 of 196').first().waitFor();
  await lab.screenshot('solve-maze-larger');
});

test('a convolutional model solves mazes of other sizes, generated and drawn', async () => {
  const { page } = lab;
  await setNumber('Steps', '');
  await chooseModel('mazes');
  await generatePuzzle({ size: 'Maze 14×14' });
  await expect.poll(position, { timeout: 30_000 }).toMatch(/^supervision step 4 of 4, .*answer$/u);
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('14');
  await page.getByRole('button', { name: 'Edit clues' }).click();
  await page.getByLabel('Size', { exact: true }).selectOption({ label: 'Maze 20×20' });
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('20');
  await lab.screenshot('solve-draw-size');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('14');
  expect(lab.consoleErrors).toEqual([]);
});

/**
 * Clicks Step forward, each time as soon as the frame that shows the step before is drawn. Runs in the page.
 * @returns milliseconds from each click to the end of its frame, of each frame, and of each long task (over 50 ms)
 */
async function clickForward(count: number): Promise<Record<'delays' | 'frames' | 'tasks', number[]>> {
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const drawn = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  const control = document.querySelector<HTMLElement>('button[aria-label="Step forward"]')!;
  const shown = () => document.querySelector('[role=slider][aria-valuetext]')!.getAttribute('aria-valuenow');
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  const [delays, frames]: [number[], number[]] = [[], []];
  let last = await frame();
  for (let click = 0; click < count; click++) {
    const [start, before] = [performance.now(), shown()];
    control.click();
    do {
      const now = await frame();
      frames.push(now - last);
      last = now;
    } while (shown() === before && last - start < 1000);
    await drawn();
    delays.push(performance.now() - start);
    // At the end of the solve, which the next solve may have moved it to, a click shows nothing.
    if (shown() === before) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { delays, frames, tasks };
}
