/**
 * Trainings that are killed at random moments and gone on with: they always reopen, and end as the uninterrupted one.
 * `TORTURE_KILLS` says how often (a few by default; 50 to be thorough).
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { freshFolder } from '../compute/opened-service';
import { build, ended, lab, start } from './lab-command';

const KILLS = Number(process.env.TORTURE_KILLS ?? 4);
const STEPS = 24;
const EVERY = 4;

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** Looks at held-out puzzles come at every 50th step of the preset: none within so short a run but the last. */
const train = (out: string) => [
  'train',
  '--dataset',
  'sudoku-4x4',
  '--seed',
  '9',
  '--batch-size',
  '16',
  '--max-steps',
  String(STEPS),
  '--checkpoint-every',
  String(EVERY),
  '--out',
  out,
  '--json',
];

const metricsOf = async (out: string) => {
  const lines = (await readFile(join(folder, out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => ({ ...(JSON.parse(line) as { step: number }), seconds: 0 }));
};
const weightsOf = (out: string) => readFile(join(folder, out, 'model.safetensors'));

/** Kills the command some time after its first line; false when it ended before that. */
async function killed(args: readonly string[], milliseconds: number): Promise<boolean> {
  const child = start(args, folder);
  const over = ended(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const { code } = await over;
  clearTimeout(timer);
  return code !== 0;
}

const stepReached = async (out: string): Promise<number> =>
  (await metricsOf(out).catch(() => [])).reduce((most, { step }) => Math.max(most, step), 0);

test(
  `a run killed ${KILLS} times ends with the very weights and metrics of one that was left alone`,
  async () => {
    expect((await lab(train('whole'), folder)).code).toBe(0);
    const random = Random.seeded(Number(process.env.TORTURE_SEED ?? 1));
    let [kills, runs] = [0, 0];
    while (kills < KILLS) {
      const out = `killed-${runs++}`;
      // From before the folder is there to beyond the end.
      for (let args = train(out); kills < KILLS; args = ['run', 'resume', out, '--json']) {
        const before = await stepReached(out);
        if (!(await killed(args, random.integer(300, 3500)))) break;
        kills++;
        if (!(await readdir(folder)).includes(out)) break;
        const { code, stdout } = await lab(['run', 'show', out, '--json'], folder);
        expect(code).toBe(0);
        // At most the steps since the last checkpoint are lost: that one is still there.
        const { checkpoints } = JSON.parse(stdout) as { checkpoints: number[] };
        expect(checkpoints.at(-1) ?? 0).toBeGreaterThanOrEqual(before - (before % EVERY) - EVERY);
      }
      if (!(await readdir(folder)).includes(out)) continue;
      await lab(['run', 'resume', out, '--json'], folder);
      expect((await weightsOf(out)).equals(await weightsOf('whole'))).toBe(true);
      expect(await metricsOf(out)).toEqual(await metricsOf('whole'));
      expect(
        (await readdir(join(folder, out), { recursive: true })).filter((name) => /\.(?:tmp|lock)$/u.test(name)),
      ).toEqual([]);
    }
  },
  60_000 + KILLS * 20_000,
);
