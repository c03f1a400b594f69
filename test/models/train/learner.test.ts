import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { encodeTrainingState, readTrainingState } from '../../../models/checkpoint/training-state-file';
import { inMemory } from '../checkpoint/bytes-in-memory';
import type { ModelConfig } from '../../../models/family/config';
import { carriedStates, ConfigError, hasSymbolVectors, FIRST_SYMBOL } from '../../../models/family/config';
import { initialState, weightNames, weightLayout } from '../../../models/family/weights';
import type { HaltingDraws } from '../../../models/train/halting';
import { drawHalting } from '../../../models/train/halting';
import type { LabelledBatch, LearnerState } from '../../../models/train/learner';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { checkRunConfig, type TrainingConfig } from '../../../models/train/run-config';
import { tinyAttention, tinyAxial, tinyConvolution, tinyLineSums, tinyMlpT, tinySymbols } from '../family/tiny';

const B = 5;
const training: TrainingConfig = {
  batchSize: B,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 3, totalSteps: 20, minRatio: 0.1 },
  ema: { rate: 0.99, warmup: true },
};

/** An initial state with a random halting head, so that examples halt at different steps. */
function startState(model: ModelConfig, seed = 1): LearnerState {
  const random = Random.seeded(seed);
  const state = initialState(model, random);
  const layout = weightLayout(model);
  layout.values(state.params, weightNames.qHeadBias).fill(0);
  layout
    .values(state.params, weightNames.qHeadWeight)
    .forEach((_, i, weights) => (weights[i] = 2 * random.uniform() - 1));
  return createLearnerState(state, model, B);
}

/** The batches and halting draws of a run, from one seed. */
class Source {
  private readonly random = Random.seeded(42);
  constructor(private readonly model: ModelConfig) {}

  next(): [LabelledBatch, HaltingDraws] {
    const tokens = () =>
      Int32Array.from({ length: B * this.model.seqLen }, () => this.random.integer(0, this.model.vocabSize - 1));
    return [
      { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(B) },
      drawHalting(this.random, B, this.model),
    ];
  }
}

const learnerAt = (model: ModelConfig, state: LearnerState, options: Partial<TrainingConfig> = {}) =>
  Learner.create({ model, training: { ...training, ...options }, state });

async function take(learner: Learner, source: Source, steps: number) {
  for (let i = 0; i < steps; i++) await learner.step(...source.next());
}

describe.each<[string, ModelConfig]>([
  ['mlpT', tinyMlpT],
  ['attention', tinyAttention],
  ['one exploration draw for each example', { ...tinyMlpT, haltExploration: 'perExample' }],
  ['convolution', tinyConvolution],
  ['axial', tinyAxial],
  ['line sums', tinyLineSums],
])('a learner with %s', (_, model) => {
  test('gives the same bits for the same seed', async () => {
    const [first, second] = await Promise.all([
      learnerAt(model, startState(model)),
      learnerAt(model, startState(model)),
    ]);
    await take(first, new Source(model), 8);
    await take(second, new Source(model), 8);
    expect(second.state).toEqual(first.state);
    expect(first.state.params).not.toEqual(startState(model).params);
    await Promise.all([first.release(), second.release()]);
  });

  test('resumes from a saved state with the same bits', async () => {
    const [source, resumedSource] = [new Source(model), new Source(model)];
    const learner = await learnerAt(model, startState(model));
    await take(learner, source, 5);
    const saved = Buffer.concat(encodeTrainingState(learner.state, { epoch: 3 }));
    await take(learner, source, 5);

    const { state, resumeState } = await readTrainingState(inMemory(saved), startState(model, 2));
    for (let i = 0; i < 5; i++) resumedSource.next();
    const resumed = await learnerAt(model, state);
    await take(resumed, resumedSource, 5);
    expect(resumeState).toEqual({ epoch: 3 });
    expect(resumed.state).toEqual(learner.state);
    await Promise.all([learner.release(), resumed.release()]);
  });
});

