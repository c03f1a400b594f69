/** The built command line, in a process of its own. */
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModel } from '../../../models/checkpoint/model-folder';
import { freshFolder, builtInModels } from '../compute/opened-service';
import type { CommandResult } from './lab-command';
import { build, waitForExit, lab, start } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await Promise.all([
    mkdir(join(folder, 'taken')),
    mkdir(join(folder, 'damaged')),
    writeFile(join(folder, 'file'), ''),
    build(),
  ]);
  await cp(join(builtInModels, 'sudoku-4x4'), join(folder, 'damaged'), { recursive: true });
  await writeFile(join(folder, 'damaged', 'model.safetensors'), 'no weights');
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const train = ['train', '--dataset', 'sudoku-4x4', '--out', 'new'];
const evaluate = ['evaluate', '--model', 'sudoku-4x4', '--dataset', 'sudoku-4x4'];
const solve = ['solve', '--model', 'sudoku-4x4', '--puzzle'];
const puzzle = '1.....3..2.....4';

const lastOf = <Item>(items: readonly Item[]): Item => items[items.length - 1]!;
const events = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('usage errors print one line and exit with code 2', () => {
  test.concurrent.each<[string, readonly string[], string]>([
    ['a puzzle of the wrong length', [...solve, '123'], 'expected 16 cells, got 3'],
    [
      'an unknown character',
      [...solve, '1..q............'],
      "unknown character 'q' at row 1, column 4: expected 1 to 4, or . or 0 for a blank",
    ],
    ['contradictory clues', [...solve, '11..............'], 'Contradictory clues: row 1 has 1 more than once'],
    ['a puzzle without a solution', [...solve, '123....4........'], 'No solution'],
    [
      'a puzzle with several solutions',
      [...solve, '1...............'],
      'Several solutions: row 3, column 2 can be 1 or 3.',
    ],
    ['an empty puzzle text', [...solve, ''], 'expected 16 cells, got 0'],
    [
      'an unknown dataset',
      ['train', '--dataset', 'chess', '--out', 'new'],
      'unknown dataset “chess”; known: sudoku-4x4',
    ],
    [
      'an unknown preset',
      [...train, '--preset', 'huge'],
      'unknown preset “huge”; the presets are classroom, classroom-attention',
    ],
    ['an unknown flag', [...train, '--fast'], "unknown option '--fast'"],
    ['an unknown command', ['fly'], "unknown command 'fly'"],
    ['a mistyped command', ['tarin'], "unknown command 'tarin' (Did you mean train?)"],
    ['an extra argument', [...train, 'now'], "too many arguments for 'train'"],
    [
      'an unknown model',
      ['evaluate', '--model', 'nobody', '--dataset', 'sudoku-4x4'],
      'model “nobody” not found: neither a model folder nor a model id; available models: sudoku-4x4',
    ],
    ['an unknown split', [...evaluate, '--split', 'all'], 'expected one of test, train'],
    [
      'an --out that exists',
      ['train', '--dataset', 'sudoku-4x4', '--out', 'taken'],
      '--out: taken already exists; choose a new folder',
    ],
    [
      'an --out that is a file',
      ['train', '--dataset', 'sudoku-4x4', '--out', 'file'],
      '--out: file already exists; choose a new folder',
    ],
    ['an --out without a name', ['train', '--dataset', 'sudoku-4x4', '--out', ''], 'expected a path'],
    ['no --out', ['train', '--dataset', 'sudoku-4x4'], "required option '--out <folder>' not specified"],
    ['no --dataset', ['evaluate', '--model', 'sudoku-4x4'], "required option '--dataset <dataset>' not specified"],
    ['no --puzzle', ['solve', '--model', 'sudoku-4x4'], "required option '--puzzle <text>' not specified"],
    [
      '--max-seconds -1',
      [...train, '--max-seconds', '-1'],
      "option '--max-seconds <seconds>' argument '-1' is invalid: expected a number of seconds above 0, at most 604,800 (one week) (see --help)\n",
    ],
    ['--max-seconds abc', [...train, '--max-seconds', 'abc'], 'expected a number of seconds above 0'],
    ['--batch-size 0', [...train, '--batch-size', '0'], 'expected a whole number from 1 to 4,096'],
    ['--limit 0', [...evaluate, '--limit', '0'], 'expected a whole number of puzzles, 1 or higher'],
    ['--json with a value', [...evaluate, '--json', 'yes'], "too many arguments for 'evaluate'"],
  ])('%s', async (_, args, message) => expectError(await lab(args, folder), { code: 2, message }));
});

function expectError(
  { code, stdout, stderr }: CommandResult,
  expected: { readonly code: number; readonly message: string },
): void {
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(expected.message);
  expect({ code, stdout }).toEqual({ code: expected.code, stdout: '' });
}

