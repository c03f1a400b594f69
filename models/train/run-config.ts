/** Everything that decides how a model learns; with the data set it fixes every number of a run. */
import type { EmaConfig } from '../optim/ema';
import type { OptimiserConfig } from '../optim/optimizer';
import type { ScheduleConfig } from '../optim/schedule';
import type { SignSgdConfig } from '../optim/sign-sgd';
import type { Precision } from '../nn/precision';
import type { ModelConfig } from '../family/config';
import { checkConfig, ConfigError } from '../family/config';

export interface LearningConfig {
  readonly optimiser: OptimiserConfig;
  readonly schedule: ScheduleConfig;
  /** Null: the weights themselves are evaluated and saved. */
  readonly ema: EmaConfig | null;
  readonly batchSize: number;
  /** For models with puzzle embeddings. */
  readonly puzzleEmbeddings?: SignSgdConfig;
  /** Only the puzzle embeddings learn. */
  readonly frozenWeights?: boolean;
  /** float32 when absent. */
  readonly precision?: Precision;
}

export interface RunConfig extends LearningConfig {
  readonly model: ModelConfig;
  readonly seed: number;
  /** The run ends at whichever comes first. */
  readonly maxSteps: number;
  readonly maxSeconds: number;
  /** Steps between two looks at held-out puzzles. */
  readonly evaluateEvery: number;
}

/** @throws ConfigError when model and learning do not go together */
export function checkRun(model: ModelConfig, learning: LearningConfig): void {
  checkConfig(model);
  const {
    batchSize,
    schedule: { learningRate },
  } = learning;
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new ConfigError(`batchSize must be a whole number of at least 1, not ${batchSize}`);
  if (!(learningRate >= 0 && Number.isFinite(learningRate)))
    throw new ConfigError(`learningRate must not be below 0, nor ${learningRate}`);
  const hasPuzzles = model.puzzleEmbNdim > 0;
  if (hasPuzzles && !learning.puzzleEmbeddings)
    throw new ConfigError('a model with puzzle embeddings needs a rate for them: puzzleEmbeddings');
  if (!hasPuzzles && learning.frozenWeights)
    throw new ConfigError('frozenWeights leaves nothing to learn in a model without puzzle embeddings');
}
