/** A new model family needs only its entry and its recursion to train, evaluate, solve and appear among the presets. */
import { expect, test, vi } from 'vitest';
import { Random } from '../../../datasets/random';
import { fromReference, toReference } from '../../../models/checkpoint/reference-config';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { checkConfig } from '../../../models/family/config';
import type * as Families from '../../../models/family/families';
import type { Recursion } from '../../../models/family/recursions';
import { initialState } from '../../../models/family/weights';
import { getPreset, createRunConfig } from '../../../models/presets/presets';
import { Solver } from '../../../models/solve/solve';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { runConfigSchema } from '../../../models/train/run-config';
import { tinyMlpT } from './tiny';

/** Each state is updated once, zH first; the heads read zL. */
const toyRecursion = vi.hoisted((): Recursion => ({ zH, zL }, { updates, x, observer }) => {
  const h = updates.withGrad.h(zH, zL);
  observer.latent?.(h, zH);
  const l = updates.withGrad.l(zL, x);
  observer.answer?.(l, zL);
  return { zH: h, zL: l };
});

vi.mock('../../../models/family/families', async (original) => {
  const real = await original<typeof Families>();
  const { trm } = real.families;
  const toy: Families.FamilyDefinition = {
    ...trm,
    label: () => 'toy',
    answer: 'zL',
    recursion: toyRecursion,
    mixers: ['mlp'],
    reference: { ...trm.reference, architectures: ['toy@Toy'], configFile: 'toy' },
    preset: {
      id: 'classroom-toy',
      name: 'Classroom, toy',
      summary: 'One update of each state.',
      model: { hCycles: 1 },
    },
  };
  return { ...real, familyNames: [...real.familyNames, 'toy'], families: { ...real.families, toy } };
});

/** The types do not include this name: only this test adds it to the table. */
const config = { ...tinyMlpT, family: 'toy' as 'trm', hCycles: 1, lCycles: 1 };
const training = {
  batchSize: 2,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 100, minRatio: 1 },
  ema: null,
} as const;

const freshState = () => initialState(config, Random.seeded(1));

test('a new family trains', async () => {
  const state = createLearnerState(freshState(), config, training.batchSize);
  const learner = await Learner.create({ model: config, training, state, threads: 1 });
  const tokens = new Int32Array(training.batchSize * config.seqLen).fill(1);
  const batch = { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(training.batchSize) };
  await learner.step(batch, drawHalting(Random.seeded(1), training.batchSize, config));
  expect(learner.state.params).not.toEqual(state.params);
  await learner.release();
});

test('a new family evaluates', async () => {
  const evaluator = await Evaluator.create(config, { batchSize: 1 });
  const tokens = new Int32Array(config.seqLen).fill(1);
  const batch = { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(1), count: 1 };
  const [answer] = await evaluator.evaluateBatch(freshState(), batch);
  expect(answer?.answer).toHaveLength(config.seqLen);
  await evaluator.release();
});

test('a new family solves with a trace of every update', async () => {
  const solver = await Solver.create(config, freshState());
  const { steps } = await solver.solve([1, 2, 1, 0]);
  expect(steps).toHaveLength(config.haltMaxSteps);
  expect(steps.map(({ cycles }) => cycles.length)).toEqual(steps.map(() => config.hCycles));
  await solver.release();
});

test('a new family has a preset and valid run settings', () => {
  const preset = getPreset('classroom-toy');
  expect(preset.family).toBe('toy');
  const run = createRunConfig(preset, { seqLen: 16, vocabSize: 5, seed: 1, maxSeconds: 1 });
  expect(runConfigSchema.parse(run)).toEqual(run);
  expect(run.model.family).toBe('toy');
});

test('a new family takes its config checks and reference config from its entry', () => {
  expect(() => checkConfig({ ...config, mlpT: false, posEncodings: 'rope' })).toThrow('attention');
  expect(fromReference(toReference(config), config)).toEqual(config);
});
