/** What a run takes: operations from its graphs, memory from their tensors. Read by the pre-flight and the receipt. */
import { countFlops, countFlopsByScope, estimateMemory } from '../graph/analysis';
import type { Scope } from '../graph/graph';
import { hasOneStepGradient, latentUpdates, networks, positions } from '../family/config';
import type { ModelConfig } from '../family/config';
import { bufferSizes, inner, weightLayout } from '../family/weights';
import { evalStepGraph } from '../evaluate/evaluate';
import type { LearningConfig } from './run-config';
import { checkRun } from './run-config';
import { trainStepGraph } from './train-step';

export interface CostEstimate {
  /** Number of weights. */
  readonly parameters: number;
  /** Floating-point operations of one train step, whole and by part. */
  readonly stepFlop: number;
  readonly stepFlopByPart: Readonly<Record<Scope, number>>;
  /** Of one supervision step of a batch without learning. */
  readonly answerFlop: number;
  /** Of the process while it trains, beyond what it takes idle. */
  readonly memoryBytes: number;
}

/** onnxruntime itself, and what it keeps of every node of a session: read off processes at five sizes. */
const SESSION_BYTES = 35 * 2 ** 20;
const NODE_BYTES = 5 * 2 ** 10;
/** Blocks of the allocator do not fit each other exactly: 0 to 30 % more was measured. */
const GAPS = 1.15;

/**
 * Builds the graphs of a run without making sessions of them.
 * @throws ConfigError when model and learning do not go together
 */
export function estimateCost(model: ModelConfig, learning: LearningConfig): CostEstimate {
  checkRun(model, learning);
  const { optimiser, batchSize, precision = 'float32', frozenWeights: frozen = false } = learning;
  const { graph } = trainStepGraph({ config: model, optimiser, batchSize, precision, frozen });
  const { inputs, outputs, activations } = estimateMemory(graph);
  // The results of the last step stay until the next ones are there.
  const memoryBytes =
    SESSION_BYTES + NODE_BYTES * graph.nodes.length + inputs + 2 * outputs + GAPS * activations + puzzleTables(model);
  const answerFlop = countFlops(evalStepGraph(model, batchSize, precision).graph);
  return {
    parameters: weightLayout(model).size,
    stepFlop: countFlops(graph),
    stepFlopByPart: countFlopsByScope(graph),
    answerFlop,
    memoryBytes,
  };
}

/**
 * What a run takes at the very least, in closed form: seven vectors of weights (four read, three written anew),
 * two tables of puzzle embeddings, and for every update that learns the inner sides of its gated MLPs. Cheap for a model of any size.
 */
export function minimumMemory(model: ModelConfig, { batchSize }: Pick<LearningConfig, 'batchSize'>): number {
  const { H, L } = networks(model);
  const latent = hasOneStepGradient(model) ? Math.min(1, latentUpdates(model)) : latentUpdates(model);
  const blocks = latent * L + (H || L);
  const activations = 3 * blocks * batchSize * positions(model) * inner(model).channels;
  return 4 * (7 * weightLayout(model).size + activations) + puzzleTables(model);
}

/** Bytes of the table of puzzle embeddings, as it is and as it becomes: no input of the graph, which reads rows of it. */
const puzzleTables = (model: ModelConfig): number => 2 * 4 * bufferSizes(model).puzzleTable;
