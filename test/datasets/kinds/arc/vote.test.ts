import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { augmentGrid, formatAugmentedName, drawAugmentation } from '../../../../datasets/kinds/arc/augment';
import {
  listArcIdentifiers,
  generateArcTestGroups,
  createArcTestPuzzles,
  planArcDataset,
} from '../../../../datasets/kinds/arc/build';
import { placeOnCanvas, type ArcGrid } from '../../../../datasets/kinds/arc/grid';
import { generateArcTasks } from '../../../../datasets/kinds/arc/generated-tasks/task-rules';
import { readTasks } from '../../../../datasets/kinds/arc/task';
import {
  VoteCounter,
  computePassAtK,
  createSubmission,
  listTestPairs,
  restoreTestPairs,
} from '../../../../datasets/kinds/arc/vote';
import { Random } from '../../../../datasets/random';
import { anySeed, grid, rowsOf } from './examples';

const question = grid('123');
const right = grid('45', '67');
const tests = new Map([['task', [{ input: question, output: right }]]]);

/** A ballot on one question: each answer with its halting logit, through augmentations drawn from the seed. */
function ballotOf(answers: readonly (readonly [ArcGrid, number])[], seed = 1): VoteCounter {
  const random = Random.seeded(seed);
  const ballot = new VoteCounter();
  for (const [answer, qHalt] of answers) {
    const augmentation = drawAugmentation(random);
    const tokens = (any: ArcGrid) => placeOnCanvas(augmentGrid(any, augmentation));
    ballot.add({
      name: formatAugmentedName('task', augmentation),
      inputs: tokens(question),
      answer: tokens(answer),
      qHalt,
    });
  }
  return ballot;
}

const ranked = (ballot: VoteCounter) =>
  ballot.rank('task', question).map(({ grid: candidate, votes }) => [rowsOf(candidate).join('/'), votes]);

describe('votes', () => {
  test('are counted for the original, however the copies were augmented', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        expect(
          ranked(
            ballotOf(
              [
                [right, 0],
                [grid('1'), 5],
                [right, 0],
              ],
              seed,
            ),
          ),
        ).toEqual([
          ['45/67', 2],
          ['1', 1],
        ]);
      }),
    );
  });

  test('decide before confidence, and confidence between equals', () => {
    const ballot = ballotOf([
      [grid('1'), 9],
      [grid('2'), -9],
      [grid('2'), -9],
      [grid('3'), 9.5],
    ]);
    expect(ranked(ballot)).toEqual([
      ['2', 2],
      ['3', 1],
      ['1', 1],
    ]);
  });

  test('carry the mean probability of halting', () => {
    const [candidate] = ballotOf([
      [right, 0],
      [right, Math.log(3)],
    ]).rank('task', question);
    expect(candidate!.confidence).toBeCloseTo((0.5 + 0.75) / 2, 12);
  });

  test('of one task or question say nothing of another', () => {
    const ballot = ballotOf([[right, 0]]);
    expect(ballot.rank('other', question)).toEqual([]);
    expect(ballot.rank('task', grid('321'))).toEqual([]);
  });
});

describe('pass@K and submissions', () => {
  const second = ballotOf([
    [grid('1'), 0],
    [grid('1'), 0],
    [right, 0],
  ]);

  test('the first K candidates count', () => {
    expect([1, 2, 5].map((k) => computePassAtK(second, tests, k))).toEqual([0, 1, 1]);
  });

  test('a task counts by its share of right pairs, one without answers as wrong', () => {
    const two = new Map([...tests, ['unanswered', [{ input: question, output: right }]]]);
    expect(computePassAtK(second, two, 2)).toBe(0.5);
    expect(
      computePassAtK(
        second,
        new Map([['task', [...(tests.get('task') ?? []), { input: grid('9'), output: right }]]]),
        2,
      ),
    ).toBe(0.5);
  });

  test('the best candidate is named again where there are no more', () => {
    expect(createSubmission(second, tests, 3)).toEqual({
      task: [
        {
          attempt_1: [[1]],
          attempt_2: [
            [4, 5],
            [6, 7],
          ],
          attempt_3: [[1]],
        },
      ],
    });
    expect(createSubmission(new VoteCounter(), tests, 2)).toEqual({ task: [] });
  });
});

test('who answers every row of a test split as it is labelled passes every task', () => {
  const set = planArcDataset([{ tasks: generateArcTasks(11), isTest: true }], { augmentations: 3, seed: 5 });
  const names = listArcIdentifiers(set);
  const ballot = new VoteCounter();
  for (const { identifier, examples } of [...generateArcTestGroups(set)].flat())
    for (const { inputs, labels } of examples)
      ballot.add({ name: names[identifier]!, inputs, answer: labels, qHalt: 1 });
  const rows = [...generateArcTestGroups(set)]
    .flat()
    .flatMap(({ identifier, examples }) => examples.map((example) => ({ ...example, name: names[identifier]! })));
  const asked = listTestPairs(
    readTasks({ file: 'test_puzzles.json', text: JSON.stringify(createArcTestPuzzles(set)) }),
  );
  expect(computePassAtK(ballot, asked, 1)).toBe(1);
  // The rows tell themselves what is asked: all of them, or those of copies only.
  expect(restoreTestPairs(rows)).toEqual(asked);
  expect(new Map([...restoreTestPairs(rows.filter(({ name }) => name.includes('|||')))])).toEqual(asked);
});
