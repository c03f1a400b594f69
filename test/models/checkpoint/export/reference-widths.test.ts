import { expect, test } from 'vitest';
import { Random } from '../../../../datasets/random';
import { padWidths, toReferenceWidths } from '../../../../models/checkpoint/export/reference-widths';
import type { ModelConfig } from '../../../../models/family/config';
import { initialState, innerWidths } from '../../../../models/family/weights';
import { drawHalting } from '../../../../models/train/halting';
import { createLearnerState, Learner, type LearnerState } from '../../../../models/train/learner';
import { tinyAttention, tinyMlpT } from '../../family/tiny';

const BATCH = 4;
const optimiser = { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 } as const;
const schedule = { learningRate: 1e-2, warmupSteps: 0, totalSteps: 10, minRatio: 1 };

interface Trained {
  readonly state: LearnerState;
  readonly losses: readonly number[];
}

/** Three training steps from given weights: the state after them, and the losses of every example and step. */
async function train(model: ModelConfig, params: Float32Array): Promise<Trained> {
  const buffers = initialState(tinyAttention, Random.seeded(2));
  const learner = await Learner.create({
    model,
    training: { optimiser, schedule, ema: null, batchSize: BATCH },
    state: createLearnerState({ ...buffers, params }, model, BATCH),
  });
  const random = Random.seeded(4);
  const tokens = () => Int32Array.from({ length: BATCH * model.seqLen }, () => random.integer(1, model.vocabSize - 1));
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const batch = { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(BATCH) };
    const { exampleMetrics } = await learner.step(batch, drawHalting(random, BATCH, model));
    losses.push(...exampleMetrics.lmLoss, ...exampleMetrics.qHalt);
  }
  const { state } = learner;
  await learner.release();
  return { state, losses };
}

const largestDifference = (one: ArrayLike<number>, other: ArrayLike<number>): number =>
  Math.max(...Array.from(one, (value, i) => Math.abs(value - other[i]!)));

const models: readonly (readonly [string, ModelConfig])[] = [
  ['attention', tinyAttention],
  ['token mixing', tinyMlpT],
];

test.each(models)(
  'a model with %s has the same losses and weights in training with the reference widths',
  async (_, model) => {
    const wide = toReferenceWidths(model);
    expect(innerWidths(wide)).toEqual({ channels: 256, positions: 256 });
    const { params } = initialState(model, Random.seeded(1));
    const [own, padded] = [await train(model, params), await train(wide, padWidths(model, wide, params))];
    expect(largestDifference(padded.losses, own.losses)).toBeLessThan(1e-5);
    for (const name of ['params', 'm', 'v'] as const) {
      const expected = padWidths(model, wide, own.state[name]);
      expect(largestDifference(padded.state[name], expected), name).toBeLessThan(1e-5);
      // The further units are still zero, exactly.
      expect(
        padded.state[name].every((value, i) => expected[i] !== 0 || value === 0),
        name,
      ).toBe(true);
    }
    expect(own.state.params).not.toEqual(params);
  },
);

test('the multiple of the reference is kept', () => {
  const usual = { ...tinyMlpT, innerMultiple: 256 };
  expect(toReferenceWidths(usual)).toEqual(usual);
});

test('a larger multiple is reached with a larger expansion', () => {
  const model = { ...tinyMlpT, hiddenSize: 48, expansion: 4, innerMultiple: 640 };
  const wide = toReferenceWidths(model);
  expect(wide.innerMultiple).toBe(256);
  expect(wide.expansion).toBeGreaterThan(4);
  expect(innerWidths(wide).channels).toBeGreaterThanOrEqual(640);
  expect(innerWidths(wide).positions).toBeGreaterThanOrEqual(640);
});
