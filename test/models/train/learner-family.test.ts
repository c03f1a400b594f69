/** Every member of the family learns through the same learner. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { drawHalting } from '../../../models/train/halting';
import type { ModelConfig } from '../../../models/family/config';
import { carriedStates, ConfigError } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { Learner } from '../../../models/train/learner';
import { freshLearnerState, type LearnerState } from '../../../models/train/learner-state';
import type { LearningConfig } from '../../../models/train/run-config';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const B = 3;
const learning: LearningConfig = {
  batchSize: B,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 100, minRatio: 1 },
  ema: { rate: 0.9, warmup: false },
  puzzleEmbeddings: { learningRate: 0.1, weightDecay: 0.1 },
};

const family: [string, ModelConfig][] = [
  ['a single z', { ...tinyMlpT, family: 'singleZ' }],
  ['networks of their own', { ...tinyAttention, separateNetworks: true, hLayers: 1 }],
  ['a one-step gradient', { ...tinyMlpT, oneStepGradient: true }],
  ['HRM and its continue target', { ...tinyAttention, family: 'hrm', hLayers: 1, noActContinue: false }],
  [
    'the direct baseline',
    { ...tinyAttention, family: 'direct', hLayers: 1, lLayers: 0, lCycles: 0, noActContinue: false },
  ],
  ['softmax and learned positions', { ...tinyMlpT, loss: 'softmax', posEncodings: 'learned' }],
  ['TRM with a continue target', { ...tinyMlpT, noActContinue: false }],
];

/** Some steps on one batch again and again; the losses of the first and the last. */
async function learn(
  model: ModelConfig,
  steps: number,
  options: Partial<LearningConfig> = {},
): Promise<{ before: LearnerState; after: LearnerState; losses: number[] }> {
  const random = Random.seeded(3);
  const before = freshLearnerState(initialState(model, random), model, B);
  const learner = await Learner.create({ model, learning: { ...learning, ...options }, state: before, threads: 1 });
  const tokens = () => Int32Array.from({ length: B * model.seqLen }, () => random.integer(1, model.vocabSize - 1));
  const batch = { inputs: tokens(), labels: tokens(), puzzleIdentifiers: Int32Array.of(1, 2, 1) };
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { rows } = await learner.step(batch, drawHalting(random, B, model));
    losses.push(rows.lmLoss.reduce((sum, loss) => sum + loss, 0));
  }
  await learner.release();
  return { before, after: learner.state, losses };
}

describe.each(family)('a learner with %s', (_, model) => {
  test('gets better at a batch it sees again and again', async () => {
    const { losses, after } = await learn(model, 40);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.7);
    for (const state of ['zH', 'zL'] as const)
      expect(after[state].length > 0).toBe(carriedStates(model).includes(state));
  });
});

describe('puzzle embeddings', () => {
  const model: ModelConfig = { ...tinyAttention, puzzleEmbNdim: 4, numPuzzleIdentifiers: 4 };
  const row = (table: Float32Array, identifier: number) => [...table.subarray(4 * identifier, 4 * identifier + 4)];

  test('move for the puzzles of the batch and stay for all others', async () => {
    const { after } = await learn(model, 2);
    expect(row(after.puzzleTable, 0)).toEqual([0, 0, 0, 0]);
    expect(row(after.puzzleTable, 1).some((value) => value !== 0)).toBe(true);
    expect(row(after.puzzleTable, 3)).toEqual([0, 0, 0, 0]);
  });

  test('are all that learns in a model with frozen weights', async () => {
    const { before, after } = await learn(model, 3, { frozenWeights: true });
    expect(after.params).toEqual(before.params);
    expect(after.ema).toEqual(before.ema);
    expect(after.puzzleTable).not.toEqual(before.puzzleTable);
  });

  test('need a rate, and frozen weights need puzzle embeddings', async () => {
    const { batchSize, optimiser, schedule, ema } = learning;
    const withoutRate: LearningConfig = { batchSize, optimiser, schedule, ema };
    const create = (config: ModelConfig, chosen: LearningConfig) =>
      Learner.create({
        model: config,
        learning: chosen,
        state: freshLearnerState(initialState(config, Random.seeded(1)), config, B),
      });
    await expect(create(model, withoutRate)).rejects.toThrow(
      new ConfigError('a model with puzzle embeddings needs a rate for them: puzzleEmbeddings'),
    );
    await expect(create(tinyMlpT, { ...learning, frozenWeights: true })).rejects.toThrow(ConfigError);
  });
});
