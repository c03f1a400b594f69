/** A train step as one graph: carry, forward, losses, backward, optimiser, EMA. */
import {
  add,
  cast,
  concat,
  max,
  mul,
  reduceSum,
  reshape,
  select,
  sigmoid,
  slice,
  stopGradient,
  transpose,
} from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { ModelConfig } from '../family/config';
import { hasContinueTarget } from '../family/config';
import type { Carry } from '../family/recursions';
import type { Precision } from '../runtime/execution';
import { exampleLosses, qColumn } from './loss';
import { clipGradient, emaUpdate, optimiserUpdate } from '../optim/optimiser';
import type { OptimiserConfig } from '../optim/optimiser';
import type { Forward, ForwardOptions, MicroBatch } from './forward';
import { concatMicroBatches, concatLogits, forward, outputCarry, splitBatch } from './forward';

/** Rows of the output `exampleMetrics`, each [B]. */
export const exampleMetricNames = [
  'lmLoss',
  'qHaltLoss',
  'qContinueLoss',
  'correctCells',
  'validCells',
  'qHalt',
  'qContinue',
  'continueTarget',
] as const;
/** Entries of the input `rates`. */
export const rateNames = ['decay', 'stepSize', 'rootCorrection', 'emaRate'] as const;

export interface TrainStepOptions {
  readonly config: ModelConfig;
  readonly optimiser: OptimiserConfig;
  readonly batchSize: number;
  /** Only the puzzle embeddings are trained. */
  readonly frozen?: boolean;
  readonly precision?: Precision;
  /** Called with every state of the recursion. */
  readonly observer?: NonNullable<ForwardOptions['observer']>;
  /** Chosen by size when absent. The numbers are the same up to rounding. */
  readonly microBatches?: readonly MicroBatch[];
}

export interface TrainStep {
  readonly graph: Graph;
  /** Not outputs of the graph. `gradient` [N] is that of total loss / B, `logits` [S·B, V]. */
  readonly gradient: Tensor;
  readonly logits: Tensor;
}

/**
 * Inputs: those of `forward`, and labels int32 [B, S]; m, v, ema [N] and rates [4] (see `rateNames`) unless
 * frozen; lastStep int32 [B] where a continue target is trained (1: the example must halt).
 * Outputs: those of `forward`; `exampleMetrics` [8, B] (see `exampleMetricNames`); the next params, m, v, ema (prefixed `next_`) and
 * `squaredNorm` (see `updateStepGraph`) unless frozen; `puzzleGradient` [B, puzzleEmbNdim] where there are puzzle embeddings.
 */
export function trainStepGraph(options: TrainStepOptions): TrainStep {
  const graph = new Graph();
  const { params, gradient, logits } = gradientStep(graph, options, options.batchSize);
  // Last, because onnxruntime works backwards from the last output: the backward pass of a micro-batch follows its forward pass.
  if (!options.frozen) graph.scope('optimiser', () => applyOptimiser(graph, options.optimiser, params, gradient));
  return { graph, gradient, logits };
}

/**
 * The forward and backward pass of a train step, for one shard of a batch.
 * Inputs: those of `forward` for the shard's examples, labels and lastStep. Outputs: as `trainStepGraph`, with `gradient`
 * [N], the shard's part of the gradient of the whole batch's mean loss, instead of the next vectors.
 */
export function gradientStepGraph(options: TrainStepOptions & { readonly shardSize: number }): Graph {
  const graph = new Graph();
  const { gradient } = gradientStep(graph, options, options.shardSize);
  if (!options.frozen) graph.output('gradient', gradient);
  return graph;
}

/**
 * The optimiser and moving average for `length` consecutive weights.
 * Inputs: params, m, v, ema [length], `gradient_0` … [length] of each shard, rates [4]. Outputs: the next params, m, v, ema, and
 * `squaredNorm` [1] of the summed gradient, NaN where a next weight is not finite.
 */
export function updateStepGraph({ optimiser, length, shards }: UpdateStepOptions): Graph {
  const graph = new Graph();
  const gradients = Array.from({ length: shards }, (_, shard) => graph.input(`gradient_${shard}`, [length]));
  const gradient = gradients.reduce((sum, each) => add(sum, each));
  applyOptimiser(graph, optimiser, graph.input('params', [length]), gradient);
  return graph;
}

interface UpdateStepOptions {
  readonly optimiser: OptimiserConfig;
  readonly length: number;
  /** Number of gradients to add. */
  readonly shards: number;
}

interface GradientStep {
  /** The flat weights, their gradient [N], and the logits [S·b, V] of the `size` examples. */
  readonly params: Tensor;
  readonly gradient: Tensor;
  readonly logits: Tensor;
}

/** Forward and backward pass of `size` examples of a batch of `options.batchSize`. */
function gradientStep(graph: Graph, options: TrainStepOptions, size: number): GradientStep {
  const { config, precision } = options;
  const microBatches = (options.microBatches ?? splitBatch(config, size, precision)).map((microBatch) =>
    microBatchStep(graph, options, { ...microBatch, size }),
  );
  const puzzleGradients = microBatches.flatMap(({ puzzleGradient }) => puzzleGradient ?? []);
  if (puzzleGradients.length > 0) graph.output('puzzleGradient', concat(puzzleGradients, 0));
  const gradient = graph.scope('backward', () =>
    microBatches.map((microBatch) => microBatch.gradient).reduce((sum, each) => add(sum, each)),
  );
  outputCarry(
    graph,
    config,
    microBatches.map(({ step }) => step),
  );
  graph.output('exampleMetrics', concatMicroBatches(microBatches.map(({ exampleMetrics }) => exampleMetrics)));
  const logits = concatLogits(
    microBatches.map(({ step }) => step.logits),
    config.seqLen,
  );
  return { params: microBatches[0]!.step.weights.flat, gradient, logits };
}

