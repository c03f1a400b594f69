/** A run's configuration as it is read back from a file: whatever else stands there is refused by name. */
import { z } from 'zod';
import { families } from '../family/config';
import { precisions } from '../nn/precision';
import type { RunConfig } from './run-config';

const count = z
  .int()
  .min(0)
  .max(2 ** 31);
const finite = z.number();
const share = z.number().min(0).max(1);

const modelSchema = z.object({
  family: z.enum(families),
  seqLen: count,
  vocabSize: count,
  hiddenSize: count,
  numHeads: count,
  expansion: finite,
  innerMultiple: count,
  hLayers: count,
  lLayers: count,
  hCycles: count,
  lCycles: count,
  haltMaxSteps: count,
  haltExplorationProb: share,
  mlpT: z.boolean(),
  posEncodings: z.enum(['rope', 'learned', 'none']),
  separateNetworks: z.boolean(),
  oneStepGradient: z.boolean(),
  puzzleEmbNdim: count,
  puzzleEmbLen: count,
  numPuzzleIdentifiers: count,
  loss: z.enum(['stablemax', 'softmax']),
  noActContinue: z.boolean(),
});

export const runConfigSchema: z.ZodType<RunConfig> = z.object({
  model: modelSchema,
  optimiser: z.object({ name: z.enum(['adamAtan2', 'adamW']), beta1: finite, beta2: finite, weightDecay: finite }),
  schedule: z.object({ learningRate: finite, warmupSteps: count, totalSteps: count, minRatio: finite }),
  ema: z.object({ rate: finite, warmup: z.boolean() }).nullable(),
  batchSize: count,
  puzzleEmbeddings: z.object({ learningRate: finite, weightDecay: finite }).exactOptional(),
  frozenWeights: z.boolean().exactOptional(),
  precision: z.enum(precisions).exactOptional(),
  seed: z.int(),
  maxSteps: count,
  maxSeconds: z.number().positive(),
  evaluateEvery: z.int().min(1),
});
