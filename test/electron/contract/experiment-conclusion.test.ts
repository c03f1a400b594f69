/** What an experiment is said to show, from its numbers. */
import { describe, expect, test } from 'vitest';
import { conclude, summarise } from '../../../electron/contract/experiment-conclusion';
import type { ExperimentRecord, TrialResult } from '../../../electron/contract/experiments';
import { formatEnglish } from '../../../renderer/messages/english';

const source = { preset: 'classroom', dataset: 'sudoku-4x4', settings: {} };
const conditions = ['base', 'other'].map((id) => ({ id, label: id, source }));

function record(shares: Readonly<Record<string, readonly number[]>>, seeds = 3): ExperimentRecord {
  const results = Object.entries(shares).flatMap(([condition, values]) =>
    values.map((exactAccuracy, index): TrialResult => ({
      ...{ condition, seed: index + 1, steps: 10, maxSteps: 10, trainingSeconds: 1, flop: 1, seconds: 1 },
      ...{ failure: null, device: 'cpu', version: '1' },
      points: [{ x: null, exactAccuracy, count: 500 }],
    })),
  );
  const experiment = {
    ...{ id: 'made', question: 'Q', claim: 'C', limits: null, conditions, maxSeconds: 60, published: [] },
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    test: { type: 'final' as const },
  };
  return { experiment, command: 'experiment run made', startedAt: '2026-11-30T00:00:00.000Z', datasets: {}, results };
}

const sentences = (...args: Parameters<typeof record>) => conclude(record(...args)).map(formatEnglish);

describe('conclude', () => {
  test('a difference beyond its interval is stated with its direction', () => {
    expect(sentences({ base: [0.9, 0.91, 0.92], other: [0.5, 0.52, 0.54] })).toEqual([
      expect.stringMatching(/^other solves 39 percentage points fewer puzzles than base \(95 % CI \d/u),
    ]);
  });

  test('a difference within its interval is none', () => {
    expect(sentences({ base: [0.8, 0.9, 0.7], other: [0.75, 0.85, 0.9] })).toEqual([
      expect.stringMatching(/^other cannot be told apart from base with 3 seeds/u),
    ]);
  });

  test('nothing is concluded from a condition with one seed', () => {
    const none = (condition: string) => `${condition}: only one seed has a result, from which nothing is concluded.`;
    expect(sentences({ base: [0.9], other: [0.5] }, 1)).toEqual([none('base'), none('other')]);
    const [, ...others] = sentences({ base: [0.9, 0.91, 0.9], other: [0.5] });
    expect(others).toEqual([none('other')]);
    // The others could only be compared with the first.
    expect(sentences({ base: [0.9], other: [0.5, 0.52, 0.5] }).slice(1)).toEqual([none('base')]);
    const alone = record({ base: [0.7] }, 1);
    const single = { ...alone, experiment: { ...alone.experiment, conditions: [conditions[0]!] } };
    expect(conclude(single).map(formatEnglish)).toEqual([none('base')]);
  });

  test('the curve of a model that exists needs no further seeds, that of a trained one does', () => {
    const made = record({ base: [0.9] }, 1);
    const points = [1, 2].map((x) => ({ x, exactAccuracy: 0.5 * x - 0.1, count: 500 }));
    const results = [{ ...made.results[0]!, points }];
    const shipped = { ...conditions[0]!, source: { model: 'sudoku-4x4', dataset: 'sudoku-4x4' } };
    const of = (condition: (typeof conditions)[number] | typeof shipped) =>
      conclude({ ...made, results, experiment: { ...made.experiment, conditions: [condition] } }).map(formatEnglish);
    expect(of(shipped)).toEqual(['base: 40 % at 1, best 90 % at 2, 90 % at 2.']);
    expect(of(conditions[0]!)).toEqual([expect.stringMatching(/^base: only one seed/u)]);
  });

  test('nothing is concluded where nothing was learned, or everything was solved', () => {
    expect(sentences({ base: [0, 0.01, 0], other: [0, 0, 0.02] })).toEqual([
      'No condition has learned the puzzles: this result shows nothing.',
    ]);
    expect(sentences({ base: [1, 0.99, 1], other: [1, 1, 0.99] })[0]).toMatch(/too easy to show a difference/u);
  });

  test('trials that failed or ended early are named', () => {
    const made = record({ base: [0.9, 0.9, 0.9], other: [0.5, 0.5, 0.5] });
    const [cut, failed, ...others] = made.results;
    const results = [{ ...cut!, steps: 4 }, { ...failed!, points: [], failure: 'the loss is not a number' }, ...others];
    expect(
      conclude({ ...made, results })
        .map(formatEnglish)
        .slice(0, 2),
    ).toEqual([
      '1 trial failed: the loss became infinite or not a number.',
      '1 run ended at the time limit of 60 seconds before the last step: conditions may have trained for different numbers of steps.',
    ]);
  });

  test('the seeds of a single condition are compared', () => {
    const made = record({ base: [0.7, 0.9, 0.8] });
    const alone = { ...made, experiment: { ...made.experiment, conditions: [conditions[0]!] } };
    expect(conclude(alone).map(formatEnglish)).toEqual(['base: between 70 and 90 % with 3 seeds, 80 % on average.']);
  });

  test('missing trials are counted first', () => {
    expect(sentences({ base: [0.9, 0.9], other: [0.5] })[0]).toBe('3 of 6 trials are missing: the result may change.');
    expect(sentences({})).toEqual(['6 of 6 trials are missing: the result may change.']);
    // The condition without a result may have learned them.
    expect(sentences({ base: [0.01, 0.02] })[1]).not.toMatch(/No condition has learned/u);
  });
});

test('points of a curve are summarised in ascending order', () => {
  const made = record({ base: [0.1] });
  const points = [
    { x: 16, exactAccuracy: 0.9, count: 10 },
    { x: 2, exactAccuracy: 0.2, count: 10 },
  ];
  const results = [1, 2].map((seed) => ({ ...made.results[0]!, seed, points }));
  const curve = { ...made, results };
  expect(summarise(curve)[0]!.points.map(({ x, mean }) => [x, mean.mean])).toEqual([
    [2, 0.2],
    [16, 0.9],
  ]);
  expect(conclude(curve).map(formatEnglish)[1]).toBe('base: 20 % at 2, best 90 % at 16, 90 % at 16.');
});

test('confidences: how many answers are sure, and how many of these are right', () => {
  const made = record({ base: [0.1], other: [0.1] });
  const points = [
    { x: 25, exactAccuracy: 0.1, count: 60 },
    { x: 95, exactAccuracy: 0.75, count: 40 },
  ];
  const results = made.results.map((result, index) => ({ ...result, points: points.slice(0, 2 - index) }));
  const experiment = { ...made.experiment, seeds: [1], test: { type: 'confidence' as const, puzzles: 100 } };
  expect(conclude({ ...made, experiment, results }).map(formatEnglish)).toEqual([
    'base: 40 of 100 answers have a confidence of 90 % or more, and 75 % of these are right; of all answers 36 % are right.',
    'other: none of 60 answers has a confidence of 90 % or more; 10 % of them are right.',
  ]);
});
