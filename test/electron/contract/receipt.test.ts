/** The compute receipt, checked by hand. */
import { expect, test } from 'vitest';
import { createReceipt } from '../../../electron/contract/receipt';

const model = {
  ...{ parameters: 83_000, embeddingNumbers: 0, blocksPerStep: 16, steps: 16, stepFlop: 1e8 },
  training: { flop: 1.4e13, seconds: 3600, samples: 480_000, areSamplesCounted: true, puzzles: 24_000 },
  startedFrom: null,
};

test('an answer is its steps, and the depth counts every block', () => {
  expect(createReceipt(model)).toMatchObject({ answerFlop: 1.6e9, effectiveDepth: 256 });
});

test('an hour of training at 15 to 65 W is 15 to 65 Wh', () => {
  const { trainingWattHours, trainingGrams, queries } = createReceipt(model);
  expect(trainingWattHours).toEqual({ low: 15, high: 65 });
  expect(trainingGrams).toEqual({ low: 7.125, high: 30.875 });
  expect(queries[0]!.count.low).toBeCloseTo(50, 10);
  expect(createReceipt(model, { power: { low: 40, high: 40 }, carbon: 100 }).trainingGrams).toEqual({
    low: 4,
    high: 4,
  });
});

test('1.4e13 operations are 1,000 tokens of a model of 7 billion parameters', () => {
  expect(createReceipt(model).languageModels[0]).toEqual({
    parameters: 7e9,
    trainingTokens: 1000,
    answerTokens: 1.6e9 / 1.4e10,
  });
});
