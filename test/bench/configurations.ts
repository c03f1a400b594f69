/**
 * Benchmarked models. TRM: 3 H cycles and 6 L cycles; at paper size with 16 puzzle embedding positions, as published. The presets
 * of Sudoku 9×9, in every stage of its curriculum, and of mazes 12×12.
 */
import type { ModelConfig } from '../../models/family/config';
import { trmDefaults } from '../../models/family/config';
import type { OptimiserConfig } from '../../models/optim/optimiser';
import { createRunConfig, getPreset } from '../../models/presets/presets';

export interface Configuration {
  readonly name: string;
  readonly batchSize: number;
  readonly model: ModelConfig;
  readonly optimiser: OptimiserConfig;
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

const trm = (name: string, batchSize: number, model: ModelConfig): Configuration => ({
  name,
  batchSize,
  model,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
});

type Sizes = Pick<ModelConfig, 'seqLen' | 'vocabSize'> & Partial<Pick<ModelConfig, 'hCycles' | 'lCycles'>>;

function fromPreset(name: string, id: string, sizes: Sizes): Configuration {
  const { model, batchSize, optimiser } = createRunConfig(getPreset(id), { ...sizes, seed: 1, maxSeconds: 1 });
  return { name, batchSize, model: { ...model, ...sizes }, optimiser };
}

const sudoku = { seqLen: 81, vocabSize: 11 };
const maze = { seqLen: 144, vocabSize: 6 };

export const configurations: readonly Configuration[] = [
  trm('classroom', 64, { ...classroom, ...mlp }),
  trm('medium', 64, { ...medium, ...mlp }),
  trm('medium-attention', 64, { ...medium, ...attention }),
  trm('paper', 8, { ...paper, ...mlp }),
  trm('paper-attention', 8, { ...paper, ...attention }),
  fromPreset('sudoku-h1-l1', 'sudoku', { ...sudoku, hCycles: 1, lCycles: 1 }),
  fromPreset('sudoku-h1-l3', 'sudoku', { ...sudoku, hCycles: 1, lCycles: 3 }),
  fromPreset('sudoku', 'sudoku', sudoku),
  fromPreset('maze', 'maze', maze),
];
