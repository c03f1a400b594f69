/** `lab evaluate`: samples, single splits, checkpoints, also in `lab solve`; precision int8, also in `lab train` and `lab solve`. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelEvaluation } from '../../../electron/contract/contract';
import { readModel } from '../../../models/checkpoint/model-folder';
import { freshFolder } from '../compute/opened-service';
import { build, lab } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

test('trains with int8 and records the precision in the model card', async () => {
  const args = [
    'train',
    '--dataset',
    'sudoku-4x4',
    '--out',
    'rounded',
    '--max-eval-samples',
    '16',
    '--max-steps',
    '3',
    '--precision',
    'int8',
    '--json',
  ];
  const { code, stdout } = await lab(args, folder);
  expect(code).toBe(0);
  const losses = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; lmLoss?: number })
    .filter(({ type }) => type === 'step');
  expect(losses.map(({ lmLoss }) => Number.isFinite(lmLoss))).toEqual([true, true, true]);
  const card = JSON.parse(await readFile(join(folder, 'rounded', 'card.json'), 'utf8')) as { command: string };
  expect(card.command).toContain('--precision int8');
}, 60_000);

test('the built-in model keeps its accuracy with int8, within its confidence interval', async () => {
  const evaluate = async (precision: string) => {
    const { stdout } = await lab(
      [
        'evaluate',
        '--model',
        'sudoku-4x4',
        '--dataset',
        'sudoku-4x4',
        '--limit',
        '200',
        '--json',
        '--precision',
        precision,
      ],
      folder,
    );
    return JSON.parse(stdout) as { exactAccuracy: number; interval: [number, number] };
  };
  const [float32, int8] = [await evaluate('float32'), await evaluate('int8')];
  expect(int8.exactAccuracy).toBeGreaterThanOrEqual(float32.interval[0]);
}, 60_000);

test('rejects an unknown precision and lists the available ones', async () => {
  const { code, stderr } = await lab(
    ['solve', '--model', 'sudoku-4x4', '--puzzle', '1.....3..2.....4', '--precision', 'mixed'],
    folder,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('expected one of float32, int8');
});

const four = ['--model', 'sudoku-4x4', '--dataset'];

test('takes a dataset with only the split that is evaluated', async () => {
  const rows = ['question,answer', '1.....3..2.....4,1342243142133124'].join('\n');
  for (const split of ['train', 'test']) {
    await writeFile(join(folder, `${split}.csv`), rows);
    const { code, stdout } = await lab(['evaluate', ...four, `${split}.csv`, '--split', split, '--json'], folder);
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, count: 1, exactAccuracy: 1 });
  }
  const { code, stderr } = await lab(['evaluate', ...four, 'train.csv'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('--split test: train.csv has no puzzles in this split; use --split train');
}, 60_000);

test('draws the puzzles at random instead of taking the first ones, by the seed', async () => {
  // The answers of the second half are not solutions.
  const solved = '1.....3..2.....4,1342243142133124';
  const rows = [...Array<string>(40).fill(solved), ...Array<string>(40).fill(solved.replace(/4$/u, '1'))];
  await writeFile(join(folder, 'test-halves.csv'), ['question,answer', ...rows].join('\n'));
  const evaluate = async (seed: string) => {
    const args = ['evaluate', ...four, 'test-halves.csv', '--limit', '40', '--sample-seed', seed];
    return [(await lab(args, folder)).stdout, (await lab([...args, '--json'], folder)).stdout] as const;
  };
  const [text, json] = await evaluate('1');
  expect(text).toContain('a random sample of 40 of 80 puzzles (seed 1)');
  const { exactAccuracy, sample } = JSON.parse(json) as { exactAccuracy: number; sample: object };
  expect(sample).toEqual({ of: 80, seed: 1, isStratified: false });
  expect(exactAccuracy).toBeGreaterThan(0.2);
  expect(exactAccuracy).toBeLessThan(0.8);
  expect(text).toContain('puzzles of only 1 symmetry class: the true interval is wider');
  expect((await evaluate('2'))[1]).toContain('"seed":2');
}, 60_000);

describe('overlap with the training data', () => {
  const short = ['--preset', 'classroom', '--batch-size', '8', '--max-eval-samples', '16', '--max-steps', '1'];
  const lineOf = async (...args: string[]) => {
    const { stdout } = await lab(['evaluate', '--limit', '20', ...args], folder);
    return stdout.split('\n').find((line) => /training data|overlap/u.test(line));
  };

  test('is counted for the model and for those that it was trained from', async () => {
    expect(await lineOf(...four, 'sudoku-4x4')).toBe('none of 20 appears in its training data');
    expect(await lineOf(...four, 'sudoku-4x4', '--split', 'train')).toBe('20 of 20 appear in its training data');
    await lab(['dataset', 'generate', '--kind', 'sudoku-4x4', '--count', '30', '--out', 'other'], folder);
    await lab(['train', '--dataset', 'other', '--from', 'sudoku-4x4', ...short, '--out', 'tuned'], folder);
    const tuned = ['--model', 'tuned', '--dataset'];
    expect(await lineOf(...tuned, 'sudoku-4x4', '--split', 'train')).toBe('20 of 20 appear in its training data');
    expect(await lineOf(...tuned, 'other', '--split', 'train')).toBe('20 of 20 appear in its training data');
    await rm(join(folder, 'other'), { recursive: true });
    expect(await lineOf(...tuned, 'sudoku-4x4')).toBe('its training data (other) is not here: overlap unknown');
  }, 120_000);
});

describe('a run', () => {
  beforeAll(async () => {
    const limits = ['--batch-size', '8', '--max-eval-samples', '16', '--max-steps', '2', '--checkpoint-every', '1'];
    await lab(['train', '--dataset', 'sudoku-4x4', '--preset', 'classroom', ...limits, '--out', 'run'], folder);
  }, 60_000);
  const ofRun = ['--model', 'run', '--dataset', 'sudoku-4x4'];
  const evaluate = (...flags: string[]) => lab(['evaluate', ...ofRun, '--limit', '8', '--json', ...flags], folder);
  const puzzle = '1.....3..2.....4';
  const solve = (...flags: string[]) => lab(['solve', '--model', 'run', '--puzzle', puzzle, ...flags], folder);
  interface SolvedByVote {
    readonly checkpoints: readonly number[];
    readonly settings: { readonly pick: string };
    readonly rollouts: readonly { readonly steps: readonly { readonly answer: string }[] }[];
    readonly picked: {
      readonly rollout: number;
      readonly step: number;
      readonly votes: number;
      readonly answer: string;
    };
  }

  test('is evaluated at a checkpoint: at the last one as its saved model', async () => {
    const [saved, checkpoint] = [await evaluate(), await evaluate('--checkpoint', '2')];
    expect(checkpoint.code).toBe(0);
    expect(JSON.parse(checkpoint.stdout)).toEqual(JSON.parse(saved.stdout));
  }, 60_000);

  test('stores its calibration in its card; a card without one is read', async () => {
    const calibration = async () => {
      const { card } = await readModel(join(folder, 'run'));
      return card.evaluations?.map(({ evaluation }) => evaluation.calibration);
    };
    const { stdout } = await evaluate('--save');
    const printed = (JSON.parse(stdout) as ModelEvaluation).calibration;
    expect(printed?.answers.count).toBe(8);
    expect(await calibration()).toEqual([printed]);
    const file = join(folder, 'run', 'card.json');
    const card = JSON.parse(await readFile(file, 'utf8')) as {
      evaluations: { evaluation: Partial<ModelEvaluation> }[];
    };
    delete card.evaluations[0]!.evaluation.calibration;
    await writeFile(file, JSON.stringify(card));
    expect(await calibration()).toEqual([undefined]);
  }, 60_000);

  test('says how sure it is of its cells, its answers and by its halting head, and where it is wrong', async () => {
    const { stdout } = await lab(['evaluate', ...ofRun, '--limit', '8'], folder);
    const lines = stdout.split('\n');
    const from = lines.findIndex((line) => line.startsWith('calibration'));
    expect(lines.slice(from, from + 4)).toEqual([
      expect.stringMatching(/^calibration +confidence +right +calib\. error +Brier$/u),
      ...['cells', 'answers', 'halting head'].map((name) =>
        expect.stringMatching(new RegExp(`^${name} +[\\d.]+ % +[\\d.]+ % +[\\d.]+ % +[\\d.]+`, 'u')),
      ),
    ]);
    expect(lines[from + 4]).toMatch(/^wrong with the highest confidence: test\/\d+ \([\d.]+ %\), /u);
  }, 60_000);

  test('has no calibration of answers that the rules pick', async () => {
    const { stdout } = await evaluate('--rollouts', '2', '--noise', '0.1', '--pick', 'rules');
    expect(JSON.parse(stdout)).not.toHaveProperty('calibration');
  }, 60_000);

  test('names its checkpoints where the wanted one does not exist', async () => {
    expect(await evaluate('--checkpoint', '3')).toMatchObject({
      code: 2,
      stderr: 'error: run “run” has no checkpoint of step 3; it has those of steps 1, 2\n',
    });
  }, 60_000);

  test('with fewer checkpoints than are to vote names those it has', async () => {
    const stderr = 'error: run “run” has only the checkpoints of steps 1 and 2, fewer than the 3 that are to vote\n';
    expect(await evaluate('--checkpoints', 'last:3')).toMatchObject({ code: 2, stderr });
    expect(await solve('--checkpoints', 'last:3')).toMatchObject({ code: 2, stderr });
  }, 60_000);

  test('is solved by the vote of its last checkpoints, and says how many agree', async () => {
    const { stdout } = await solve('--checkpoints', 'last:2', '--json');
    const { checkpoints, settings, rollouts, picked } = JSON.parse(stdout) as SolvedByVote;
    expect({ checkpoints, pick: settings.pick }).toEqual({ checkpoints: [1, 2], pick: 'vote' });
    const answers = rollouts.map(({ steps }) => steps.at(-1)!.answer);
    expect(answers).toHaveLength(2);
    expect(picked.votes).toBe(answers.filter((answer) => answer === picked.answer).length);
    const text = (await solve('--checkpoints', 'last:2')).stdout;
    expect(text).toMatch(/^Checkpoint of step 1: after step \d+ .*\nCheckpoint of step 2: after step /mu);
    expect(text).toContain(
      `Picked checkpoint of step ${checkpoints[picked.rollout - 1]}, step ${picked.step}: the answer of ${picked.votes} of 2 checkpoints.`,
    );
  }, 60_000);

  test('is solved at its last checkpoint as its saved model', async () => {
    const { rollouts } = JSON.parse((await solve('--checkpoints', 'last:2', '--json')).stdout) as SolvedByVote;
    const { steps } = JSON.parse((await solve('--json')).stdout) as SolvedByVote['rollouts'][number];
    expect(rollouts[1]!.steps.map(({ answer }) => answer)).toEqual(steps.map(({ answer }) => answer));
  }, 60_000);

  test('takes checkpoints instead of rollouts, and only of a run', async () => {
    expect(await solve('--checkpoints', 'last:2', '--rollouts', '4')).toMatchObject({
      code: 2,
      stderr: 'error: --checkpoints takes one answer of each checkpoint; omit --rollouts and --noise\n',
    });
    const builtIn = await lab(['solve', ...four.slice(0, 2), '--puzzle', puzzle, '--checkpoints', 'last:2'], folder);
    expect(builtIn).toMatchObject({
      code: 2,
      stderr: 'error: run “sudoku-4x4” not found: neither a run folder nor a run id; see run list\n',
    });
  }, 60_000);

  test('that was killed before it saved a model is evaluated at its last checkpoint, which is said', async () => {
    const saved = await evaluate();
    for (const file of ['config.json', 'card.json', 'model.safetensors']) await rm(join(folder, 'run', file));
    const { code, stdout, stderr } = await evaluate();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'run has no saved model: its checkpoint of step 2 is evaluated\n',
    });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(saved.stdout));
  }, 60_000);
});
