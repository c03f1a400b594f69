/**
 * Kills runs at random moments and resumes them: each can be reopened and ends like an uninterrupted run.
 * `TORTURE_KILLS` sets the number of kills (4 by default; 50 for a thorough test).
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { freshFolder } from '../compute/opened-service';
import { build, waitForExit, lab, start } from './lab-command';

const KILLS = Number(process.env.TORTURE_KILLS ?? 4);
const STEPS = 24;
const CHECKPOINT_EVERY = 4;

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** The preset evaluates every 50 steps: a run this short has only the final evaluation. */
const train = (out: string) => [
  'train',
  '--dataset',
  'sudoku-4x4',
  '--seed',
  '9',
  '--batch-size',
  '16',
  '--max-eval-samples',
  '16',
  '--max-steps',
  String(STEPS),
  '--checkpoint-every',
  String(CHECKPOINT_EVERY),
  '--out',
  out,
  '--json',
];

const metricsOf = async (out: string) => {
  const lines = (await readFile(join(folder, out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  // The checksum of a line covers its seconds.
  return lines.map((line) => ({ ...(JSON.parse(line) as { step: number }), seconds: 0, crc32: 0 }));
};
const weightsOf = (out: string) => readFile(join(folder, out, 'model.safetensors'));

/** Kills the command after `milliseconds`; returns false if it has exited before. */
async function killAfter(args: readonly string[], milliseconds: number): Promise<boolean> {
  const child = start(args, folder);
  const result = waitForExit(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const { code } = await result;
  clearTimeout(timer);
  return code !== 0;
}

const lastStep = async (out: string): Promise<number> =>
  (await metricsOf(out).catch(() => [])).reduce((most, { step }) => Math.max(most, step), 0);

test(
  `a run killed ${KILLS} times ends with the same weights and metrics as an uninterrupted one`,
  async () => {
    expect((await lab(train('uninterrupted'), folder)).code).toBe(0);
    const random = Random.seeded(Number(process.env.TORTURE_SEED ?? 1));
    let [kills, runs] = [0, 0];
    while (kills < KILLS) {
      const out = `killed-${runs++}`;
      // Moments range from before the folder exists to after the end.
      for (let args = train(out); kills < KILLS; args = ['run', 'resume', out, '--json']) {
        const before = await lastStep(out);
        if (!(await killAfter(args, random.integer(300, 3500)))) break;
        kills++;
        if (!(await readdir(folder)).includes(out)) break;
        const { code, stdout } = await lab(['run', 'show', out, '--json'], folder);
        expect(code).toBe(0);
        // At most the steps since the last checkpoint are lost.
        const { checkpoints } = JSON.parse(stdout) as { checkpoints: number[] };
        expect(checkpoints.at(-1) ?? 0).toBeGreaterThanOrEqual(before - (before % CHECKPOINT_EVERY) - CHECKPOINT_EVERY);
      }
      if (!(await readdir(folder)).includes(out)) continue;
      await lab(['run', 'resume', out, '--json'], folder);
      expect((await weightsOf(out)).equals(await weightsOf('uninterrupted'))).toBe(true);
      expect(await metricsOf(out)).toEqual(await metricsOf('uninterrupted'));
      expect(
        (await readdir(join(folder, out), { recursive: true })).filter((name) => /\.(?:tmp|lock)$/u.test(name)),
      ).toEqual([]);
    }
  },
  60_000 + KILLS * 20_000,
);
