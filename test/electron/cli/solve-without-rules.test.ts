/** `lab solve` for kinds without rules: grids of the user, and tasks of ARC. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder } from '../compute/opened-service';
import { build, lab } from './lab-command';

const pair = { input: [[1, 2]], output: [[2, 1]] };
const task = { train: [pair, { input: [[3, 4]], output: [[4, 3]] }], test: [pair, { input: [[5, 6]] }] };
const grids = ['a.b/,aab/', '.ab/,bab/', 'ab./,abb/', 'bb./,bba/'].map((row) => row.replaceAll('/', '#aa#aa'));

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
  await writeFile(join(folder, 'grids.csv'), `question,answer\n${grids.join('\n')}\n`);
  await writeFile(join(folder, 'swap.json'), JSON.stringify(task));
  await run('dataset', 'import', 'grids.csv', '--kind', 'custom', '--held-out', '0.5', '--out', 'grids');
  const short = ['--max-steps', '1', '--batch-size', '2'];
  await run('train', '--dataset', 'grids', ...short, '--out', 'own');
  await run('train', '--dataset', 'swap.json', '--augment', '1', ...short, '--out', 'arc');
}, 240_000);
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab(args, folder);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

test('a grid without rules is solved step by step, without a word on legality', async () => {
  const question = grids[0]!.split(',')[0]!;
  const text = await run('solve', '--model', 'own', '--puzzle', question, '--steps', '2');
  expect(text).toMatch(/\n\nStep 1: halting logit -?\d+\.\d/u);
  expect(text).not.toMatch(/legal|incomplete/u);
  const { solution, steps } = JSON.parse(
    await run('solve', '--model', 'own', '--puzzle', question, '--steps', '2', '--json'),
  ) as { solution: null; steps: { answer: string; legal: null; brokenRules: null }[] };
  expect(solution).toBeNull();
  expect(steps.map(({ answer, legal, brokenRules }) => [answer.length, legal, brokenRules])).toEqual([
    [question.length, null, null],
    [question.length, null, null],
  ]);
  expect(await run('evaluate', '--model', 'own', '--dataset', 'grids')).not.toContain('valid answers');
}, 120_000);

test('the tests of a file with one ARC task are solved, and compared where their output is known', async () => {
  const text = await run('solve', '--model', 'arc', '--puzzle', 'swap.json', '--steps', '1');
  expect(text).toMatch(/^Task swap, test 1\n\n12\n\nStep 1: [✓✕] (?:not )?the known output, /u);
  expect(text).toMatch(/Task swap, test 2\n\n56\n\nStep 1: halting logit/u);
  const other = await lab(['solve', '--model', 'sudoku-4x4', '--puzzle', 'swap.json'], folder);
  expect([other.code, other.stderr]).toEqual([
    2,
    'error: swap.json is a file of ARC tasks, but the model was trained on another puzzle type\n',
  ]);
}, 120_000);
