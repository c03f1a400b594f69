/** Memory of a process while it trains, from the graphs of its sessions. */
import { evalStepGraph } from '../evaluate/eval-step';
import { carriedStates, countPositions, type ModelConfig, stateWidth } from '../family/config';
import { bufferSizes, weightLayout } from '../family/weights';
import { estimateMemory } from '../graph/analysis';
import type { Graph } from '../graph/graph';
import type { Precision } from '../runtime/execution';
import type { TrainingConfig } from './run-config';
import { countShards, splitIntoRanges, splitIntoShards } from './shards';
import { gradientStepGraph, updateStepGraph } from './train-step';

export interface MemoryOptions {
  /** Worker threads of the engine. */
  readonly workers?: number;
  /** Puzzles of an evaluation; those of a train step by default. */
  readonly evalBatchSize?: number;
}

// Fitted on Linux (onnxruntime 1.30): 89 to 95 % of the measured peaks of five presets with two workers.
/** Memory of onnxruntime itself, of a worker thread with its copy of the code, and of every node of a session. */
const RUNTIME_BYTES = 35 * 2 ** 20;
const WORKER_BYTES = 42 * 2 ** 20;
const NODE_BYTES = 5 * 2 ** 10;
/** Fragmentation of the allocator: 0 to 30 % more memory was measured. */
const FRAGMENTATION = 1.15;
/** Vectors of the size of the weights: weights, two moments and average, as they are, as they become, and at the start. */
const VECTORS = 12;

/** Bytes of the process without those it has when idle. */
export function estimateRunMemory(
  model: ModelConfig,
  training: TrainingConfig,
  { workers = 1, evalBatchSize = training.batchSize }: MemoryOptions = {},
): number {
  const sessions = sessionGraphs(model, training, evalBatchSize).reduce(
    (sum, { graph, calls }) => sum + Math.min(workers, calls) * sessionBytes(graph),
    0,
  );
  return runtimeBytes(workers) + sessions + vectorBytes(model, training) + puzzleTables(model);
}

/** Bytes of onnxruntime and its worker threads, which stay when sessions are released. */
export const runtimeBytes = (workers: number): number => RUNTIME_BYTES + workers * WORKER_BYTES;

interface EvalMemoryOptions {
  readonly batchSize: number;
  readonly precision?: Precision | undefined;
  /** Worker threads of the engine. */
  readonly workers?: number;
}

/** Bytes of a process that evaluates a model, without those it has when idle. */
export function estimateEvalMemory(
  model: ModelConfig,
  { batchSize, precision = 'float32', workers = 1 }: EvalMemoryOptions,
): number {
  const shards = countShards(model, batchSize);
  const { graph } = evalStepGraph(model, Math.ceil(batchSize / shards), precision);
  const weights = 4 * weightLayout(model).size + puzzleTables(model) / 2;
  return runtimeBytes(workers) + Math.min(workers, shards) * sessionBytes(graph) + weights;
}

interface SessionGraph {
  readonly graph: Graph;
  /** Calls that can be computed at the same time: a session each, in different workers. */
  readonly calls: number;
}

/** The graphs of a run: gradient of a shard, update of a range of the weights, evaluation of a shard. */
function sessionGraphs(config: ModelConfig, training: TrainingConfig, evalBatchSize: number): SessionGraph[] {
  const { optimiser, batchSize, precision = 'float32', frozenWeights: frozen = false, shards = 1 } = training;
  const [shardSize, evalShards] = [Math.ceil(batchSize / shards), countShards(config, evalBatchSize)];
  const gradient = gradientStepGraph({ config, optimiser, batchSize, precision, frozen, shardSize });
  const answers = evalStepGraph(config, Math.ceil(evalBatchSize / evalShards), precision).graph;
  const ranges = frozen ? [] : splitIntoRanges(weightLayout(config).size);
  const length = Math.max(...ranges.map(({ from, to }) => to - from));
  return [
    { graph: gradient, calls: splitIntoShards(batchSize, shards).length },
    { graph: answers, calls: evalShards },
    ...ranges.slice(0, 1).map(() => ({ graph: updateStepGraph({ optimiser, length, shards }), calls: ranges.length })),
  ];
}

/** A session copies its inputs out of shared memory before onnxruntime reads them, and keeps the memory of its results. */
function sessionBytes(graph: Graph): number {
  const { inputs, outputs, activations } = estimateMemory(graph);
  return NODE_BYTES * graph.nodes.length + 2 * inputs + outputs + FRAGMENTATION * activations;
}

/** Vectors that all workers read: state before and after a step, a gradient for each shard, and the carry. */
function vectorBytes(model: ModelConfig, { batchSize, shards = 1, frozenWeights = false }: TrainingConfig): number {
  const carry = 2 * carriedStates(model).length * batchSize * countPositions(model) * stateWidth(model);
  return 4 * ((VECTORS + (frozenWeights ? 0 : shards)) * weightLayout(model).size + carry);
}

/** Bytes of the table of puzzle embeddings before and after the step; the graph only gets the rows of the batch. */
export const puzzleTables = (model: ModelConfig): number => 2 * 4 * bufferSizes(model).puzzleTable;
