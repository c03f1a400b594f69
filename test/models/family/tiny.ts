/** The smallest models that still have every component: four cells, width four, inner widths 1.5·4·2/3 = 4. */
import type { ModelConfig } from '../../../models/family/config';
import { trmDefaults } from '../../../models/family/config';

export const tinyMlpT: ModelConfig = {
  ...trmDefaults,
  seqLen: 4,
  vocabSize: 3,
  hiddenSize: 4,
  numHeads: 2,
  expansion: 1.5,
  innerMultiple: 1,
  lLayers: 1,
  hCycles: 2,
  lCycles: 1,
  haltMaxSteps: 3,
  haltExplorationProb: 0.5,
  mlpT: true,
  posEncodings: 'none',
};

export const tinyAttention: ModelConfig = { ...tinyMlpT, mlpT: false, posEncodings: 'rope' };

/** Four cells in a square, mixed by convolution. */
export const tinyConvolution: ModelConfig = { ...tinyMlpT, family: 'convolutional', mlpT: false };

/** Four cells in a square, mixed along rows and columns. */
export const tinyAxial: ModelConfig = { ...tinyConvolution, family: 'axial' };

/** Four cells in a square, mixed through sums over lines. */
export const tinyLineSums: ModelConfig = { ...tinyConvolution, family: 'lineSum' };

/** Five tokens: three symbols, each with a vector in every cell. */
export const tinySymbols: ModelConfig = { ...tinyMlpT, family: 'symbolEquivariant', vocabSize: 5 };
