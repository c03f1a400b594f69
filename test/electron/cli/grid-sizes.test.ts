/** Models of every grid size: trained on mazes of several sizes, or queens of one, they evaluate and solve puzzles of another. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOT_SOLVED } from '../../../electron/cli/exit';
import { build, lab } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grid-sizes-'));
  await build();
  await success('dataset', 'generate', '--kind', 'maze', '--sizes', '6-8', '--count', '40', '--out', 'small');
  await success('dataset', 'generate', '--kind', 'maze', '--size', '13', '--count', '8', '--out', 'large');
  await success('train', '--dataset', 'small', ...settings, '--out', 'model');
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

const settings = ['--max-steps', '2', '--batch-size', '4', '--threads', '1'];

const success = (...args: string[]) => stdoutOf(args, 0);
/** As `success`, of a model that does not solve the puzzle. */
const unsolved = (...args: string[]) => stdoutOf(['solve', ...args], NOT_SOLVED);

async function stdoutOf(args: string[], expected: number): Promise<string> {
  const { code, stderr, stdout } = await lab(args, folder);
  expect({ args, code, stderr }).toMatchObject({ code: expected });
  return stdout;
}

const open = ['#######', '#S   G#', '#######'];
/** A corridor in a maze of 7×7 cells. */
const maze = [...open, '#######', '#######', '#######', '#######'].join('');

describe('a model that was trained on mazes of 6×6 to 8×8 cells', () => {
  test('has the kind of the largest', async () => {
    const card = JSON.parse(await readFile(join(folder, 'model', 'card.json'), 'utf8')) as object;
    expect(card).toMatchObject({ kind: 'maze-8', preset: 'maze', family: 'Convolutional TRM' });
  });

  test('is evaluated on mazes of 13×13 cells', async () => {
    const result = await success('evaluate', '--model', 'model', '--dataset', 'large', '--split', 'train', '--json');
    expect(JSON.parse(result)).toMatchObject({ count: 7 });
  }, 120_000);

  test.each([
    ['of the trained size', '#'.repeat(8) + '#S    G#' + '#'.repeat(48), 64],
    ['of a smaller size', maze, 49],
  ])(
    'solves a maze %s',
    async (_, puzzle, cells) => {
      const result = await unsolved('--model', 'model', '--puzzle', puzzle, '--steps', '2', '--json');
      const { steps, solution } = JSON.parse(result) as { steps: { answer: string }[]; solution: string };
      expect(solution).toContain('Sooo');
      expect(steps.map(({ answer }) => answer.length)).toEqual([cells, cells]);
    },
    60_000,
  );

  test('is fine-tuned on mazes of 13×13 cells', async () => {
    await success('train', '--dataset', 'large', '--from', 'model', ...settings, '--out', 'tuned');
    const config = JSON.parse(await readFile(join(folder, 'tuned', 'config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ arch: { halt_exploration: 'per_example' }, data: { seq_len: 169 } });
  }, 120_000);
});

test.each([
  ['an unknown character', 'Z'.repeat(49), "error: unknown character 'Z' at row 1, column 1"],
  [
    'no square',
    '#'.repeat(42),
    'error: the model reads square grids from 5×5 to 30×30 cells, one character for each, got 42',
  ],
])(
  'a puzzle for a model of every size with %s is refused for that',
  async (_, puzzle, message) => {
    const { code, stderr } = await lab(['solve', '--model', 'maze-12x12', '--puzzle', puzzle], folder);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  },
  60_000,
);

test('an answer that breaks no rule but lacks queens is called incomplete', async () => {
  const board = `.Q....${'......'.repeat(5)}`;
  const stdout = await unsolved('--model', 'queens-10x10', '--puzzle', board, '--steps', '1');
  expect(stdout).toContain('Step 1: ✕ incomplete');
}, 60_000);

// 82 % of easy boards of 12×12 with 64 steps (n = 33).
test('the built-in queens model, trained on 10×10, solves most easy boards of 12×12', async () => {
  const board = ['--kind', 'queens', '--size', '12', '--difficulty', 'easy', '--count', '30', '--held-out', '0.9'];
  await success('dataset', 'generate', ...board, '--out', 'queens-12');
  const result = await success(
    'evaluate',
    '--model',
    'queens-10x10',
    '--dataset',
    'queens-12',
    '--steps',
    '64',
    '--json',
  );
  expect((JSON.parse(result) as { exactAccuracy: number }).exactAccuracy).toBeGreaterThan(0.5);
}, 120_000);

test('a model that cannot read a built-in dataset is refused before the dataset is generated', async () => {
  const { code, stderr } = await lab(['evaluate', '--model', 'sudoku-4x4', '--dataset', 'nonogram'], folder);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: the model reads 16 cells with 6 tokens, but nonogram has 81 cells with 10 tokens\n',
  });
}, 60_000);

test('the picked answer of rollouts is marked when it breaks rules', async () => {
  const board = `.Q....${'......'.repeat(5)}`;
  const stdout = await unsolved(
    ...['--model', 'queens-10x10', '--puzzle', board, '--steps', '1', '--rollouts', '2', '--pick', 'vote'],
  );
  expect(stdout).toMatch(/Picked rollout \d, step 1: the answer of \d of 2 rollouts\.\n\n✕ /u);
}, 60_000);

test('a model of another family refuses puzzles of another size, naming both', async () => {
  const { code, stderr } = await lab(['evaluate', '--model', 'sudoku-4x4', '--dataset', 'large'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('the model reads 16 cells with 6 tokens, but large has 169 cells with 6 tokens');
}, 120_000);

describe('mixed sizes are refused', () => {
  test.each([
    ['with --size', ['--kind', 'maze', '--sizes', '6-8', '--size', '7'], 'choose either --size or --sizes'],
    ['for other puzzle types', ['--kind', 'queens', '--sizes', '5-6'], 'queens: puzzles of different sizes cannot be'],
    [
      'beyond those of the puzzle type',
      ['--kind', 'maze', '--sizes', '28-31'],
      'maze: --sizes must be within 5–30, got 28-31',
    ],
    ['in another form', ['--kind', 'maze', '--sizes', '8-6'], 'expected the smallest and the largest side, e.g. 6-12'],
  ])(
    '%s',
    async (_, args, message) => {
      const { code, stderr } = await lab(['dataset', 'generate', ...args, '--out', 'none'], folder);
      expect(code).not.toBe(0);
      expect(stderr).toContain(message);
    },
    60_000,
  );
});
