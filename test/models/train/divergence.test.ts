/** A step with NaN or infinity names the first such tensor and leaves the learner unchanged. */
import { afterEach, describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { encodeTrainingState, readTrainingState } from '../../../models/checkpoint/training-state-file';
import { inMemory } from '../checkpoint/bytes-in-memory';
import type { ModelState } from '../../../models/family/weights';
import { initialState, weightNames, weightLayout } from '../../../models/family/weights';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { allFinite } from '../../../models/train/divergence';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const B = 2;
const batch = {
  inputs: Int32Array.of(1, 2, 1, 2, 2, 1, 2, 1),
  labels: Int32Array.of(1, 2, 1, 2, 2, 1, 2, 1),
  puzzleIdentifiers: new Int32Array(B),
};
const training = {
  batchSize: B,
  ema: null,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
} as const;

const open: Learner[] = [];
afterEach(() => Promise.all(open.splice(0).map((learner) => learner.release())));

/** A learner whose weights were changed before its first step. */
async function learnerOf(change: (model: ModelState) => void, config = tinyMlpT): Promise<Learner> {
  const model = initialState(config, Random.seeded(1));
  change(model);
  const learner = await Learner.create({
    model: config,
    training,
    state: createLearnerState(model, config, B),
    threads: 1,
  });
  open.push(learner);
  return learner;
}

const step = (learner: Learner) => learner.step(batch, drawHalting(Random.seeded(1), B, tinyMlpT));
const fill =
  (name: string, value: number) =>
  ({ params }: ModelState) =>
    void weightLayout(tinyMlpT).values(params, name).fill(value);

describe('NaN or infinity', () => {
  test.each([
    ['a NaN weight', fill(weightNames.lmHead, NaN), `NaN or infinity in ${weightNames.lmHead};`],
    [
      'a state that overflows',
      ({ lInit }: ModelState) => void lInit.fill(3e38),
      'NaN or infinity in zL after H cycle 1, L update 1 of 1;',
    ],
    ['logits that overflow', fill(weightNames.lmHead, 3e38), 'NaN or infinity in the logits;'],
    ['a halting head that overflows', fill(weightNames.qHeadWeight, 3e38), 'NaN or infinity in q'],
  ])('from %s', async (_, change, message) => {
    const learner = await learnerOf(change);
    const before = learner.state;
    await expect(step(learner)).rejects.toThrow(message);
    await expect(step(learner)).rejects.toThrow('training diverged at step 1: ');
    expect(learner.state).toBe(before);
  });

  test('does not occur in a normal step with attention', async () => {
    const learner = await learnerOf(() => undefined, tinyAttention);
    await step(learner);
    expect(learner.state.updates).toBe(1);
  });
});

test('halveLearningRate takes effect at the next step and persists in a checkpoint', async () => {
  const learner = await learnerOf(() => undefined);
  const rate = learner.learningRate;
  learner.halveLearningRate();
  expect(learner.learningRate).toBe(rate / 2);
  const { state } = await readTrainingState(inMemory(...encodeTrainingState(learner.state, null)), learner.state);
  expect(state.rateFactor).toBe(0.5);
});

test.each([
  [[0, -1, 3e38], true],
  [[NaN], false],
  [[1, Infinity], false],
  [[-Infinity, 1], false],
  [[], true],
])('allFinite of %j is %s', (values, expected) => {
  expect(allFinite(values)).toBe(expected);
});
