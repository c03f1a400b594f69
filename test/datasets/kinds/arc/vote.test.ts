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
import { readTasks } from '../../../../datasets/kinds/arc/read-tasks';
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
const solution = grid('45', '67');
const tests = new Map([['task', [{ input: question, output: solution }]]]);

/** Votes on one question: each answer with its halting logit, augmented with draws from the seed. */
function countVotes(answers: readonly (readonly [ArcGrid, number])[], seed = 1): VoteCounter {
  const random = Random.seeded(seed);
  const votes = new VoteCounter();
  for (const [answer, qHalt] of answers) {
    const augmentation = drawAugmentation(random);
    const tokens = (any: ArcGrid) => placeOnCanvas(augmentGrid(any, augmentation));
    votes.add({
      name: formatAugmentedName('task', augmentation),
      inputs: tokens(question),
      answer: tokens(answer),
      qHalt,
    });
  }
  return votes;
}

const ranked = (counter: VoteCounter) =>
  counter.rank('task', question).map(({ grid: candidate, votes }) => [rowsOf(candidate).join('/'), votes]);

describe('VoteCounter', () => {
  test('counts answers of augmented copies for the original', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        expect(
          ranked(
            countVotes(
              [
                [solution, 0],
                [grid('1'), 5],
                [solution, 0],
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

  test('ranks by votes, then by confidence', () => {
    const votes = countVotes([
      [grid('1'), 9],
      [grid('2'), -9],
      [grid('2'), -9],
      [grid('3'), 9.5],
    ]);
    expect(ranked(votes)).toEqual([
      ['2', 2],
      ['3', 1],
      ['1', 1],
    ]);
  });

  test('returns the mean halting probability as confidence', () => {
    const [candidate] = countVotes([
      [solution, 0],
      [solution, Math.log(3)],
    ]).rank('task', question);
    expect(candidate!.confidence).toBeCloseTo((0.5 + 0.75) / 2, 12);
  });

  test('returns no candidates for another task or question', () => {
    const votes = countVotes([[solution, 0]]);
    expect(votes.rank('other', question)).toEqual([]);
    expect(votes.rank('task', grid('321'))).toEqual([]);
  });
});

describe('computePassAtK and createSubmission', () => {
  const rankedSecond = countVotes([
    [grid('1'), 0],
    [grid('1'), 0],
    [solution, 0],
  ]);

  test('only the first K candidates count', () => {
    expect([1, 2, 5].map((k) => computePassAtK(rankedSecond, tests, k))).toEqual([0, 1, 1]);
  });

  test('a task counts by its share of correct pairs, and as wrong without answers', () => {
    const twoTasks = new Map([...tests, ['unanswered', [{ input: question, output: solution }]]]);
    expect(computePassAtK(rankedSecond, twoTasks, 2)).toBe(0.5);
    expect(
      computePassAtK(
        rankedSecond,
        new Map([['task', [...(tests.get('task') ?? []), { input: grid('9'), output: solution }]]]),
        2,
      ),
    ).toBe(0.5);
  });

  test('a submission repeats the best candidate when there are no more', () => {
    expect(createSubmission(rankedSecond, tests, 3)).toEqual({
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

test('correct answers to every row of a test split pass every task', () => {
  const plan = planArcDataset([{ tasks: generateArcTasks(11), isTest: true }], { augmentations: 3, seed: 5 });
  const names = listArcIdentifiers(plan);
  const votes = new VoteCounter();
  for (const { identifier, examples } of [...generateArcTestGroups(plan)].flat())
    for (const { inputs, labels } of examples)
      votes.add({ name: names[identifier]!, inputs, answer: labels, qHalt: 1 });
  const rows = [...generateArcTestGroups(plan)]
    .flat()
    .flatMap(({ identifier, examples }) => examples.map((example) => ({ ...example, name: names[identifier]! })));
  const testPairs = listTestPairs(
    readTasks({ file: 'test_puzzles.json', text: JSON.stringify(createArcTestPuzzles(plan)) }),
  );
  expect(computePassAtK(votes, testPairs, 1)).toBe(1);
  // Test pairs are restored from all rows, or from those of the copies alone.
  expect(restoreTestPairs(rows)).toEqual(testPairs);
  expect(new Map([...restoreTestPairs(rows.filter(({ name }) => name.includes('|||')))])).toEqual(testPairs);
});
