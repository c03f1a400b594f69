/** Compares the cost of a run by part with counts by hand; a multiply-add is two operations. */
import { describe, expect, test } from 'vitest';
import { ConfigError, trmDefaults } from '../../../models/family/config';
import type { ModelConfig } from '../../../models/family/config';
import { weightLayout } from '../../../models/family/weights';
import { estimateMinMemory, estimateCost } from '../../../models/train/cost-estimate';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const training = (batchSize: number) =>
  ({
    batchSize,
    ema: null,
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
    schedule: { learningRate: 1e-3, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
  }) as const;

const paper: ModelConfig = {
  ...trmDefaults,
  seqLen: 81,
  vocabSize: 11,
  hiddenSize: 512,
  numHeads: 8,
  expansion: 4,
  innerMultiple: 256,
  lLayers: 2,
  hCycles: 3,
  lCycles: 6,
  haltMaxSteps: 16,
  haltExplorationProb: 0.1,
  mlpT: true,
  posEncodings: 'none',
};
const product = (rows: number, inner: number, columns: number) => 2 * rows * inner * columns;

/** Products of one application of the network at paper size, B 8: three over positions (inner 256), three over channels (inner 1536), twice. */
const NET = 2 * 3 * (product(8 * 512, 81, 256) + product(8 * 81, 512, 1536));

describe('the operations of a train step by part, at paper size', () => {
  const { stepFlopByPart: part, stepFlop, answerFlop } = estimateCost(paper, training(8));

  test('add up to the total', () => {
    expect(Object.values(part).reduce((sum, flop) => sum + flop, 0)).toBe(stepFlop);
  });

  test('are two H cycles without gradient, one with, and twice that for the backward pass', () => {
    expect(part['no-grad updates']).toBe(2 * part['grad updates']);
    expect(part['grad updates'] / (7 * NET)).toBeGreaterThan(1);
    expect(part['grad updates'] / (7 * NET)).toBeLessThan(1.01);
    expect(part.backward / (2 * 7 * NET)).toBeGreaterThan(1);
    expect(part.backward / (2 * 7 * NET)).toBeLessThan(1.02);
  });

  test('of an answer are those of three H cycles', () => {
    expect(answerFlop / (3 * 7 * NET)).toBeGreaterThan(1);
    expect(answerFlop / (3 * 7 * NET)).toBeLessThan(1.01);
  });

  test('of the optimiser are 10 to 25 per weight', () => {
    const weights = weightLayout(paper).size;
    expect(part.optimiser / weights).toBeGreaterThan(10);
    expect(part.optimiser / weights).toBeLessThan(25);
  });
});

test('a tiny model has the embedding operations counted by hand', () => {
  const { stepFlopByPart: part } = estimateCost(tinyAttention, training(3));
  // √D times each of S·B·D numbers; updates of all H cycles but the last have no gradient.
  expect(part.embedding).toBe(4 * 3 * 4);
  // The weights of q, 4 × 4, are scaled once, for all updates.
  expect(part['no-grad updates']).toBe(part['grad updates'] + tinyAttention.lLayers * 4 * 4);
});

describe('the memory of a run', () => {
  test('is above the minimum', () => {
    for (const config of [tinyMlpT, tinyAttention, paper])
      expect(estimateCost(config, training(8)).memoryBytes).toBeGreaterThan(
        estimateMinMemory(config, { batchSize: 8 }),
      );
  });

  test('grows with the batch size without micro-batches', () => {
    const [small, large] = [8, 16].map((batchSize) => estimateCost(paper, training(batchSize)).memoryBytes);
    expect(large).toBeGreaterThan(1.5 * small!);
  });

  test('is estimated quickly for a model that fits in no machine', () => {
    const monster = { ...paper, hiddenSize: 1e6, seqLen: 1e6 };
    expect(estimateMinMemory(monster, { batchSize: 1e3 })).toBeGreaterThan(1e17);
  });
});

test.each([
  ['a batch size of 0', tinyMlpT, 0, 'batchSize must be a whole number of at least 1, got 0'],
  ['a batch size of NaN', tinyMlpT, NaN, 'batchSize must be a whole number of at least 1, got NaN'],
  ['too many cycles', { ...tinyMlpT, hCycles: 1000, lCycles: 1 }, 8, 'one supervision step applies 2,000 blocks'],
  ['too many layers', { ...tinyMlpT, lLayers: 1000 }, 8, 'at most 1,024 are supported'],
])('estimateCost rejects %s', (_, config, batchSize, message) => {
  expect(() => estimateCost(config, training(batchSize))).toThrow(ConfigError);
  expect(() => estimateCost(config, training(batchSize))).toThrow(message);
});

test('the table of puzzle embeddings counts twice, before and after the update', () => {
  const configOf = (numPuzzleIdentifiers: number) => ({
    ...tinyAttention,
    puzzleEmbNdim: 32,
    puzzleEmbLen: 0,
    numPuzzleIdentifiers,
  });
  const withEmbeddings = { ...training(2), puzzleEmbeddings: { learningRate: 1e-2, weightDecay: 0.1 } };
  const more = 2 * 4 * 32 * 1_000_000;
  expect(
    estimateCost(configOf(1_000_001), withEmbeddings).memoryBytes -
      estimateCost(configOf(1), withEmbeddings).memoryBytes,
  ).toBe(more);
  expect(estimateMinMemory(configOf(1_000_001), withEmbeddings) - estimateMinMemory(configOf(1), withEmbeddings)).toBe(
    more,
  );
});
