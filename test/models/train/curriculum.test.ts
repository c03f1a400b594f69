/** The recursion curriculum: which steps train with which recursion, and that it resumes exactly. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { initialState } from '../../../models/family/weights';
import { modelAtStep, scaleCurriculum, usualCurriculum } from '../../../models/train/curriculum';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner, type LearnerState } from '../../../models/train/learner';
import { checkRunConfig, type TrainingConfig } from '../../../models/train/run-config';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const curriculum = [
  { steps: 2, hCycles: 1, lCycles: 1 },
  { steps: 3, hCycles: 1, lCycles: 2 },
];
const model = { ...tinyMlpT, hCycles: 2, lCycles: 3 };

test('a stage trains its steps, then the next; the recursion of the model comes last', () => {
  const cycles = Array.from({ length: 7 }, (_, step) => {
    const { hCycles, lCycles } = modelAtStep(model, curriculum, step);
    return [hCycles, lCycles];
  });
  expect(cycles).toEqual([
    [1, 1],
    [1, 1],
    [1, 2],
    [1, 2],
    [1, 2],
    [2, 3],
    [2, 3],
  ]);
});

test('stages keep their shares in a run of another length', () => {
  expect(scaleCurriculum(curriculum, 10).map(({ steps }) => steps)).toEqual([20, 30]);
  expect(scaleCurriculum(curriculum, 0.01).map(({ steps }) => steps)).toEqual([1, 1]);
});

test('the usual curriculum begins with one cycle of each, and ends with half of the steps', () => {
  expect(usualCurriculum(model, 100)).toEqual([
    { steps: 20, hCycles: 1, lCycles: 1 },
    { steps: 30, hCycles: 1, lCycles: 3 },
  ]);
  expect(usualCurriculum({ hCycles: 1, lCycles: 3 }, 100)).toEqual([{ steps: 20, hCycles: 1, lCycles: 1 }]);
  expect(usualCurriculum({ hCycles: 1, lCycles: 1 }, 100)).toEqual([]);
});

const B = 2;
const training: TrainingConfig = {
  batchSize: B,
  ema: { rate: 0.9, warmup: false },
  optimiser: { name: 'adamW', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
  curriculum,
};

async function trainSteps(state: LearnerState, steps: number, change: Partial<TrainingConfig> = {}) {
  const learner = await Learner.create({ model, training: { ...training, ...change }, state, threads: 1 });
  for (let i = 0; i < steps; i++) {
    const random = Random.seeded(100 + learner.state.updates);
    const tokens = () => Int32Array.from({ length: B * model.seqLen }, () => random.integer(1, model.vocabSize - 1));
    const batch = { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(B) };
    await learner.step(batch, drawHalting(random, B, model));
  }
  const { stages, stepFlop } = learner;
  await learner.release();
  return { state: learner.state, stages, stepFlop };
}

const start = () => createLearnerState(initialState(model, Random.seeded(1)), model, B);

describe('a learner with a curriculum', () => {
  test('resumes across a switch bit for bit', async () => {
    const uninterrupted = await trainSteps(start(), 7);
    const interrupted = await trainSteps(structuredClone((await trainSteps(start(), 2)).state), 5);
    expect(interrupted.state).toEqual(uninterrupted.state);
    expect(uninterrupted.state.params).not.toEqual((await trainSteps(start(), 7, { curriculum: [] })).state.params);
  });

  test('counts the operations of a step of each stage', async () => {
    const { stages, stepFlop } = await trainSteps(start(), 0);
    expect(stages.map(({ steps }) => steps)).toEqual([2, 3]);
    const [first, second] = stages.map((stage) => stage.stepFlop);
    expect([first! < second!, second! < stepFlop]).toEqual([true, true]);
    expect((await trainSteps(start(), 0, { curriculum: [] })).stages).toEqual([]);
  });
});

test('a model without cycles cannot have a curriculum', () => {
  const direct = { ...tinyAttention, family: 'direct', hLayers: 1, lLayers: 0, lCycles: 0 } as const;
  expect(() => checkRunConfig(direct, training)).toThrow(
    'direct has no cycles, so a curriculum of cycles cannot be used',
  );
});