describe('failures of the environment print one line and exit with code 1', () => {
  test.concurrent.each([
    [
      'an --out inside a file',
      ['train', '--dataset', 'sudoku-4x4', '--out', 'file/new'],
      'cannot use file/new: a part of the path is not a folder',
    ],
    [
      'an --out in a folder that does not exist',
      ['train', '--dataset', 'sudoku-4x4', '--out', 'no/new'],
      'cannot use no/new: the parent folder does not exist',
    ],
    [
      'a damaged model',
      ['evaluate', '--model', 'damaged', '--dataset', 'sudoku-4x4'],
      'model.safetensors: the header length is',
    ],
  ])('%s', async (_, args, message) => expectError(await lab(args, folder), { code: 1, message }));

  // Root can write to read-only folders.
  test.skipIf(process.getuid?.() === 0)('an --out in a read-only folder', async () => {
    await mkdir(join(folder, 'locked'));
    await chmod(join(folder, 'locked'), 0o500);
    expectError(await lab(['train', '--dataset', 'sudoku-4x4', '--out', 'locked/new'], folder), {
      code: 1,
      message: 'no permission',
    });
  });
});

test('failed commands write nothing', async () => {
  const initial = ['damaged', 'file', 'taken'];
  expect((await readdir(folder)).filter((name) => name !== 'locked').sort()).toEqual(initial);
  expect(await readdir(join(folder, 'taken'))).toEqual([]);
});

test('--help prints usage and options to stdout', async () => {
  const { code, stdout, stderr } = await lab(['train', '--help'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: npm run lab -- train \[options\]\n/);
  expect(stdout).toMatch(/ --trainable <weights> [^]* --benchmark /u);
  // Earlier option names are accepted but not listed.
  expect(stdout).not.toMatch(/--learn |--measure/u);
});

describe('train --json', () => {
  let run: CommandResult;
  beforeAll(async () => {
    run = await lab(
      [
        ...train.slice(0, -1),
        'trained',
        '--preset',
        'classroom',
        '--max-seconds',
        '60',
        '--max-eval-samples',
        '16',
        '--max-steps',
        '20',
        '--seed',
        '7',
        '--batch-size',
        '32',
        '--json',
      ],
      folder,
    );
  }, 120_000);

  test('prints one event per line, ending with the metrics of the saved model', () => {
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const printed = events(run.stdout);
    const steps = printed.filter(({ type }) => type === 'step');
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i + 1));
    expect(printed.map(({ type }) => type)).toEqual([...steps.map(() => 'step'), 'evaluated', 'finished']);
    expect(lastOf(printed)).toMatchObject({
      type: 'finished',
      step: steps.length,
      metrics: { exactAccuracy: expect.any(Number), count: 16 },
      model: 'trained',
    });
  });

  test('writes a complete run folder with model, checkpoints and metrics', async () => {
    const out = join(folder, 'trained');
    expect((await readdir(out)).sort()).toEqual([
      'card.json',
      'checkpoints',
      'config.json',
      'metrics.jsonl',
      'model.safetensors',
      'run.json',
    ]);
    const { card } = await readModel(out);
    const { step, metrics } = lastOf(events(run.stdout));
    expect(card).toMatchObject({ training: { steps: step, seed: 7 }, accuracy: metrics });
    expect(card.command).toBe(
      'train --dataset sudoku-4x4 --preset classroom --seed 7 --max-seconds 60 --max-steps 20 --batch-size 32 --max-eval-samples 16',
    );
    const recorded = events(await readFile(join(out, 'metrics.jsonl'), 'utf8'));
    const withoutChecksums = recorded.map((line) =>
      Object.fromEntries(Object.entries(line).filter(([name]) => name !== 'crc32')),
    );
    expect(withoutChecksums.filter(({ type }) => type !== 'sample')).toEqual(events(run.stdout).slice(0, -1));
  });
});

describe('an interrupted run', () => {
  async function trainUntil(out: string, interrupt: (child: ReturnType<typeof start>) => void): Promise<CommandResult> {
    const child = start(
      ['train', '--dataset', 'sudoku-4x4', '--out', out, '--batch-size', '16', '--max-eval-samples', '16', '--json'],
      folder,
    );
    child.stdout.once('data', () => interrupt(child));
    return waitForExit(child);
  }

  test('stops at Ctrl-C and saves the model, even if npm sends SIGINT twice', async () => {
    const { code, stdout, stderr } = await trainUntil('stopped', (child) => {
      child.kill('SIGINT');
      child.kill('SIGINT');
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lastOf(events(stdout))).toMatchObject({ type: 'finished', model: 'stopped' });
    expect((await readModel(join(folder, 'stopped'))).card.training.steps).toBe(lastOf(events(stdout)).step);
  }, 60_000);

  test('stops and saves the model without an error when stdout is closed (| head -1)', async () => {
    const { code, stderr } = await trainUntil('unread', (child) => child.stdout.destroy());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await readModel(join(folder, 'unread'))).card.accuracy).toMatchObject({ count: 16 });
  }, 60_000);
});

