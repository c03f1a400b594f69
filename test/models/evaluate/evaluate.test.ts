import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IGNORED_LABEL, type TestBatch } from '../../../datasets/batches';
import { Random } from '../../../datasets/random';
import type { Answer } from '../../../models/evaluate/accuracy';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { computeAccuracy } from '../../../models/evaluate/accuracy';
import { Solver } from '../../../models/solve/solve';
import { initialState } from '../../../models/family/weights';
import { tinyMlpT } from '../family/tiny';

const createAnswer = (labels: readonly number[], answer: readonly number[]): Answer => ({
  inputs: new Uint8Array(labels.length),
  labels: Uint8Array.from(labels),
  answer: Uint8Array.from(answer),
  confidence: new Float32Array(labels.length),
  qHalt: 0,
});
const always = () => true;

describe('computeAccuracy', () => {
  const answers = [
    createAnswer([1, 2, 3, 4], [1, 2, 3, 4]),
    createAnswer([1, 2, 3, 4], [1, 2, 3, 3]),
    createAnswer([0, 2, 0, 4], [9, 2, 9, 4]),
  ];

  test('averages the share of correct labelled cells over puzzles, as in training, and counts puzzles with all of them', () => {
    expect(computeAccuracy(answers, always)).toMatchObject({
      accuracy: (1 + 3 / 4 + 1) / 3,
      exactAccuracy: 2 / 3,
      count: 3,
    });
  });

  test('checks every answer against the rules, independent of its label', () => {
    expect(computeAccuracy(answers, (_, answer) => answer[3] === 3).ruleAccuracy).toBeCloseTo(1 / 3, 12);
  });

  test('returns 0 for no answers', () => {
    expect(computeAccuracy([], always)).toEqual({
      exactAccuracy: 0,
      accuracy: 0,
      ruleAccuracy: 0,
      count: 0,
      interval: [0, 1],
    });
  });

  test('does not count answers to puzzles without labels', () => {
    const answers = [createAnswer([0, 0], [1, 2]), createAnswer([1, 2], [1, 2])];
    expect(computeAccuracy(answers, () => true)).toMatchObject({ count: 1, exactAccuracy: 1, accuracy: 1 });
    expect(computeAccuracy(answers.slice(0, 1), () => true).count).toBe(0);
  });

  test('has no share of legal answers for a kind without rules', () => {
    expect(computeAccuracy([createAnswer([1], [1])], null).ruleAccuracy).toBeNull();
  });

  test('returns an interval around the exact accuracy, which exceeds neither the cell nor the rule accuracy', () => {
    const grid = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(grid, grid), { minLength: 1, maxLength: 20 }), (pairs) => {
        const given = pairs.map(([labels, answer]) => createAnswer(labels, answer));
        const {
          exactAccuracy,
          accuracy,
          ruleAccuracy,
          interval: [low, high],
        } = computeAccuracy(given, (_, answer) => given.some(({ labels }) => String(labels) === String(answer)));
        expect(exactAccuracy).toBeLessThanOrEqual(Math.min(ruleAccuracy!, accuracy) + 1e-12);
        expect(low).toBeLessThanOrEqual(exactAccuracy + 1e-12);
        expect(high).toBeGreaterThanOrEqual(exactAccuracy - 1e-12);
      }),
    );
  });
});

describe('Evaluator', () => {
  const B = 4;
  const model = initialState(tinyMlpT, Random.seeded(3));
  const cells = [
    [1, 2, 1, 2],
    [2, 2, 2, 1],
    [0, 1, 2, 0],
  ];
  let evaluator: Evaluator;
  beforeAll(async () => void (evaluator = await Evaluator.create(tinyMlpT, { batchSize: B })));
  afterAll(() => evaluator.release());

  /** Returns a batch of four with these puzzles; the rest is padding. */
  function batchOf(puzzles: readonly (readonly number[])[]): TestBatch {
    const inputs = new Int32Array(B * 4);
    const labels = new Int32Array(B * 4).fill(IGNORED_LABEL);
    puzzles.forEach((puzzle, row) => inputs.set(puzzle, row * 4));
    puzzles.forEach((_, row) => labels.set([1, IGNORED_LABEL, 2, 1], row * 4));
    return { inputs, labels, puzzleIdentifiers: new Int32Array(B), count: puzzles.length };
  }

  test('returns answers for the puzzles of a batch, not for its padding', async () => {
    const answers = await evaluator.evaluateBatch(model, batchOf(cells));
    expect(answers.map(({ inputs }) => [...inputs])).toEqual(cells);
    expect(answers.map(({ labels }) => [...labels])).toEqual(cells.map(() => [1, 0, 2, 1]));
    for (const { confidence } of answers) expect([...confidence].every((share) => share > 0 && share <= 1)).toBe(true);
  });

  test('gives a puzzle the same answer alone and in a batch with others', async () => {
    const together = await evaluator.evaluateBatch(model, batchOf(cells));
    for (const [i, puzzle] of cells.entries()) {
      const [alone] = await evaluator.evaluateBatch(model, batchOf([puzzle]));
      expect(alone!.answer).toEqual(together[i]!.answer);
      alone!.confidence.forEach((share, cell) => expect(share).toBeCloseTo(together[i]!.confidence[cell]!, 5));
    }
  });

  test('runs all supervision steps for every puzzle, like Solver', async () => {
    const solver = await Solver.create(tinyMlpT, model);
    const answers = await evaluator.evaluateBatch(model, batchOf(cells));
    for (const [i, puzzle] of cells.entries()) {
      const { steps } = await solver.solve(puzzle);
      const last = steps[tinyMlpT.haltMaxSteps - 1]!.cycles[tinyMlpT.hCycles - 1]!;
      expect(last.answer).toEqual([...answers[i]!.answer]);
      last.confidence.forEach((share, cell) => expect(share).toBeCloseTo(answers[i]!.confidence[cell]!, 5));
    }
    await solver.release();
  });
});