test('samples are the examples that entered the batch: one that has not halted is not counted again', async () => {
  const learner = await learnerAt(tinyMlpT, startState(tinyMlpT));
  const source = new Source(tinyMlpT);
  let entered = 0;
  for (let step = 1; step <= 8; step++) {
    entered += learner.state.halted.filter((halted) => halted === 1).length;
    await take(learner, source, 1);
    expect(learner.state.samples).toBe(entered);
  }
  expect(entered).toBeGreaterThan(B);
  expect(entered).toBeLessThan(8 * B);
  await learner.release();
});

test('a learner with several threads gives the same bits again', async () => {
  const model: ModelConfig = {
    ...tinyMlpT,
    seqLen: 16,
    hiddenSize: 64,
    lLayers: 2,
    lCycles: 2,
    expansion: 4,
    innerMultiple: 64,
  };
  const random = Random.seeded(1);
  const start = createLearnerState(initialState(model, random), model, 32);
  const tokens = () => Int32Array.from({ length: 32 * 16 }, () => random.integer(0, 2));
  const [batch, draws] = [
    { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(32) },
    drawHalting(random, 32, model),
  ];
  const states = [];
  for (let run = 0; run < 2; run++) {
    const learner = await Learner.create({ model, training: { ...training, batchSize: 32 }, state: start, threads: 2 });
    for (let step = 0; step < 3; step++) await learner.step(batch, draws);
    states.push(learner.state);
    await learner.release();
  }
  expect(states[1]).toEqual(states[0]);
});

test('the gradient norm is that of the gradient, for any beta1', async () => {
  const source = new Source(tinyMlpT);
  const learner = await learnerAt(tinyMlpT, startState(tinyMlpT));
  await take(learner, source, 3);
  // With beta1 = 0 the first moment is the gradient itself.
  const withoutMomentum = await learnerAt(tinyMlpT, learner.state, { optimiser: { ...training.optimiser, beta1: 0 } });
  const [batch, draws] = source.next();
  const [metrics, again] = [await learner.step(batch, draws), await withoutMomentum.step(batch, draws)];
  expect(again.gradientNorm).toBeGreaterThan(0);
  expect(again.gradientNorm).toBeCloseTo(Math.hypot(...withoutMomentum.state.m), 5);
  expect(metrics.gradientNorm / again.gradientNorm).toBeCloseTo(1, 5);
  await Promise.all([learner.release(), withoutMomentum.release()]);
});

describe('maxGradientNorm', () => {
  test('scales the gradient of the update down to it, and not the norm that is reported', async () => {
    const source = new Source(tinyMlpT);
    const plain = await learnerAt(tinyMlpT, startState(tinyMlpT), { optimiser: { ...training.optimiser, beta1: 0 } });
    const [batch, draws] = source.next();
    const { gradientNorm } = await plain.step(batch, draws);
    const maxGradientNorm = gradientNorm / 2;
    const optimiser = { ...training.optimiser, beta1: 0, maxGradientNorm };
    const clipped = await learnerAt(tinyMlpT, startState(tinyMlpT), { optimiser });
    expect((await clipped.step(batch, draws)).gradientNorm).toBeCloseTo(gradientNorm, 5);
    expect(Math.hypot(...clipped.state.m)).toBeCloseTo(maxGradientNorm, 5);
    await Promise.all([plain.release(), clipped.release()]);
  });

  test('is refused for a model whose weights are updated in several ranges', () => {
    const large: ModelConfig = { ...tinyMlpT, hiddenSize: 512, expansion: 4 };
    const optimiser = { ...training.optimiser, maxGradientNorm: 1 };
    expect(() => checkRunConfig(tinyMlpT, { ...training, optimiser })).not.toThrow();
    expect(() => checkRunConfig(large, { ...training, optimiser })).toThrow(
      'the gradient can be clipped for at most 524,288 weights',
    );
  });
});

