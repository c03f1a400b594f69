/** Benchmarked model sizes: 3 H cycles and 6 L cycles; at paper size with 16 puzzle embedding positions, as published. */
import type { ModelConfig } from '../../models/family/config';
import { trmDefaults } from '../../models/family/config';

export interface Configuration {
  readonly name: string;
  readonly batchSize: number;
  readonly model: ModelConfig;
}

const shared = {
  ...trmDefaults,
  numHeads: 4,
  expansion: 4,
  lLayers: 2,
  hCycles: 3,
  lCycles: 6,
  haltMaxSteps: 8,
  haltExplorationProb: 0.1,
};
const mlp = { mlpT: true, posEncodings: 'none' } as const;
const attention = { mlpT: false, posEncodings: 'rope' } as const;
const classroom = { ...shared, seqLen: 16, vocabSize: 6, hiddenSize: 64, innerMultiple: 64 };
const medium = { ...shared, seqLen: 81, vocabSize: 11, hiddenSize: 128, innerMultiple: 64 };
const paper = {
  ...shared,
  seqLen: 81,
  vocabSize: 11,
  hiddenSize: 512,
  numHeads: 8,
  innerMultiple: 256,
  puzzleEmbNdim: 512,
  puzzleEmbLen: 16,
  numPuzzleIdentifiers: 8,
};

export const configurations: readonly Configuration[] = [
  { name: 'classroom', batchSize: 64, model: { ...classroom, ...mlp } },
  { name: 'medium', batchSize: 64, model: { ...medium, ...mlp } },
  { name: 'medium-attention', batchSize: 64, model: { ...medium, ...attention } },
  { name: 'paper', batchSize: 8, model: { ...paper, ...mlp } },
  { name: 'paper-attention', batchSize: 8, model: { ...paper, ...attention } },
];