interface MicroBatchStep {
  readonly step: Forward;
  /** Gradient of the micro-batch's share of the mean loss. */
  readonly gradient: Tensor;
  readonly puzzleGradient: Tensor | undefined;
  /** [8, b] */
  readonly exampleMetrics: Tensor;
}

/** Forward, losses and backward of a micro-batch. @param size examples that the graph computes */
function microBatchStep(
  graph: Graph,
  { config, batchSize, precision = 'float32', observer }: TrainStepOptions,
  { size, ...microBatch }: MicroBatch & { readonly size: number },
): MicroBatchStep {
  const step = forward(graph, config, { batchSize: size, microBatch, precision, ...(observer && { observer }) });
  const labels = transpose(slice(graph.input('labels', [size, config.seqLen], 'int32'), 0, microBatch), [1, 0]);
  const continueTarget = hasContinueTarget(config) ? nextStepValue(step, isLastStep(graph, size, microBatch)) : null;
  const losses = graph.scope('heads and losses', () =>
    exampleLosses({ loss: config.loss, logits: step.logits, labels, q: step.q, continueTarget }),
  );
  const { lmLoss, qHaltLoss, qContinueLoss } = losses;
  const total = reduceSum(add(lmLoss, mul(add(qHaltLoss, qContinueLoss), 0.5)), [0]);
  const meanLoss = reshape(mul(total, 1 / batchSize), []);
  const [gradient, puzzleGradient] = graph.scope('backward', () =>
    step.weights.gradients(meanLoss, step.puzzles ? [step.puzzles] : []),
  );
  const metrics = {
    ...losses,
    qHalt: qColumn(step.q, 0),
    qContinue: qColumn(step.q, 1),
    continueTarget: continueTarget ?? mul(lmLoss, 0),
  };
  const exampleMetrics = concat(
    exampleMetricNames.map((name) => reshape(metrics[name], [1, -1])),
    0,
  );
  return { step, gradient: gradient!, puzzleGradient, exampleMetrics };
}

const isLastStep = (graph: Graph, batchSize: number, microBatch: MicroBatch): Tensor =>
  cast(slice(graph.input('lastStep', [batchSize], 'int32'), 0, microBatch), 'bool');

/** The Q-learning target of "continue": sigmoid of the larger logit one step later, or of the halting logit when that step is the last. */
function nextStepValue({ model, x, carry }: Forward, isLast: Tensor): Tensor {
  const next = stopGradient(model.supervisionStep(x, carry as Required<Carry>).q);
  const [qHalt, qContinue] = [qColumn(next, 0), qColumn(next, 1)];
  return sigmoid(select(isLast, qHalt, max(qHalt, qContinue)));
}

/** Optimiser and EMA on the flat vectors, and the squared norm of the gradient before it is clipped. */
function applyOptimiser(graph: Graph, optimiser: OptimiserConfig, params: Tensor, gradient: Tensor): void {
  const vector = (name: string) => graph.input(name, params.shape);
  const [decay, stepSize, rootCorrection, emaRate] = scalars(graph.input('rates', [rateNames.length]));
  const moments = { params, m: vector('m'), v: vector('v') };
  const { maxGradientNorm } = optimiser;
  const clipped = maxGradientNorm ? clipGradient(gradient, sum(mul(gradient, gradient)), maxGradientNorm) : gradient;
  const next = optimiserUpdate(optimiser, moments, clipped, {
    decay: decay!,
    stepSize: stepSize!,
    rootCorrection: rootCorrection!,
  });
  graph.output('next_params', next.params);
  graph.output('next_m', next.m);
  graph.output('next_v', next.v);
  graph.output('next_ema', emaUpdate(vector('ema'), next.params, emaRate!));
  // 0·x is NaN for an x that is not finite.
  graph.output('squaredNorm', sum(add(mul(gradient, gradient), mul(next.params, 0))));
}

/** Columns of the first sum of a long vector: a GPU computes each column in a thread. */
const SUM_COLUMNS = 2048;

/** The sum of a vector, [1]. */
function sum(vector: Tensor): Tensor {
  const length = vector.shape[0]!;
  const rows = Math.floor(length / SUM_COLUMNS);
  if (rows < 2) return reshape(reduceSum(vector, [0]), [1]);
  const end = rows * SUM_COLUMNS;
  const columns = reduceSum(reshape(slice(vector, 0, { from: 0, to: end }), [rows, SUM_COLUMNS]), [0]);
  const rest = end < length ? [slice(vector, 0, { from: end })] : [];
  return sum(concat([reshape(columns, [-1]), ...rest], 0));
}

const scalars = (vector: Tensor): Tensor[] =>
  Array.from({ length: vector.shape[0]! }, (_, i) => reshape(slice(vector, 0, { from: i, to: i + 1 }), []));
