/** A run continues after its weights and the state of its optimiser were exported and imported: the next update is that of the run itself. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../../datasets/random';
import { writeTrainingState } from '../../../../electron/compute/runs/export/training-state-export';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import { importModel, type ImportedModel } from '../../../../models/checkpoint/import/import-model';
import { namedTensors } from '../../../../models/checkpoint/model-tensors';
import { toReference } from '../../../../models/checkpoint/reference-config';
import type { FloatTensor } from '../../../../models/checkpoint/torch/write-torch';
import type { ModelConfig } from '../../../../models/family/config';
import { initialState, weightLayout } from '../../../../models/family/weights';
import type { OptimiserState } from '../../../../models/optim/optimiser';
import { drawHalting } from '../../../../models/train/halting';
import { createLearnerState, Learner, type LearnerState } from '../../../../models/train/learner';
import type { TrainingConfig } from '../../../../models/train/run-config';
import { formatEnglish } from '../../../../renderer/messages/english';
import { tinyAttention } from '../../family/tiny';
import { temporaryFolder } from '../temporary-folder';
import { trainerCheckpoint, type TrainerCheckpoint } from './trainer-checkpoint';

const path = temporaryFolder();
const [BATCH, STEPS] = [4, 5];
const model: ModelConfig = { ...tinyAttention, haltExplorationProb: 0 };
const settings = { ...toReference(model), seq_len: model.seqLen };
const training: TrainingConfig = {
  batchSize: BATCH,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  // A constant learning rate, which does not depend on the step of the run.
  schedule: { learningRate: 1e-2, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
  ema: { rate: 0.9, warmup: true },
};

const random = Random.seeded(4);
const tokens = () => Int32Array.from({ length: BATCH * model.seqLen }, () => random.integer(1, model.vocabSize - 1));
const batch = () => ({ inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(BATCH) });
const draws = drawHalting(random, BATCH, model);
const next = batch();

/** The state after one more step with the same puzzles, which all start anew. */
async function continueFrom(state: LearnerState): Promise<LearnerState> {
  const learner = await Learner.create({
    model,
    training,
    state: { ...state, halted: new Uint8Array(BATCH).fill(1) },
  });
  await learner.step(next, draws);
  await learner.release();
  return learner.state;
}

/** The state of the run after some steps, and after one more. */
let before: LearnerState;
let after: LearnerState;
beforeAll(async () => {
  const learner = await Learner.create({
    model,
    training,
    state: createLearnerState(initialState(model, Random.seeded(1)), model, BATCH),
  });
  for (let step = 0; step < STEPS; step++) await learner.step(batch(), draws);
  const copy = (values: Float32Array) => values.slice();
  const { params, m, v, ema } = learner.state;
  before = { ...learner.state, params: copy(params), m: copy(m), v: copy(v), ema: copy(ema) };
  await learner.release();
  after = await continueFrom({ ...before, params: copy(params), m: copy(m), v: copy(v), ema: copy(ema) });
});

/** The averages are the weights of the model. */
const evaluated = () => ({ ...before, params: before.ema });
const optimiser = (): OptimiserState => ({ params: before.params, m: before.m, v: before.v, step: before.updates });

async function expectSameUpdate({ state, optimiser }: ImportedModel): Promise<void> {
  const continued = await continueFrom(createLearnerState(state, model, BATCH, optimiser));
  for (const vector of ['params', 'm', 'v', 'ema'] as const) expect(continued[vector], vector).toEqual(after[vector]);
  const anew = await continueFrom(createLearnerState(state, model, BATCH));
  expect(anew.params).not.toEqual(after.params);
}

test.each(['safetensors', 'pt'] as const)('a model exported as %s with its optimiser', async (format) => {
  const out = path(`model.${format}`);
  const { files } = await exportModel({ config: model, state: evaluated(), optimiser: optimiser() }, format, out);
  expect(files.map((file) => basename(file)).at(-1)).toMatch(/optimizer\.safetensors$/u);
  const imported = await importModel(out);
  expect(imported.notes.map(formatEnglish)).toEqual([
    'The state of the optimizer (moments, and 5 steps) is stored with the model: fine-tuning can continue with it.',
  ]);
  await expectSameUpdate(imported);
});