describe('a step of the learner', () => {
  const model: ModelConfig = tinyMlpT;
  const row = (values: Int32Array, i: number) => [...values.subarray(i * model.seqLen, (i + 1) * model.seqLen)];
  let learner: Learner;
  const source = new Source(model);
  beforeAll(async () => void (learner = await learnerAt(model, startState(model))));
  afterAll(() => learner.release());

  test('keeps the data of running examples, and replaces that of halted ones', async () => {
    const seen = { kept: 0, taken: 0 };
    for (let step = 0; step < 12; step++) {
      const before = learner.state;
      const [batch, draws] = source.next();
      await learner.step(batch, draws);
      before.halted.forEach((halted, i) => {
        const from = halted ? batch : before;
        expect(row(learner.state.inputs, i)).toEqual(row(from.inputs, i));
        expect(row(learner.state.labels, i)).toEqual(row(from.labels, i));
        expect(learner.state.steps[i]).toBe(halted ? 1 : before.steps[i]! + 1);
        seen[halted ? 'taken' : 'kept']++;
      });
    }
    expect(seen.kept).toBeGreaterThan(5);
    expect(seen.taken).toBeGreaterThan(5);
  });

  test('halts every example at haltMaxSteps', async () => {
    for (let step = 0; step < 12; step++) {
      const { steps, halted } = await learner.step(...source.next());
      steps.forEach((count, i) => {
        expect(count).toBeLessThanOrEqual(model.haltMaxSteps);
        if (count === model.haltMaxSteps) expect(halted[i]).toBe(1);
      });
    }
  });

  test('starts new examples from the previous state where the draws say so, but never at the first step', async () => {
    const [batch, draws] = source.next();
    const startsFromPrevious = Uint8Array.from({ length: B }, (_, i) => (i + 1) % 2);
    const zH = startState(model).zH.map((_, i) => Math.sin(i));
    const stepFrom = async (state: Partial<LearnerState>, fromPrevious: boolean) => {
      const from = await learnerAt(model, { ...startState(model), zH, zL: zH, ...state });
      await from.step(batch, fromPrevious ? { ...draws, startsFromPrevious } : draws);
      await from.release();
      return { zH: from.state.zH, zL: from.state.zL };
    };
    // Rows that have not halted continue from their states, here with the data of the batch.
    const continued = await stepFrom(
      { ...batch, updates: 1, halted: startsFromPrevious.map((flag) => 1 - flag) },
      false,
    );
    expect(await stepFrom({ updates: 1 }, true)).toEqual(continued);
    expect(continued).not.toEqual(await stepFrom({ updates: 1 }, false));
    expect(await stepFrom({ updates: 0 }, true)).toEqual(await stepFrom({ updates: 0 }, false));
  });

  test('resets the states of a replaced example', async () => {
    const start = startState(model);
    const [fresh, withOldStates] = await Promise.all([
      learnerAt(model, start),
      learnerAt(model, { ...start, zH: start.zH.map((_, i) => i), zL: start.zL.map(() => -1) }),
    ]);
    const [batch, draws] = source.next();
    await fresh.step(batch, draws);
    await withOldStates.step(batch, draws);
    expect(withOldStates.state).toEqual(fresh.state);
    await Promise.all([fresh.release(), withOldStates.release()]);
  });

  test('does not modify the previous state', async () => {
    const before = learner.state;
    const copy = structuredClone(before);
    await learner.step(...source.next());
    expect(before).toEqual(copy);
  });
});

test('evalWeights are the averaged weights with EMA, else the weights', async () => {
  for (const ema of [training.ema, null]) {
    const learner = await learnerAt(tinyMlpT, startState(tinyMlpT), { ema });
    await take(learner, new Source(tinyMlpT), 3);
    const { params, ema: average, hInit, lInit, puzzleTable } = learner.state;
    expect(learner.evalWeights).toEqual({ params: ema ? average : params, hInit, lInit, puzzleTable });
    expect(Buffer.from(average.buffer).equals(Buffer.from(params.buffer))).toBe(ema === null);
    await learner.release();
  }
});

// Every model family trains through the same learner.

const FAMILY_BATCH = 3;
const familyTraining: TrainingConfig = {
  batchSize: FAMILY_BATCH,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 100, minRatio: 1 },
  ema: { rate: 0.9, warmup: false },
  puzzleEmbeddings: { learningRate: 0.1, weightDecay: 0.1 },
};

