/** Presets: named settings of runs. */
import { message, type Text } from '../../renderer/messages/message';
import { ConfigError, familyLabel, trmDefaults } from '../family/config';
import { families, familyNames } from '../family/families';
import type { SignSgdConfig } from '../optim/optimiser';
import type { RunConfig } from '../train/run-config';

export interface Preset {
  readonly id: string;
  readonly name: Text;
  readonly summary: Text;
  readonly family: string;
  readonly run: Omit<RunConfig, 'seed' | 'maxSeconds' | 'model'> & {
    readonly model: Omit<RunConfig['model'], 'seqLen' | 'vocabSize'>;
  };
}

const classroom: Preset = {
  id: 'classroom',
  name: message('presets.classroom.name'),
  summary: message('presets.classroom.summary'),
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

// Rotary positions are only relative: on such a small grid the model cannot infer where rows and boxes begin, and exact
// accuracy stayed near 0 % for the 600 steps of a trial.
const attention: Preset = {
  ...classroom,
  id: 'classroom-attention',
  name: message('presets.classroomAttention.name'),
  summary: message('presets.classroomAttention.summary'),
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

// 900 cells attend to each other: a step of 8 examples took 1.0 s of CPU time and 270 MB (two cores of a shared
// machine). At a width of 64, two blocks with four heads took 2.5 times as long as one block with two heads.
// With a learning rate of 3e-3, two tasks stayed at 81 % cell accuracy for 250 steps; with 1e-3, one was learned in 100.
const arc: Preset = {
  id: 'arc',
  name: message('presets.arc.name'),
  summary: message('presets.arc.summary'),
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

// The larger presets use `mixed`: 8-bit products of the forward pass did not change accuracy on 4×4 and 6×6 with three seeds
// each, and make a step of these presets 1.2 to 1.5 times as fast.
const medium: Preset = {
  ...classroom,
  id: 'medium',
  name: message('presets.medium.name'),
  summary: message('presets.medium.summary'),
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
  name: message('presets.mediumAttention.name'),
  summary: message('presets.mediumAttention.summary'),
  family: 'TRM-attention',
  run: { ...medium.run, model: { ...medium.run.model, mlpT: false, posEncodings: 'learned' } },
};

const paper: Preset = {
  ...medium,
  id: 'paper',
  name: message('presets.paper.name'),
  summary: message('presets.paper.summary'),
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

const adamW = { name: 'adamW', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 } as const;
const clippedAdamW = { ...adamW, maxGradientNorm: 1 } as const;

// Inner widths: twice the width of a symbol's vector, 128 over the 81 cells of a 9×9 grid. Steps and
// stages are for 9×9 grids; small batches, since a puzzle costs as much in them and the weights are updated more often. Half as many steps
// with three times the learning rate, and starts from previous states, solve 93.5 % instead of 97.5 % after 64 steps (n = 400); as many
// with twice the rate, and such starts, 88.8 %.
const sudoku: Preset = {
  id: 'sudoku',
  name: message('presets.sudoku.name'),
  summary: message('presets.sudoku.summary'),
  family: familyLabel({ family: 'symbolEquivariant', mlpT: true }),
  run: {
    ...classroom.run,
    model: {
      ...classroom.run.model,
      family: 'symbolEquivariant',
      hiddenSize: 32,
      expansion: 2.34,
      innerMultiple: 32,
      hCycles: 2,
      lCycles: 3,
      haltMaxSteps: 16,
    },
    optimiser: adamW,
    schedule: { learningRate: 1e-3, warmupSteps: 100, totalSteps: 30_000, minRatio: 0.02 },
    curriculum: [
      { steps: 3000, hCycles: 1, lCycles: 1 },
      { steps: 6000, hCycles: 1, lCycles: 3 },
    ],
    extraClues: 0.5,
    batchSize: 16,
    maxSteps: 30_000,
    evaluateEvery: 1000,
  },
};

// A short run learns more with a higher learning rate: 4×4 after 600 steps, 98 % instead of 23 % (n = 500); 6×6 after 1,200 steps, 99.5 %
// (n = 500) instead of 86 % (n = 128). Starts from previous states: 4×4 96.8 % instead of 98.3 %, 6×6 99.9 % instead of 99.5 % (means of
// three seeds, n = 500), 9×9 after 6,000 steps 82.4 % instead of 79.6 % (n = 500).
const sudokuSmall: Preset = {
  ...sudoku,
  id: 'sudoku-small',
  name: message('presets.sudokuSmall.name'),
  summary: message('presets.sudokuSmall.summary'),
  run: {
    ...sudoku.run,
    schedule: { learningRate: 3e-3, warmupSteps: 100, totalSteps: 1200, minRatio: 0.02 },
    curriculum: [
      { steps: 120, hCycles: 1, lCycles: 1 },
      { steps: 240, hCycles: 1, lCycles: 3 },
    ],
    maxSteps: 1200,
    evaluateEvery: 100,
  },
};

/** Settings that the presets for models of square grids share. Inner width: twice the width. */
const squareGrid: Preset['run'] = {
  ...classroom.run,
  model: {
    ...classroom.run.model,
    hiddenSize: 32,
    expansion: 3,
    innerMultiple: 32,
    hCycles: 1,
    lCycles: 3,
    haltMaxSteps: 16,
    haltExplorationProb: 0.5,
    mlpT: false,
  },
  optimiser: adamW,
  schedule: { learningRate: 2e-3, warmupSteps: 100, totalSteps: 4000, minRatio: 0.02 },
  batchSize: 32,
  maxSteps: 4000,
  evaluateEvery: 200,
};

// Half of the examples stay for a random number of steps after they are solved, so that the model learns to keep a solution: else it becomes
// worse with more steps (arXiv 2202.05826). Starts from previous states slow learning down: after 15,000 steps 36 % instead of 73 %
// (n = 128). The fewer convolutions in a supervision step, the better large mazes are solved, since small ones need many steps too: 20×20
// after 256 steps with one L cycle 74 %, with three 54.5 % (n = 200); with six, small mazes were solved in one step, and none of 20×20.
// No gain with three L cycles: half the learning rate (84 % instead of 91 %), twice the width, no loss in the first four steps, and twice as
// many steps (91.4 %; 20×20 56.5 %). With openings between none and 40 % of the walls, 20×20 fell to 39.5 %.
const maze: Preset = {
  id: 'maze',
  name: message('presets.maze.name'),
  summary: message('presets.maze.summary'),
  family: familyLabel({ family: 'convolutional', mlpT: false }),
  run: {
    ...squareGrid,
    model: {
      ...squareGrid.model,
      family: 'convolutional',
      lCycles: 1,
      haltMaxSteps: 48,
      haltExploration: 'perExample',
    },
    optimiser: clippedAdamW,
    schedule: { learningRate: 1.5e-3, warmupSteps: 100, totalSteps: 60_000, minRatio: 0.01 },
    maxSteps: 60_000,
    evaluateEvery: 1000,
  },
};

const numberlink: Preset = {
  id: 'numberlink',
  name: message('presets.numberlink.name'),
  summary: message('presets.numberlink.summary'),
  family: familyLabel({ family: 'symbolEquivariant', mlpT: false }),
  run: { ...squareGrid, model: { ...squareGrid.model, family: 'symbolEquivariant' }, batchSize: 16 },
};

// Token mixing learned no nonogram in 800 steps. With an exploration probability of 0.3 solved examples hardly stay: accuracy after 16 steps
// was 85 % instead of 91 % (n = 500), and fell to 46 % in 15,000 steps, while after 4 steps it was 90 %.
const nonogram: Preset = {
  id: 'nonogram',
  name: message('presets.nonogram.name'),
  summary: message('presets.nonogram.summary'),
  family: familyLabel({ family: 'axial', mlpT: false }),
  run: {
    ...squareGrid,
    model: { ...squareGrid.model, family: 'axial', hiddenSize: 48, innerMultiple: 16, haltExplorationProb: 1 },
    optimiser: clippedAdamW,
    schedule: { ...squareGrid.schedule, totalSteps: 6000 },
    maxSteps: 6000,
  },
};

// Token mixing, convolution and axial mixing learned no board of 10×10 in 1,400 to 3,000 steps. Without examples that start from a
// previous state, accuracy after 16 steps rose to 66 % and fell to 32 % (n = 500, 4,000 steps).
const queens: Preset = {
  id: 'queens',
  name: message('presets.queens.name'),
  summary: message('presets.queens.summary'),
  family: familyLabel({ family: 'lineSum', mlpT: false }),
  run: {
    ...squareGrid,
    model: {
      ...squareGrid.model,
      family: 'lineSum',
      hiddenSize: 48,
      innerMultiple: 16,
      haltExploration: 'perExample',
    },
    optimiser: clippedAdamW,
    schedule: { ...squareGrid.schedule, totalSteps: 8000 },
    startFromPrevious: 0.3,
    extraClues: 0.5,
    batchSize: 16,
    maxSteps: 8000,
    evaluateEvery: 500,
  },
};

export const presets: readonly Preset[] = [
  classroom,
  attention,
  ...familyPresets,
  sudoku,
  sudokuSmall,
  maze,
  numberlink,
  nonogram,
  queens,
  medium,
  mediumAttention,
  paper,
  arc,
];

/** @throws ConfigError for an unknown id; the message lists the presets */
export function getPreset(id: string): Preset {
  const found = presets.find((candidate) => candidate.id === id);
  if (!found) throw new ConfigError('presets.unknown', { id, presets: presets.map((known) => known.id) });
  return found;
}

/** The settings that a preset does not contain. */
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
