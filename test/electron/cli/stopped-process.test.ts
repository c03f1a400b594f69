/** A process that the system stops (SIGSTOP, as when a laptop sleeps): training time does not pass meanwhile. */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder } from '../compute/opened-service';
import { build, start } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** Milliseconds for which the process is stopped. */
const STOPPED = 2600;
const STEPS = 6;

const command = [
  'train',
  '--dataset',
  'sudoku-4x4',
  '--batch-size',
  '8',
  '--max-seconds',
  '60',
  '--out',
  'run',
  '--json',
];

// Windows has no such signals.
test.skipIf(process.platform === 'win32')('training time does not include that of a stopped process', async () => {
  const child = start(command, folder);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  /** Training time in seconds after each step. */
  const seconds: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    seconds.push((JSON.parse(line) as { readonly seconds: number }).seconds);
    if (seconds.length === 1) {
      child.kill('SIGSTOP');
      await wait(STOPPED);
      child.kill('SIGCONT');
    }
    if (seconds.length === STEPS) child.kill('SIGKILL');
  }
  await exited;
  expect(seconds.length).toBeGreaterThanOrEqual(STEPS);
  const longestStep = Math.max(...seconds.slice(1).map((after, i) => after - seconds[i]!));
  expect(longestStep).toBeLessThan(STOPPED / 1000 / 2);
});