const family: [string, ModelConfig][] = [
  ['a single z', { ...tinyMlpT, family: 'singleZ' }],
  ['symbol vectors', tinySymbols],
  ['convolution', tinyConvolution],
  ['axial', { ...tinyAxial, hiddenSize: 8 }],
  ['line sums', { ...tinyLineSums, hiddenSize: 8 }],
  ['separate networks', { ...tinyAttention, separateNetworks: true, hLayers: 1 }],
  ['a one-step gradient', { ...tinyMlpT, oneStepGradient: true }],
  ['HRM and its continue target', { ...tinyAttention, family: 'hrm', hLayers: 1, noActContinue: false }],
  [
    'the direct baseline',
    { ...tinyAttention, family: 'direct', hLayers: 1, lLayers: 0, lCycles: 0, noActContinue: false },
  ],
  ['softmax and learned positions', { ...tinyMlpT, loss: 'softmax', posEncodings: 'learned' }],
  ['TRM with a continue target', { ...tinyMlpT, noActContinue: false }],
];

/** Repeats steps on one batch; returns the states before and after, and the losses. */
async function repeatBatch(
  model: ModelConfig,
  steps: number,
  options: Partial<TrainingConfig> = {},
): Promise<{ before: LearnerState; after: LearnerState; losses: number[] }> {
  const random = Random.seeded(3);
  const before = createLearnerState(initialState(model, random), model, FAMILY_BATCH);
  const learner = await Learner.create({
    model,
    training: { ...familyTraining, ...options },
    state: before,
    threads: 1,
  });
  const tokens = (first: number) =>
    Int32Array.from({ length: FAMILY_BATCH * model.seqLen }, () => random.integer(first, model.vocabSize - 1));
  const inputs = tokens(hasSymbolVectors(model) ? FIRST_SYMBOL : 1);
  // A model that treats all symbols alike can only learn answers that follow from the clues.
  const labels = hasSymbolVectors(model) ? inputs : tokens(1);
  const batch = { inputs, labels, puzzleIdentifiers: Int32Array.of(1, 2, 1) };
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { exampleMetrics } = await learner.step(batch, drawHalting(random, FAMILY_BATCH, model));
    losses.push(exampleMetrics.lmLoss.reduce((sum, loss) => sum + loss, 0));
  }
  await learner.release();
  return { before, after: learner.state, losses };
}

describe.each(family)('a learner with %s', (_, model) => {
  test('lowers the loss of a repeated batch', async () => {
    const { losses, after } = await repeatBatch(model, 40);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.7);
    for (const state of ['zH', 'zL'] as const)
      expect(after[state].length > 0).toBe(carriedStates(model).includes(state));
  });
});

describe('puzzle embeddings', () => {
  const model: ModelConfig = { ...tinyAttention, puzzleEmbNdim: 4, numPuzzleIdentifiers: 4 };
  const row = (table: Float32Array, identifier: number) => [...table.subarray(4 * identifier, 4 * identifier + 4)];

  test('change only for the puzzles of the batch', async () => {
    const { after } = await repeatBatch(model, 2);
    expect(row(after.puzzleTable, 0)).toEqual([0, 0, 0, 0]);
    expect(row(after.puzzleTable, 1).some((value) => value !== 0)).toBe(true);
    expect(row(after.puzzleTable, 3)).toEqual([0, 0, 0, 0]);
  });

  test('are all that changes with frozen weights', async () => {
    const { before, after } = await repeatBatch(model, 3, { frozenWeights: true });
    expect(after.params).toEqual(before.params);
    expect(after.ema).toEqual(before.ema);
    expect(after.puzzleTable).not.toEqual(before.puzzleTable);
  });

  test('need a learning rate, and frozen weights need puzzle embeddings', async () => {
    const { batchSize, optimiser, schedule, ema } = familyTraining;
    const withoutRate: TrainingConfig = { batchSize, optimiser, schedule, ema };
    const create = (config: ModelConfig, chosen: TrainingConfig) =>
      Learner.create({
        model: config,
        training: chosen,
        state: createLearnerState(initialState(config, Random.seeded(1)), config, FAMILY_BATCH),
      });
    await expect(create(model, withoutRate)).rejects.toThrow(new ConfigError('config.noPuzzleEmbeddingRate'));
    await expect(create(tinyMlpT, { ...familyTraining, frozenWeights: true })).rejects.toThrow(ConfigError);
  });
});
