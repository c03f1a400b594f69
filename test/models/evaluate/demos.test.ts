import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../datasets/catalog';
import { Random } from '../../../datasets/random';
import {
  AnswerHistory,
  demoReasons,
  measureAnswers,
  selectDemos,
  type AnswerMeasure,
} from '../../../models/evaluate/demos';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { initialState } from '../../../models/family/weights';
import { tinyMlpT } from '../family/tiny';

const measure = (labels: readonly number[], ...answers: readonly number[][]): AnswerMeasure => {
  const history = new AnswerHistory(labels);
  for (const answer of answers) history.add(Uint8Array.from(answer));
  return history.measure;
};

describe('the history of answers', () => {
  test('is solved from the step after which every answer is right', () => {
    expect(measure([1, 2], [1, 1], [1, 2], [1, 2])).toEqual({ solvedAt: 2, changes: 1, standstill: 0 });
    expect(measure([1, 2], [1, 2], [1, 1], [1, 2]).solvedAt).toBe(3);
    expect(measure([1, 2], [1, 2], [1, 1]).solvedAt).toBeNull();
  });

  test('counts changed cells, and the steps without more right cells', () => {
    expect(measure([1, 2], [3, 3], [3, 3], [3, 3], [4, 4], [1, 2])).toEqual({ solvedAt: 5, changes: 4, standstill: 3 });
  });

  test('leaves out cells without a label', () => {
    expect(measure([1, 0], [1, 7]).solvedAt).toBe(1);
  });
});

describe('the chosen puzzles', () => {
  const solved = (solvedAt: number, changes: number, standstill: number) => ({ solvedAt, changes, standstill });
  const failed = { solvedAt: null, changes: 9, standstill: 0 };

  test('show most of each reason, failures last', () => {
    const [easy, slow, restless, stuck] = [solved(1, 0, 0), solved(30, 5, 1), solved(9, 80, 0), solved(12, 6, 7)];
    expect(selectDemos([easy, failed, slow, restless, stuck], 1)).toEqual([
      { ...slow, reason: 'manySteps' },
      { ...restless, reason: 'manyChanges' },
      { ...stuck, reason: 'recovers' },
      { ...failed, reason: 'fails' },
    ]);
  });

  test('are each chosen once, at most so many for a reason, and never one that is right at once', () => {
    const any = fc.record({
      solvedAt: fc.option(fc.integer({ min: 1, max: 64 }), { nil: null }),
      changes: fc.nat(100),
      standstill: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (measured, each) => {
        const demos = selectDemos(measured, each);
        for (const reason of demoReasons)
          expect(demos.filter((demo) => demo.reason === reason).length).toBeLessThanOrEqual(each);
        expect(demos.length).toBeLessThanOrEqual(measured.length);
        for (const { reason, solvedAt } of demos) expect(reason === 'fails').toBe(solvedAt === null);
      }),
    );
  });
});

test('puzzles are measured in batches with the steps asked for', async () => {
  const { test: puzzles } = loadBuiltInDataset('sudoku-4x4');
  const config = { ...tinyMlpT, seqLen: 16, vocabSize: 6 };
  const state = initialState(config, Random.seeded(1));
  const evaluator = await Evaluator.create(config, { batchSize: 2, threads: 1 });
  const seen: number[] = [];
  const measured = await measureAnswers(evaluator, state, puzzles.slice(0, 3), {
    steps: 5,
    onProgress: (done) => seen.push(done),
  });
  await evaluator.release();
  expect(seen).toEqual([2, 3]);
  expect(measured.map(({ inputs }) => inputs)).toEqual(puzzles.slice(0, 3).map(({ inputs }) => [...inputs]));
  expect(measured.every(({ standstill }) => standstill < 5)).toBe(true);
});
