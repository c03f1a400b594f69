/** The whole train step as one graph: carry, forward, losses, backward, optimiser, EMA. */
import { add, concat, mul, reduceSum, reshape, slice, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import { exampleLosses } from '../loss';
import { emaUpdate } from '../optim/ema';
import type { OptimiserConfig } from '../optim/optimiser';
import { update } from '../optim/optimiser';
import type { TrmConfig } from '../trm/config';
import { forward } from './forward';

/** Rows of the output `rows`, each [B]. */
export const resultRows = ['lmLoss', 'qHaltLoss', 'correctCells', 'validCells', 'qHalt', 'qContinue'] as const;
/** Entries of the input `rates`. */
export const rateNames = ['decay', 'stepSize', 'rootCorrection', 'emaRate'] as const;

export interface TrainStepOptions {
  readonly config: TrmConfig;
  readonly optimiser: OptimiserConfig;
  readonly batchSize: number;
}

export interface TrainStep {
  readonly graph: Graph;
  /** Not outputs; to be looked at in tests. `gradient` [N] is that of total loss / B, `logits` [S·B, V]. */
  readonly gradient: Tensor;
  readonly logits: Tensor;
}

/**
 * Inputs: those of `forward`, and m, v, ema [N]; labels int32 [B, S]; rates [4] (see `rateNames`).
 * Outputs: the next params, m, v, ema, zH, zL (prefixed `next_`) and `rows` [6, B] (see `resultRows`).
 */
export function trainStepGraph({ config, optimiser, batchSize }: TrainStepOptions): TrainStep {
  const graph = new Graph();
  const { weights, logits, q } = forward(graph, config, { batchSize });
  const labels = transpose(graph.input('labels', [batchSize, config.seqLen], 'int32'), [1, 0]);
  const losses = exampleLosses(logits, labels, q);
  const total = reduceSum(add(losses.lmLoss, mul(losses.qHaltLoss, 0.5)), [0]);
  const gradient = weights.gradient(reshape(mul(total, 1 / batchSize), []));

  const vector = (name: string) => graph.input(name, weights.flat.shape);
  const [decay, stepSize, rootCorrection, emaRate] = scalars(graph.input('rates', [rateNames.length]));
  const moments = { params: weights.flat, m: vector('m'), v: vector('v') };
  const next = update(optimiser, moments, gradient, { decay, stepSize, rootCorrection });
  graph.output('next_params', next.params);
  graph.output('next_m', next.m);
  graph.output('next_v', next.v);
  graph.output('next_ema', emaUpdate(vector('ema'), next.params, emaRate));
  const { lmLoss, qHaltLoss, correctCells, validCells } = losses;
  const rows = [lmLoss, qHaltLoss, correctCells, validCells].map((row) => reshape(row, [1, batchSize]));
  graph.output('rows', concat([...rows, transpose(q, [1, 0])], 0));
  return { graph, gradient, logits };
}

const scalars = (vector: Tensor): Tensor[] =>
  Array.from({ length: vector.shape[0] }, (_, i) => reshape(slice(vector, 0, { from: i, to: i + 1 }), []));
