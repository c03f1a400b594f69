/** A run with the settings of the paper: TRM with attention and one embedding per puzzle. */
import { trmDefaults } from '../../../../../models/family/config';
import type { RunConfig } from '../../../../../models/train/run-config';

export const paperRun: RunConfig = {
  model: {
    ...trmDefaults,
    seqLen: 900,
    vocabSize: 12,
    hiddenSize: 512,
    numHeads: 8,
    expansion: 4,
    innerMultiple: 256,
    lLayers: 2,
    hCycles: 3,
    lCycles: 4,
    haltMaxSteps: 16,
    haltExplorationProb: 0.1,
    mlpT: false,
    posEncodings: 'rope',
    puzzleEmbNdim: 512,
    puzzleEmbLen: 16,
    numPuzzleIdentifiers: 100,
  },
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 1e-4, warmupSteps: 2000, totalSteps: 100_000, minRatio: 1 },
  ema: { rate: 0.999, warmup: false },
  batchSize: 768,
  puzzleEmbeddings: { learningRate: 1e-2, weightDecay: 0.1 },
  seed: 0,
  maxSteps: 100_000,
  maxSeconds: 1e6,
  evaluateEvery: 1000,
};