describe('evaluate', () => {
  test('returns the same metrics for a built-in model by id and by folder', async () => {
    const evaluateModel = async (model: string) =>
      JSON.parse(
        (await lab(['evaluate', '--model', model, '--dataset', 'sudoku-4x4', '--limit', '100', '--json'], folder))
          .stdout,
      ) as Record<string, unknown>;
    const byId = await evaluateModel('sudoku-4x4');
    const accuracy = ['exactAccuracy', 'accuracy', 'ruleAccuracy', 'count', 'interval'];
    const solves = ['steps', 'overSteps', 'rollouts', 'calibration'];
    expect(Object.keys(byId)).toEqual([...accuracy, ...solves, 'sample', 'overlap', 'failures']);
    expect(byId).toMatchObject({ count: 100 });
    expect(byId.exactAccuracy).toBeGreaterThan(0.9);
    expect(await evaluateModel(join(builtInModels, 'sudoku-4x4'))).toEqual(byId);
  }, 60_000);

  test('prints the metrics as text without --json', async () => {
    const { stdout } = await lab([...evaluate, '--split', 'train', '--limit', '1'], folder);
    expect(stdout).toMatch(
      /^exact accuracy 100\.0 % \(95 % CI \d+\.\d–100\.0 %, n = 1\), cell accuracy 100\.0 %, valid answers 100\.0 %$/m,
    );
  });
});

describe('--steps', () => {
  test('evaluates and solves with another number of supervision steps', async () => {
    const evaluateWith = async (steps: string) =>
      JSON.parse((await lab([...evaluate, '--limit', '60', '--steps', steps, '--json'], folder)).stdout) as {
        exactAccuracy: number;
      };
    for (const steps of ['1', '12']) expect((await evaluateWith(steps)).exactAccuracy).toBeGreaterThan(0.9);
    const { stdout } = await lab([...solve, puzzle, '--steps', '12', '--json'], folder);
    expect((JSON.parse(stdout) as { steps: unknown[] }).steps).toHaveLength(12);
  }, 60_000);

  test.each(['0', '1025', '1.5', 'many'])('refuses %s', async (steps) => {
    for (const args of [evaluate, [...solve, puzzle]]) {
      const { code, stderr } = await lab([...args, '--steps', steps], folder);
      expect([code, stderr]).toEqual([
        2,
        `error: option '--steps <number>' argument '${steps}' is invalid: expected a whole number from 1 to 1,024 (see --help)\n`,
      ]);
    }
  });
});

describe('solve', () => {
  test('returns answer, halting logit and legality of every step', async () => {
    const { code, stdout } = await lab([...solve, puzzle, '--json'], folder);
    const { steps, ...rest } = JSON.parse(stdout) as { steps: Record<string, unknown>[]; solution: string };
    expect(code).toBe(0);
    expect(rest).toEqual({ puzzle, solution: '1342243142133124', haltStep: expect.any(Number) });
    expect(steps).toHaveLength(8);
    for (const [i, step] of steps.entries())
      expect(step).toMatchObject({
        step: i + 1,
        answer: expect.stringMatching(/^[1-4.]{16}$/),
        qHalt: expect.any(Number),
        legal: expect.any(Boolean),
      });
    expect(steps[7]).toMatchObject({ answer: rest.solution, legal: true, brokenRules: 0 });
  });

  test('exits with code 3 if the last answer breaks a rule or is incomplete, also of rollouts', async () => {
    const hard = '8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..';
    const oneStep = ['solve', '--model', 'sudoku-9x9', '--puzzle', hard, '--steps', '1', '--json'];
    const single = await lab(oneStep, folder);
    expect(single.code).toBe(3);
    const { steps } = JSON.parse(single.stdout) as { steps: { legal: boolean }[] };
    expect(steps.map(({ legal }) => legal)).toEqual([false]);
    const rollouts = await lab([...oneStep, '--rollouts', '2', '--pick', 'rules'], folder);
    expect(rollouts.code).toBe(3);
    expect(JSON.parse(rollouts.stdout)).toMatchObject({ picked: null });
  });

  test('prints grids without --json', async () => {
    const { stdout } = await lab([...solve, '1... ..3. .2.. ...4'], folder);
    expect(stdout).toMatch(/^1 · │ · · \n· · │ 3 · \n────┼─────\n/);
    expect(stdout).toMatch(/1 3 │ 4 2 \n2 4 │ 3 1 \n────┼─────\n4 2 │ 1 3 \n3 1 │ 2 4 /);
    expect(stdout).not.toContain('\x1b');
  });
});
