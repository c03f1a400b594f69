/** The whole train step as one graph: carry, forward, losses, backward, optimiser, EMA. */
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
import { emaUpdate, update } from '../optim/optimiser';
import type { OptimiserConfig } from '../optim/optimiser';
import type { Forward, ForwardOptions, MicroBatch } from './forward';
import { concatColumns, concatLogits, forward, outputCarry, splitBatch } from './forward';

/** Rows of the output `rows`, each [B]. */
export const resultRows = [
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
  /** Not outputs; for tests. `gradient` [N] is that of total loss / B, `logits` [S·B, V]. */
  readonly gradient: Tensor;
  readonly logits: Tensor;
}

/**
 * Inputs: those of `forward`, and labels int32 [B, S]; m, v, ema [N] and rates [4] (see `rateNames`) unless
 * frozen; lastStep int32 [B] where a continue target is learnt (1: the example may not go on).
 * Outputs: those of `forward`; `rows` [8, B] (see `resultRows`); the next params, m, v, ema (prefixed `next_`)
 * unless frozen; `puzzleGradient` [B, puzzleEmbNdim] where there are puzzle embeddings.
 */
export function trainStepGraph(options: TrainStepOptions): TrainStep {
  const { config, batchSize, precision } = options;
  const graph = new Graph();
  const microBatches = (options.microBatches ?? splitBatch(config, batchSize, precision)).map((microBatch) =>
    microBatchStep(graph, options, microBatch),
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
  graph.output('rows', concatColumns(microBatches.map(({ rows }) => rows)));
  // Last, because onnxruntime works backwards from the last output: the backward pass of a micro-batch follows its forward pass.
  if (!options.frozen)
    graph.scope('optimiser', () => learn(graph, { ...options, params: microBatches[0]!.step.weights.flat, gradient }));
  return {
    graph,
    gradient,
    logits: concatLogits(
      microBatches.map(({ step }) => step.logits),
      config.seqLen,
    ),
  };
}

interface MicroBatchStep {
  readonly step: Forward;
  /** Of the micro-batch's share of the mean loss. */
  readonly gradient: Tensor;
  readonly puzzleGradient: Tensor | undefined;
  /** [8, b] */
  readonly rows: Tensor;
}

/** Forward, losses and backward of some examples. */
function microBatchStep(
  graph: Graph,
  { config, batchSize, precision = 'float32', observer }: TrainStepOptions,
  microBatch: MicroBatch,
): MicroBatchStep {
  const step = forward(graph, config, { batchSize, microBatch, precision, ...(observer && { observer }) });
  const labels = transpose(slice(graph.input('labels', [batchSize, config.seqLen], 'int32'), 0, microBatch), [1, 0]);
  const continueTarget = hasContinueTarget(config)
    ? nextStepValue(step, isLastStep(graph, batchSize, microBatch))
    : null;
  const losses = graph.scope('heads and losses', () =>
    exampleLosses({ loss: config.loss, logits: step.logits, labels, q: step.q, continueTarget }),
  );
  const { lmLoss, qHaltLoss, qContinueLoss } = losses;
  const total = reduceSum(add(lmLoss, mul(add(qHaltLoss, qContinueLoss), 0.5)), [0]);
  const meanLoss = reshape(mul(total, 1 / batchSize), []);
  const [gradient, puzzleGradient] = graph.scope('backward', () =>
    step.weights.gradients(meanLoss, step.puzzles ? [step.puzzles] : []),
  );
  const named = {
    ...losses,
    qHalt: qColumn(step.q, 0),
    qContinue: qColumn(step.q, 1),
    continueTarget: continueTarget ?? mul(lmLoss, 0),
  };
  const rows = concat(
    resultRows.map((name) => reshape(named[name], [1, -1])),
    0,
  );
  return { step, gradient: gradient!, puzzleGradient, rows };
}

const isLastStep = (graph: Graph, batchSize: number, microBatch: MicroBatch): Tensor =>
  cast(slice(graph.input('lastStep', [batchSize], 'int32'), 0, microBatch), 'bool');

/** sigmoid of the halting head's logit one step later: of halting if that is the last step, else of the better choice. */
function nextStepValue({ model, x, carry }: Forward, isLast: Tensor): Tensor {
  const next = stopGradient(model.supervisionStep(x, carry as Required<Carry>).q);
  const [halt, goOn] = [qColumn(next, 0), qColumn(next, 1)];
  return sigmoid(select(isLast, halt, max(halt, goOn)));
}

/** Optimiser and EMA on the flat vectors. */
function learn(
  graph: Graph,
  { optimiser, params, gradient }: TrainStepOptions & { readonly params: Tensor; readonly gradient: Tensor },
): void {
  const vector = (name: string) => graph.input(name, params.shape);
  const [decay, stepSize, rootCorrection, emaRate] = scalars(graph.input('rates', [rateNames.length]));
  const moments = { params, m: vector('m'), v: vector('v') };
  const next = update(optimiser, moments, gradient, {
    decay: decay!,
    stepSize: stepSize!,
    rootCorrection: rootCorrection!,
  });
  graph.output('next_params', next.params);
  graph.output('next_m', next.m);
  graph.output('next_v', next.v);
  graph.output('next_ema', emaUpdate(vector('ema'), next.params, emaRate!));
}

const scalars = (vector: Tensor): Tensor[] =>
  Array.from({ length: vector.shape[0]! }, (_, i) => reshape(slice(vector, 0, { from: i, to: i + 1 }), []));
