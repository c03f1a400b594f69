/** Presets: named run settings to choose from. */
import { ConfigError, familyLabel, trmDefaults } from '../family/config';
import { families, familyNames } from '../family/families';
import type { SignSgdConfig } from '../optim/optimiser';
import type { RunConfig } from '../train/run-config';

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly family: string;
  readonly run: Omit<RunConfig, 'seed' | 'maxSeconds' | 'model'> & {
    readonly model: Omit<RunConfig['model'], 'seqLen' | 'vocabSize'>;
  };
}

const classroom: Preset = {
  id: 'classroom',
  name: 'Classroom',
  summary: 'Small enough to learn 4×4 Sudoku in a minute or two on a school laptop.',
  family: 'TRM-MLP',
  run: {
    model: {
      ...trmDefaults,
      hiddenSize: 64,
      numHeads: 4,
      expansion: 4,
      innerMultiple: 64,
      lLayers: 2,
      hCycles: 3,
      lCycles: 4,
      haltMaxSteps: 8,
      haltExplorationProb: 0.1,
      mlpT: true,
      posEncodings: 'none',
    },
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
    schedule: { learningRate: 1e-3, warmupSteps: 100, totalSteps: 2000, minRatio: 1 },
    ema: { rate: 0.999, warmup: true },
    batchSize: 64,
    maxSteps: 2000,
    evaluateEvery: 50,
  },
};

// Rotary positions alone are relative: on so small a grid the model then cannot tell where rows and boxes begin,
// and stays near 0 % exact for as long as was tried (600 steps).
const attention: Preset = {
  ...classroom,
  id: 'classroom-attention',
  name: 'Classroom, attention',
  summary: 'The same with self-attention and learned positions in place of the token-mixing MLP; learns more slowly.',
  family: 'TRM-attention',
  run: { ...classroom.run, model: { ...classroom.run.model, mlpT: false, posEncodings: 'learned' } },
};

/** The attention preset with the changes of each family. */
const familyPresets: readonly Preset[] = familyNames.flatMap((family) => {
  const { preset } = families[family];
  if (!preset) return [];
  const { model, ...texts } = preset;
  const run = { ...attention.run, model: { ...attention.run.model, family, ...model } };
  return [{ ...attention, ...texts, family: familyLabel(run.model), run }];
});

// 900 cells attend to each other: a step of 8 examples took 1.0 s of processor time and 270 MB (two cores of a shared
// machine). At a width of 64, two blocks with four heads took 2.5 times as long as one block with two.
// At a rate of 3e-3 two tasks stayed at 81 % of cells for 250 steps; at 1e-3 one was learnt in 100.
const arc: Preset = {
  id: 'arc',
  name: 'ARC, small',
  summary:
    'Attention with a learnt embedding in front for every puzzle. A step takes a second of processor time, so a few easy tasks at a time; far from the published results, which took days on four large GPUs.',
  family: 'TRM-attention',
  run: {
    ...classroom.run,
    model: {
      ...classroom.run.model,
      hiddenSize: 96,
      numHeads: 2,
      lLayers: 1,
      hCycles: 2,
      lCycles: 2,
      haltMaxSteps: 4,
      mlpT: false,
      posEncodings: 'rope',
    },
    schedule: { learningRate: 1e-3, warmupSteps: 50, totalSteps: 4000, minRatio: 1 },
    batchSize: 8,
    maxSteps: 4000,
    evaluateEvery: 100,
  },
};

// `mixed` from here on: products in 8 bits where no gradient flows made no difference on 4×4 and 6×6 with three seeds each,
// and makes a step a sixth to two fifths faster.
const medium: Preset = {
  ...classroom,
  id: 'medium',
  name: 'Medium',
  summary:
    "Twice as wide, and with the paper's three cycles of six updates. For 6×6 and 9×9: hours to days on two cores; the pre-flight says how long a step takes.",
  run: {
    ...classroom.run,
    model: { ...classroom.run.model, hiddenSize: 128, lCycles: 6 },
    maxSteps: 20_000,
    schedule: { ...classroom.run.schedule, totalSteps: 20_000 },
    evaluateEvery: 100,
    precision: 'mixed',
  },
};

const mediumAttention: Preset = {
  ...medium,
  id: 'medium-attention',
  name: 'Medium, attention',
  summary:
    'The same with self-attention and learned positions: for mazes, whose many cells would make a token-mixing MLP very large.',
  family: 'TRM-attention',
  run: { ...medium.run, model: { ...medium.run.model, mlpT: false, posEncodings: 'learned' } },
};

const paper: Preset = {
  ...medium,
  id: 'paper',
  name: 'Published size',
  summary:
    "The paper's own: 512 wide, 16 positions in front, rate and decay as published. It was trained with batches of 768 for days on large GPUs; here it is for fine-tuning, for looking at what a step costs, and for carrying a run on to such a machine.",
  run: {
    ...medium.run,
    model: {
      ...medium.run.model,
      hiddenSize: 512,
      numHeads: 8,
      innerMultiple: 256,
      haltMaxSteps: 16,
      puzzleEmbNdim: 512,
      puzzleEmbLen: 16,
      numPuzzleIdentifiers: 1,
    },
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 1 },
    schedule: { learningRate: 1e-4, warmupSteps: 2000, totalSteps: 60_000, minRatio: 1 },
    maxSteps: 60_000,
    puzzleEmbeddings: { learningRate: 1e-4, weightDecay: 1 },
    batchSize: 8,
  },
};

export const presets: readonly Preset[] = [classroom, attention, ...familyPresets, medium, mediumAttention, paper, arc];

/** @throws ConfigError for an unknown id; the message lists the presets */
export function getPreset(id: string): Preset {
  const found = presets.find((candidate) => candidate.id === id);
  if (!found) throw new ConfigError('presets.unknown', { id, presets: presets.map((known) => known.id) });
  return found;
}

/** Everything a preset leaves open. */
export interface RunConfigOptions {
  readonly seqLen: number;
  readonly vocabSize: number;
  /** Number of puzzle identifiers, the blank one included; 1 when absent. */
  readonly puzzleIdentifiers?: number;
  readonly seed: number;
  readonly maxSeconds: number;
}

/** Creates a run configuration from a preset, for a dataset, a seed and a time limit. */
export function createRunConfig(
  { run }: Preset,
  { seqLen, vocabSize, puzzleIdentifiers: identifiers = 1, seed, maxSeconds }: RunConfigOptions,
): RunConfig {
  const config = { ...run, seed, maxSeconds, model: { ...run.model, seqLen, vocabSize } };
  return identifiers > 1 ? withPuzzleEmbeddings(config, identifiers) : config;
}

/** As in the reference: a learning rate a hundred times that of the weights, since a row changes only when its puzzle is drawn. */
export const defaultPuzzleEmbeddings: SignSgdConfig = { learningRate: 1e-2, weightDecay: 0.1 };

function withPuzzleEmbeddings(run: RunConfig, numPuzzleIdentifiers: number): RunConfig {
  const { hiddenSize } = run.model;
  if (run.puzzleEmbeddings) return { ...run, model: { ...run.model, numPuzzleIdentifiers } };
  const model = {
    ...run.model,
    puzzleEmbNdim: hiddenSize,
    puzzleEmbLen: families[run.model.family].puzzlePositions(run.model.seqLen),
    numPuzzleIdentifiers,
  };
  return { ...run, model, puzzleEmbeddings: defaultPuzzleEmbeddings };
}
