/** Cost estimate of a run: operations counted from its graphs, and memory. */
import { countFlops, countFlopsByScope } from '../graph/analysis';
import type { Scope } from '../graph/graph';
import { hasOneStepGradient, latentUpdates, networkDepths, countPositions } from '../family/config';
import type { ModelConfig } from '../family/config';
import { innerWidths, weightLayout } from '../family/weights';
import { evalStepGraph } from '../evaluate/eval-step';
import { estimateRunMemory, puzzleTables, type MemoryOptions } from './memory-estimate';
import type { TrainingConfig } from './run-config';
import { checkRunConfig } from './run-config';
import { trainStepGraph } from './train-step';

export interface OperationCounts {
  /** Number of trained weights. */
  readonly parameters: number;
  /** Floating-point operations of one train step, in total and by part. */
  readonly stepFlop: number;
  readonly stepFlopByPart: Readonly<Record<Scope, number>>;
  /** Floating-point operations of one supervision step of a batch without gradients. */
  readonly answerFlop: number;
}

export interface CostEstimate extends OperationCounts {
  /** Memory of the process while it trains, without the memory it has when idle. */
  readonly memoryBytes: number;
}

/**
 * Estimates the cost of a run from its graphs, without creating sessions.
 * @throws ConfigError when model and training settings do not fit together
 */
export const estimateCost = (
  model: ModelConfig,
  training: TrainingConfig,
  memory: MemoryOptions = {},
): CostEstimate => ({
  ...countOperations(model, training),
  memoryBytes: estimateRunMemory(model, training, memory),
});

/** The part of the estimate without memory, which needs graphs of its own. @throws as `estimateCost` */
export function countOperations(model: ModelConfig, training: TrainingConfig): OperationCounts {
  checkRunConfig(model, training);
  const { optimiser, batchSize, precision = 'float32', frozenWeights: frozen = false } = training;
  const { graph } = trainStepGraph({ config: model, optimiser, batchSize, precision, frozen });
  const answerFlop = countFlops(evalStepGraph(model, batchSize, precision).graph);
  return {
    parameters: weightLayout(model).size,
    stepFlop: countFlops(graph),
    stepFlopByPart: countFlopsByScope(graph),
    answerFlop,
  };
}

/** Floating-point operations of one supervision step of one puzzle without gradients. */
export const countAnswerFlop = (model: ModelConfig): number => countFlops(evalStepGraph(model, 1, 'float32').graph);

/**
 * Lower bound of a run's memory in bytes, in closed form: seven vectors of weights (four read, three written), two tables
 * of puzzle embeddings, and the inner activations of the gated MLPs for every update with gradient. Takes no time for a
 * model of any size.
 */
export function estimateMinMemory(model: ModelConfig, { batchSize }: Pick<TrainingConfig, 'batchSize'>): number {
  const { H, L } = networkDepths(model);
  const latent = hasOneStepGradient(model) ? Math.min(1, latentUpdates(model)) : latentUpdates(model);
  const blocks = latent * L + (H || L);
  const activations = 3 * blocks * batchSize * countPositions(model) * innerWidths(model).channels;
  return 4 * (7 * weightLayout(model).size + activations) + puzzleTables(model);
}
