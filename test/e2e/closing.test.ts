/** Closing the window during a run: the question and its answers, and quitting without one. The system's dialog is answered by the test. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerDialogs, launchApp, type LaunchedApp } from './launch-app';

const BACKGROUND = 0;
const QUIT = 1;
const CANCEL = 2;

let lab: LaunchedApp;
let main: ChildProcess;
beforeEach(async () => {
  lab = await launchApp();
  main = lab.app.process();
  await startRun();
}, 60_000);
afterEach(async () => {
  await lab.close();
  rmSync(lab.dataFolder, { recursive: true, force: true });
});

async function startRun(): Promise<void> {
  const { page } = lab;
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: /^Pause/u }).waitFor({ timeout: 30_000 });
  await expect.poll(loggedSteps).toBeGreaterThan(2);
}

const runFolder = (): string => {
  const runs = join(lab.dataFolder, 'runs');
  const [id] = existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.')) : [];
  return join(runs, id ?? 'none');
};

interface LoggedStep {
  readonly type: string;
  readonly step: number;
  readonly loss: number;
}

function loggedLines(): LoggedStep[] {
  const log = join(runFolder(), 'metrics.jsonl');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as LoggedStep).filter(({ type }) => type === 'step');
}

const loggedSteps = (): number => loggedLines().length;

const closeWindow = (): Promise<void> =>
  lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()));
const isVisible = (): Promise<boolean> =>
  lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible()));
const hasEnded = (): boolean => main.exitCode !== null || main.signalCode !== null;

/** The last step has a checkpoint, and the record says that the run can continue. */
function expectSaved(): void {
  const steps = loggedSteps();
  expect(existsSync(join(runFolder(), 'checkpoints', `step-${steps}.safetensors`))).toBe(true);
  expect(JSON.parse(readFileSync(join(runFolder(), 'run.json'), 'utf8'))).toMatchObject({
    run: { state: 'interrupted', step: steps, failure: { id: 'run.suspended' } },
  });
}

test('the run goes on when the question is cancelled, and in the background, until the application is started again', async () => {
  const asked = await answerDialogs(lab.app, CANCEL);
  await closeWindow();
  await expect.poll(asked).toBe(1);
  expect(await isVisible()).toBe(true);

  await answerDialogs(lab.app, BACKGROUND);
  await closeWindow();
  await expect.poll(isVisible).toBe(false);
  const before = loggedSteps();
  await expect.poll(loggedSteps, { timeout: 20_000 }).toBeGreaterThan(before + 5);
  await lab.app.evaluate(({ app }) => app.emit('second-instance'));
  await expect.poll(isVisible).toBe(true);
}, 60_000);

test('“Save and quit” writes a checkpoint, from which the next start resumes', async () => {
  await answerDialogs(lab.app, QUIT);
  await closeWindow();
  await expect.poll(hasEnded, { timeout: 20_000 }).toBe(true);
  expectSaved();
  const steps = loggedSteps();

  const { dataFolder } = lab;
  lab = await launchApp({ dataFolder });
  const { page } = lab;
  await page.getByText(`The app was closed after step ${steps}. A checkpoint was saved.`).waitFor();
  await page.getByText(`continues from the checkpoint of step ${steps}. No step is lost.`).waitFor();
  await lab.screenshot('train-closed');
  await page.getByRole('button', { name: 'Resume from checkpoint' }).click();
  await expect.poll(loggedSteps, { timeout: 20_000 }).toBeGreaterThan(steps);
}, 90_000);

test('a signal to end writes a checkpoint without a question', async () => {
  const asked = await answerDialogs(lab.app, CANCEL);
  expect(await asked()).toBe(0);
  main.kill('SIGTERM');
  await expect.poll(hasEnded, { timeout: 20_000 }).toBe(true);
  expectSaved();
}, 60_000);

/** Starts the app again with the run of the ended one, and resumes it at a checkpoint. */
async function resumeFrom(step: number): Promise<void> {
  lab = await launchApp({ dataFolder: lab.dataFolder });
  main = lab.app.process();
  await lab.page.getByText(`continues from the checkpoint of step ${step}.`).waitFor();
  await lab.page.getByRole('button', { name: 'Resume from checkpoint' }).click();
}

test('a killed run continues from its last checkpoint with the same numbers', async () => {
  main.kill('SIGTERM');
  await expect.poll(hasEnded, { timeout: 20_000 }).toBe(true);
  const saved = loggedSteps();
  await resumeFrom(saved);
  await expect.poll(loggedSteps, { timeout: 20_000 }).toBeGreaterThan(saved + 3);
  main.kill('SIGKILL');
  await expect.poll(hasEnded).toBe(true);
  const before = loggedLines().slice(saved);

  await resumeFrom(saved);
  await expect.poll(loggedSteps, { timeout: 20_000 }).toBeGreaterThan(saved + 3);
  const after = loggedLines().slice(saved);
  const common = Math.min(before.length, after.length);
  const lossesOf = (lines: readonly LoggedStep[]) => lines.slice(0, common).map(({ step, loss }) => [step, loss]);
  expect(common).toBeGreaterThan(2);
  expect(lossesOf(after)).toEqual(lossesOf(before));
}, 120_000);
