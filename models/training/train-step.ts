/** The whole train step as one graph: carry, forward, losses, backward, optimiser, EMA. */
import { add, cast, concat, max, mul, reduceSum, reshape, select, sigmoid, slice, stopGradient, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { ModelConfig } from '../family/config';
import { hasContinueTarget } from '../family/config';
import type { Carry } from '../family/recursions';
import { exampleLosses, qColumn } from '../loss';
import { emaUpdate } from '../optim/ema';
import type { OptimiserConfig } from '../optim/optimiser';
import { update } from '../optim/optimiser';
import type { Forward } from './forward';
import { forward } from './forward';

/** Rows of the output `rows`, each [B]. */
export const resultRows = [
  'lmLoss', 'qHaltLoss', 'qContinueLoss', 'correctCells', 'validCells', 'qHalt', 'qContinue', 'continueTarget',
] as const;
/** Entries of the input `rates`. */
export const rateNames = ['decay', 'stepSize', 'rootCorrection', 'emaRate'] as const;

export interface TrainStepOptions {
  readonly config: ModelConfig;
  readonly optimiser: OptimiserConfig;
  readonly batchSize: number;
  /** Only the puzzle embeddings learn. */
  readonly frozen?: boolean;
}

export interface TrainStep {
  readonly graph: Graph;
  /** Not outputs; to be looked at in tests. `gradient` [N] is that of total loss / B, `logits` [S·B, V]. */
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
  const { config, batchSize } = options;
  const graph = new Graph();
  const step = forward(graph, config, { batchSize });
  const labels = transpose(graph.input('labels', [batchSize, config.seqLen], 'int32'), [1, 0]);
  const continueTarget = hasContinueTarget(config) ? valueOfGoingOn(graph, step) : null;
  const losses = exampleLosses({ loss: config.loss, logits: step.logits, labels, q: step.q, continueTarget });
  const { lmLoss, qHaltLoss, qContinueLoss } = losses;
  const total = reduceSum(add(lmLoss, mul(add(qHaltLoss, qContinueLoss), 0.5)), [0]);
  const wanted = step.puzzles ? [step.puzzles] : [];
  const [gradient, puzzleGradient] = step.weights.gradients(reshape(mul(total, 1 / batchSize), []), wanted);
  if (puzzleGradient) graph.output('puzzleGradient', puzzleGradient);
  if (!options.frozen) learn(graph, { ...options, params: step.weights.flat, gradient });
  const rows = { ...losses, qHalt: qColumn(step.q, 0), qContinue: qColumn(step.q, 1), continueTarget: continueTarget ?? mul(lmLoss, 0) };
  graph.output('rows', concat(resultRows.map((name) => reshape(rows[name], [1, batchSize])), 0));
  return { graph, gradient, logits: step.logits };
}

/** sigmoid of what the halting head says one step later: of halting if that is the last step, else of the better choice. */
function valueOfGoingOn(graph: Graph, { model, x, carry, q }: Forward): Tensor {
  const next = stopGradient(model.supervisionStep(x, carry as Required<Carry>).q);
  const [halt, goOn] = [qColumn(next, 0), qColumn(next, 1)];
  const isLast = cast(graph.input('lastStep', [q.shape[0]], 'int32'), 'bool');
  return sigmoid(select(isLast, halt, max(halt, goOn)));
}

/** Optimiser and EMA on the flat vectors. */
function learn(graph: Graph, { optimiser, params, gradient }: TrainStepOptions & { readonly params: Tensor; readonly gradient: Tensor }): void {
  const vector = (name: string) => graph.input(name, params.shape);
  const [decay, stepSize, rootCorrection, emaRate] = scalars(graph.input('rates', [rateNames.length]));
  const moments = { params, m: vector('m'), v: vector('v') };
  const next = update(optimiser, moments, gradient, { decay, stepSize, rootCorrection });
  graph.output('next_params', next.params);
  graph.output('next_m', next.m);
  graph.output('next_v', next.v);
  graph.output('next_ema', emaUpdate(vector('ema'), next.params, emaRate));
}

const scalars = (vector: Tensor): Tensor[] =>
  Array.from({ length: vector.shape[0] }, (_, i) => reshape(slice(vector, 0, { from: i, to: i + 1 }), []));
