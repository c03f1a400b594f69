/** The compute receipt, checked by hand. */
import { expect, test } from 'vitest';
import { getKind } from '../../../datasets/kinds/registry';
import { createReceipt, PUBLISHED_FLOP } from '../../../electron/contract/receipt';
import { createRunConfig, getPreset } from '../../../models/presets/presets';
import { countOperations } from '../../../models/train/cost-estimate';

const receipt = {
  ...{ parameters: 83_000, embeddingNumbers: 0, blocksPerStep: 16, steps: 16, stepFlop: 1e8 },
  training: { flop: 1.4e13, seconds: 3600, samples: 480_000, areSamplesCounted: true, puzzles: 24_000 },
  startedFrom: null,
};

test('an answer is its steps, and the depth counts every block', () => {
  expect(createReceipt(receipt)).toMatchObject({ answerFlop: 1.6e9, effectiveDepth: 256 });
});

test('an hour of training at 15 to 65 W is 15 to 65 Wh', () => {
  const { trainingWattHours, trainingGrams, queries } = createReceipt(receipt);
  expect(trainingWattHours).toEqual({ low: 15, high: 65 });
  expect(trainingGrams).toEqual({ low: 7.125, high: 30.875 });
  expect(queries[0]!.count.low).toBeCloseTo(50, 10);
  expect(createReceipt(receipt, { power: { low: 40, high: 40 }, carbon: 100 }).trainingGrams).toEqual({
    low: 4,
    high: 4,
  });
});

test('measured energy takes the place of the estimate', () => {
  const training = { ...receipt.training, joules: 72_000 };
  const measured = createReceipt({ ...receipt, training });
  expect(measured).toMatchObject({ trainingWattHours: { low: 20, high: 20 }, trainingGrams: { low: 9.5, high: 9.5 } });
  // What was not done here is estimated all the same.
  expect(measured.published!.wattHours.low).toBeLessThan(measured.published!.wattHours.high);
});

test('1.4e13 operations are 1,000 tokens of a model of 7 billion parameters', () => {
  expect(createReceipt(receipt).languageModels[0]).toEqual({
    parameters: 7e9,
    trainingTokens: 1000,
    answerTokens: 1.6e9 / 1.4e10,
  });
});

test('the published recipe costs what its graph counts', () => {
  const { rows, columns, symbols } = getKind('sudoku-9x9');
  const { model, ...training } = createRunConfig(getPreset('paper'), {
    seqLen: rows * columns,
    vocabSize: symbols.length,
    seed: 0,
    maxSeconds: 1,
  });
  const { stepFlop } = countOperations(model, { ...training, batchSize: 768 });
  expect((60_000 * stepFlop) / PUBLISHED_FLOP).toBeCloseTo(1, 1);
  // 14 TFLOP took an hour.
  expect(createReceipt(receipt).published?.seconds).toBeCloseTo((2e18 / 1.4e13) * 3600, 0);
  expect(createReceipt({ ...receipt, training: { ...receipt.training, flop: 0 } }).published).toBeNull();
});

test('a measured answer counts its own steps, operations and time', () => {
  const answer = { steps: 64, flop: 5e9, seconds: 3.6 };
  expect(createReceipt({ ...receipt, answer }, { languageModels: [1e9] })).toMatchObject({
    effectiveDepth: 1024,
    answerFlop: 5e9,
    answerWattHours: { low: 0.015, high: 0.065 },
    languageModels: [{ parameters: 1e9, answerTokens: 2.5 }],
  });
});
