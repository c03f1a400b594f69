/** A training from the command line whose numbers leave the range of float32. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModel } from '../../../models/checkpoint/model-folder';
import { allFinite } from '../../../models/train/divergence';
import { freshFolder } from '../compute/opened-service';
import { build, lab } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test('ends with the step and the tensor, and saves what was learnt before', async () => {
  const args = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--out',
    'wild',
    '--max-steps',
    '50',
    '--learning-rate',
    '1e5',
    '--json',
  ];
  const { code, stderr, stdout } = await lab(args, folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: the numbers are no longer finite at step \d+, first in [^\n]+ \(--learning-rate\); what was learnt before it is saved in wild\n$/,
  );
  expect(stdout).not.toContain('"finished"');
  expect(await readFile(join(folder, 'wild', 'metrics.jsonl'), 'utf8')).toContain('"type":"diverged"');
  const { state, card } = await readModel(join(folder, 'wild'));
  expect(allFinite(state.params)).toBe(true);
  expect(card.command).toContain('--learning-rate 100000');
}, 60_000);
