/** Small datasets, models, runs, metrics and traces for tests and the gallery. */
import { getKind } from '../../datasets/kinds/registry';
import type {
  Cycle,
  Dataset,
  Evaluation,
  Model,
  Preset,
  Run,
  Sample,
  StepMetrics,
  Trace,
} from '../../electron/contract/contract';

export const kind = getKind('sudoku-4x4');

export const tokens = (text: string): number[] => [...kind.parse(text)];

/** A puzzle with exactly one solution. */
export const clues = '1.....3..2.....4';
export const solution = '1342243142133124';
/** Differs from the solution in the cells 1 and 2, which breaks the columns 2 and 3. */
export const wrong = '1432243142133124';

function cycle(answer: string, qHalt: number): Cycle {
  return {
    answer: tokens(answer),
    confidence: tokens(answer).map(() => 0.5),
    change: 1,
    qHalt,
    attention: null,
    latent: [0.5, 0.25].map((change) => ({
      answer: tokens(answer),
      confidence: tokens(answer).map(() => 0.5),
      change,
      qHalt,
      attention: null,
    })),
  };
}

/** Three supervision steps of two H cycles of two L updates; right from the second cycle of the second step on. */
export const trace: Trace = {
  model: 'a-model',
  inputs: tokens(clues),
  steps: [step(wrong, wrong, -3), step(wrong, solution, -1), step(solution, solution, 2)],
  identifier: 0,
  lCycles: 2,
  haltStep: 3,
  heads: 0,
  puzzleEmbLen: 0,
  flop: 3e6,
  path: null,
  milliseconds: 12,
};

function step(first: string, second: string, qHalt: number): Trace['steps'][number] {
  return { cycles: [cycle(first, qHalt - 1), cycle(second, qHalt)], qHalt };
}

export const run = (changes: Partial<Run> = {}): Run => ({
  runId: 'run-1',
  name: null,
  tags: [],
  dataset: 'sudoku-4x4',
  datasetHash: '',
  kind: 'sudoku-4x4',
  preset: 'classroom',
  seed: 1,
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  step: 0,
  seconds: 0,
  maxSeconds: 180,
  maxSteps: 1000,
  accuracy: null,
  stepFlop: 4e9,
  best: null,
  parent: null,
  model: null,
  failure: null,
  pauseReason: null,
  alerts: [],
  device: 'cpu',
  deviceMessage: null,
  ...changes,
});

export const metrics = (step: number, changes: Partial<StepMetrics> = {}): StepMetrics => ({
  step,
  seconds: step / 10,
  lmLoss: 1 / (step + 1),
  qHaltLoss: 0.1,
  accuracy: 0.5,
  exactAccuracy: 0.25,
  steps: 4,
  learningRate: 1e-3,
  gradientNorm: 1,
  halted: null,
  samples: null,
  ...changes,
});

export const evaluation = (step: number, exactAccuracy: number): Evaluation => ({
  step,
  seconds: step / 10,
  exactAccuracy,
  accuracy: 0.9,
  ruleAccuracy: exactAccuracy,
  count: 200,
  interval: [exactAccuracy - 0.05, exactAccuracy + 0.05],
  isFinal: false,
  samples: null,
});

export const sample = (address: string, answer: string): Sample => ({
  address,
  inputs: tokens(clues),
  labels: tokens(solution),
  answer: tokens(answer),
  confidence: tokens(answer).map(() => 0.9),
});

export const dataset = (changes: Partial<Dataset> = {}): Dataset => ({
  id: 'sudoku-4x4',
  name: 'Sudoku 4×4',
  summary: '',
  kind: 'sudoku-4x4',
  source: 'built-in',
  createdAt: null,
  train: { puzzles: 282, classes: 282 },
  test: { puzzles: 1000, classes: 94 },
  problem: null,
  generation: null,
  ...changes,
});

export const preset = (changes: Partial<Preset> = {}): Preset => ({
  id: 'classroom',
  name: 'Classroom',
  summary: '',
  family: 'TRM-MLP',
  parameters: {},
  hiddenSize: 64,
  hCycles: 3,
  lCycles: 4,
  haltMaxSteps: 8,
  batchSize: 64,
  maxSteps: 2000,
  extraClues: 0,
  hasCurriculum: false,
  settings: {
    family: 'trm',
    hiddenSize: 64,
    numHeads: 4,
    hCycles: 3,
    lCycles: 4,
    lLayers: 2,
    mlpT: true,
    posEncodings: 'none',
    maxSteps: 2000,
    batchSize: 64,
    learningRate: 0.001,
    ema: 0.999,
    optimizer: 'adamAtan2',
  },
  results: [],
  ...changes,
});

const trainedModel: Model = {
  id: 'first',
  source: 'trained',
  readsEverySize: false,
  name: 'First',
  dataset: 'sudoku-4x4',
  kind: 'sudoku-4x4',
  preset: 'classroom',
  family: 'TRM-MLP',
  parameters: 80_770,
  hCycles: 3,
  lCycles: 4,
  haltMaxSteps: 8,
  createdAt: '2026-11-23T20:03:15.166Z',
  command: 'train --dataset sudoku-4x4 --preset classroom --seed 1',
  data: { trainPuzzles: 282, trainClasses: 282, testPuzzles: 1000, testClasses: 94 },
  training: { steps: 2000, seconds: 189, samples: 128_000, areSamplesCounted: true, seed: 1, flop: 4.2e12 },
  parent: null,
  accuracy: { exactAccuracy: 0.998, accuracy: 0.9995, ruleAccuracy: 0.998, count: 500, interval: [0.9888, 0.9996] },
};

/** A trained model. */
export const model = (changes: Partial<Model> = {}): Model => ({ ...trainedModel, ...changes });

/** A model from a file without information on its training. */
export const importedModel = (changes: Partial<Model> = {}): Model =>
  model({
    id: 'from-a-file',
    source: 'imported',
    name: 'From a file',
    dataset: 'unknown',
    preset: 'imported',
    command: 'model import a.pt',
    data: { trainPuzzles: 0, trainClasses: null, testPuzzles: 0, testClasses: null },
    training: { steps: 0, seconds: 0, samples: 0, seed: 0, flop: 0 },
    accuracy: null,
    ...changes,
  });
