/** The configuration of a run: model, training settings and seed. Together with the dataset it determines every number of the run. */
import { z } from 'zod';
import type { ModelConfig } from '../family/config';
import { checkConfig, ConfigError, modelConfigSchema } from '../family/config';
import { precisions } from '../runtime/execution';
import { checkCurriculum, stageSchema } from './curriculum';
import { MAX_RANGE, splitIntoRanges } from './shards';
import { weightLayout } from '../family/weights';
import { emaSchema, optimiserSchema, scheduleSchema, signSgdSchema } from '../optim/optimiser';

const count = z
  .int()
  .min(0)
  .max(2 ** 31);

/** Larger than in any published run. */
export const MAX_BATCH_SIZE = 4096;
/** An epoch has the copies of all puzzles. */
export const MAX_SYMMETRIC_COPIES = 1000;
/** Puzzles of an epoch, copies included: their order is kept in memory. */
export const MAX_COPIED_PUZZLES = 20_000_000;

export const trainingConfigSchema = z.object({
  optimiser: optimiserSchema,
  schedule: scheduleSchema,
  /** Null: the weights themselves are evaluated and saved. */
  ema: emaSchema.nullable(),
  batchSize: z.int().min(0).max(MAX_BATCH_SIZE),
  /** For models with puzzle embeddings. */
  puzzleEmbeddings: signSgdSchema.exactOptional(),
  /** Only the puzzle embeddings are trained. */
  frozenWeights: z.boolean().exactOptional(),
  /** float32 when absent. */
  precision: z.enum(precisions).exactOptional(),
  /** Recursions of the first steps; the model's own follows. */
  curriculum: z.array(stageSchema).max(8).readonly().exactOptional(),
  /**
   * Share of the new examples that start from the last state of the example before them instead of the initial state; none when absent.
   * A model whose answer does not depend on where it starts stays right with more steps (path independence, arXiv 2211.09961).
   */
  startFromPrevious: z.number().min(0).max(1).exactOptional(),
  /** Parts of a batch whose gradients are computed separately and added; 1 when absent, as in runs of earlier versions. */
  shards: z.int().min(1).max(64).exactOptional(),
});

export const runConfigSchema = z.object({
  model: modelConfigSchema,
  ...trainingConfigSchema.shape,
  seed: z.int(),
  /** Share of the training puzzles that show further cells of their solution; none when absent. Test puzzles never do. */
  extraClues: z.number().min(0).max(1).exactOptional(),
  /**
   * Symmetric copies of each training puzzle, itself included: 1 is no augmentation; when absent a fresh symmetry for every use of a puzzle.
   * Copies are drawn at random: those of a kind with few symmetries repeat.
   */
  symmetricCopies: z.int().min(1).max(MAX_SYMMETRIC_COPIES).exactOptional(),
  /** The run ends after `maxSteps` or `maxSeconds`, whichever comes first. */
  maxSteps: count,
  maxSeconds: z.number().positive(),
  /** Steps between two quick evaluations. */
  evaluateEvery: z.int().min(1),
  /** Test puzzles of each evaluation, at most; when absent, 128 during training and 500 at the end. */
  maxEvalSamples: z.int().min(1).exactOptional(),
});

export type TrainingConfig = Readonly<z.infer<typeof trainingConfigSchema>>;
export type RunConfig = Readonly<z.infer<typeof runConfigSchema>> & { readonly model: ModelConfig };

/** @throws ConfigError when model and training settings do not fit together */
export function checkRunConfig(model: ModelConfig, training: TrainingConfig): void {
  checkConfig(model);
  checkCurriculum(model, training.curriculum);
  const {
    batchSize,
    schedule: { learningRate },
  } = training;
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new ConfigError('config.wholeNumber', { setting: 'batchSize', min: 1, value: String(batchSize) });
  if (batchSize > MAX_BATCH_SIZE)
    throw new ConfigError('config.atMost', { setting: 'batchSize', max: MAX_BATCH_SIZE, value: String(batchSize) });
  if (!(learningRate >= 0 && Number.isFinite(learningRate)))
    throw new ConfigError('config.atLeastZero', { setting: 'learningRate', value: String(learningRate) });
  if (training.optimiser.maxGradientNorm) requireOneRange(model);
  const hasPuzzles = model.puzzleEmbNdim > 0;
  if (hasPuzzles && !training.puzzleEmbeddings) throw new ConfigError('config.noPuzzleEmbeddingRate');
  if (!hasPuzzles && training.frozenWeights) throw new ConfigError('config.nothingTrained');
}

/** Clipping needs the norm of the whole gradient, and weights are updated by ranges. @throws ConfigError for more than one range */
function requireOneRange(model: ModelConfig): void {
  const weights = weightLayout(model).size;
  if (splitIntoRanges(weights).length > 1)
    throw new ConfigError('config.clippingTooLarge', { max: MAX_RANGE, weights });
}
