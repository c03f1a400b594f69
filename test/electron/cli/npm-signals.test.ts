/** `npm run lab` when npm or its shell is ended: neither passes on what ends it, and the training must not go on unnoticed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRunning } from '../../../electron/compute/storage/lock-file';
import { freshFolder } from '../compute/opened-service';
import { build } from './lab-command';

const project = resolve(import.meta.dirname, '../../..');

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

function train(out: string): ChildProcess {
  const settings = [
    '--dataset',
    'sudoku-4x4',
    '--batch-size',
    '8',
    '--max-eval-samples',
    '16',
    '--max-steps',
    '100000',
    '--max-seconds',
    '90',
    '--threads',
    '1',
  ];
  return spawn('npm', ['run', 'lab', '--', 'train', ...settings, '--out', out], {
    cwd: project,
    env: { ...process.env, TRM_LAB_DATA: folder },
    stdio: 'ignore',
  });
}

const countLines = (log: string): number => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);

/** The process that trains, as its lock names it. */
const trainingProcess = (out: string): number => Number(readFileSync(join(out, 'run.lock'), 'utf8').split(' ')[0]);

// Windows has no such signals.
test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGKILL'] as const)(
  'a training ends with its model and a checkpoint after npm got a %s',
  async (signal) => {
    const out = join(folder, signal);
    const npm = train(out);
    const log = join(out, 'metrics.jsonl');
    await expect.poll(() => countLines(log), { timeout: 60_000 }).toBeGreaterThan(3);
    const pid = trainingProcess(out);
    expect(pid).not.toBe(npm.pid);
    npm.kill(signal);
    await expect.poll(() => isRunning(pid), { timeout: 60_000, interval: 200 }).toBe(false);
    const { run } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { run: { state: string; step: number } };
    expect(run.state).toBe('stopped');
    expect(existsSync(join(out, 'checkpoints', `step-${run.step}.safetensors`))).toBe(true);
    expect(existsSync(join(out, 'model.safetensors'))).toBe(true);
  },
  180_000,
);