test('the training state of a cluster job', async () => {
  const out = path('training_state.torch');
  const { updates, priorUpdates, rateFactor, params, m, v, ema } = before;
  await writeTrainingState(out, model, {
    ...{ state: evaluated(), updates, priorUpdates, rateFactor },
    vectors: { params, m, v, ema },
  });
  await expectSameUpdate(await importModel(out, { settings }));
});

test('the steps of the optimiser before a run are counted', async () => {
  const out = path('continued.torch');
  const { updates, rateFactor, params, m, v, ema } = before;
  await writeTrainingState(out, model, {
    ...{ state: evaluated(), updates, priorUpdates: 40, rateFactor },
    vectors: { params, m, v, ema },
  });
  const imported = await importModel(out, { settings });
  expect(imported.optimiser?.step).toBe(40 + STEPS);
  const continued = createLearnerState(imported.state, model, BATCH, imported.optimiser);
  expect([continued.priorUpdates, continued.updates]).toEqual([45, 0]);
});

const tensors = () =>
  [...namedTensors(model, initialState(model, Random.seeded(1)))] as (readonly [string, FloatTensor])[];

let files = 0;
async function importStep(change: Partial<TrainerCheckpoint> = {}): Promise<ImportedModel> {
  const out = path(`step_${++files}`);
  await writeFile(out, trainerCheckpoint({ model: tensors(), step: 7, ...change }));
  return importModel(out, { settings });
}

describe('a checkpoint of a trainer', () => {
  test('has moments by the number of the weight, in the order of the file', async () => {
    // An order other than the lab's, as a trainer may have.
    const reordered = tensors().reverse();
    const { optimiser: state } = await importStep({ model: reordered });
    const layout = weightLayout(model);
    expect([state?.step, state?.v]).toEqual([7, new Float32Array(layout.size).fill(0.25)]);
    const weights = reordered.map(([name]) => name).filter((name) => layout.specs.some((spec) => spec.name === name));
    expect(weights).toHaveLength(layout.specs.length);
    for (const [number, name] of weights.entries())
      expect(new Set(layout.values(state!.m, name)), name).toEqual(new Set([number / 8]));
  });

  test.each<[string, Partial<TrainerCheckpoint>, RegExp]>([
    ['several groups', { groups: [[0, 1], [2]] }, /its weights are in several groups/u],
    ['fewer weights than the model', { groups: [[0, 1, 2]] }, /does not have moments and a step for every weight/u],
    [
      'weights in another order',
      {
        groups: [
          tensors()
            .filter(([name]) => !name.endsWith('_init'))
            .map((_, i) => i)
            .reverse(),
        ],
      },
      /its moments of model\.inner\..* have another shape/u,
    ],
    ['a second moment below zero', { square: -1 }, /it has values that no optimizer has/u],
    ['no step', { step: 0 }, /it has values that no optimizer has/u],
  ])('with %s is imported without its optimiser, and says why', async (_, change, reason) => {
    const { notes, optimiser: state, ...imported } = await importStep(change);
    expect(state).toBeUndefined();
    expect(imported.state).toEqual(initialState(model, Random.seeded(1)));
    expect(notes.map(formatEnglish)).toEqual([expect.stringMatching(reason)]);
  });
});

test('a state that belongs to other weights is left out', async () => {
  await mkdir(path('other'));
  const out = path('other', 'a.safetensors');
  await exportModel({ config: model, state: evaluated(), optimiser: optimiser() }, 'safetensors', out);
  const replaced = path('other', 'a.pt');
  await exportModel({ config: model, state: initialState(model, Random.seeded(2)) }, 'pt', replaced);
  const { notes, optimiser: state } = await importModel(replaced);
  expect(state).toBeUndefined();
  expect(notes.map(formatEnglish)).toEqual([
    'The state of the optimizer (moments and step) was left out: it belongs to other weights. Training that starts from the model begins with new moments.',
  ]);
});
