/** One supervision step of a batch or micro-batch, from carry to carry: shared by training, evaluation and the traced solve. */
import { cast, reshape, select, slice, transpose } from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';
import type { ModelConfig } from '../family/config';
import { carriedStates, positions } from '../family/config';
import type { ModelOptions, StepResult } from '../family/model';
import { RecursiveModel } from '../family/model';
import type { Observer } from '../family/recursions';
import type { ModelState } from '../family/weights';
import { weightLayout } from '../family/weights';
import { Weights } from '../nn/parameters';
import type { Precision } from '../nn/precision';
import { gatherRows } from '../optim/sign-sgd';
import type { MicroBatch } from './micro-batches';
import { concatColumns } from './micro-batches';
import type { Feeds, SessionOptions, Values } from '../runtime/session';

/** How a model is evaluated. */
export interface EvalOptions extends SessionOptions {
  /** float32 when absent. */
  readonly precision?: Precision;
}

export interface Forward extends StepResult {
  readonly model: RecursiveModel;
  readonly weights: Weights;
  /** The embedded input, [L, b·D]. */
  readonly x: Tensor;
  /** The embeddings of the examples' puzzles, [b, puzzleEmbNdim]; null for a model without. */
  readonly puzzles: Tensor | null;
}

export interface ForwardOptions extends ModelOptions {
  readonly batchSize: number;
  /** The examples to compute; all of the batch when absent. */
  readonly microBatch?: MicroBatch;
  readonly observer?: (model: RecursiveModel) => Observer;
}

/**
 * Declares the inputs params [N]; hInit, lInit [D]; zH, zL [L, B·D]; reset int32 [B] (1 starts an
 * example over from hInit, lInit); inputs int32 [B, S]; puzzles [B, puzzleEmbNdim]; of these only what the
 * model has. Results are those of the micro-batch's b examples.
 */
export function forward(graph: Graph, config: ModelConfig, options: ForwardOptions): Forward {
  const { batchSize, observer, microBatch = { from: 0, to: batchSize } } = options;
  const layout = weightLayout(config);
  const weights = new Weights(graph.input('params', [layout.size]), layout);
  const model = new RecursiveModel(config, weights, options);
  const puzzles =
    config.puzzleEmbNdim > 0 ? slice(graph.input('puzzles', [batchSize, config.puzzleEmbNdim]), 0, microBatch) : null;
  const tokens = slice(graph.input('inputs', [batchSize, config.seqLen], 'int32'), 0, microBatch);
  const x = model.embed(transpose(tokens, [1, 0]), puzzles);
  const start = (state: 'zH' | 'zL') => startState(graph, config, { batchSize, microBatch, state });
  const step = model.supervisionStep(x, { zH: start('zH'), zL: start('zL') }, observer?.(model));
  return { ...step, model, weights, x, puzzles };
}

/** Outputs next_zH, next_zL [L, B·D], where the model has them, of the micro-batches of a batch. */
export function outputCarry(graph: Graph, config: ModelConfig, microBatches: readonly Forward[]): void {
  for (const state of carriedStates(config))
    graph.output(`next_${state}`, concatColumns(microBatches.map(({ carry }) => carry[state] as Tensor)));
}

export interface ForwardData {
  readonly inputs: Int32Array;
  readonly puzzleIdentifiers: Int32Array;
  readonly zH: Values;
  readonly zL: Values;
  /** Whether each example starts over, [B]. */
  readonly reset: ArrayLike<number>;
}

/** The states that a step hands to the next. */
export type Carry = Pick<ForwardData, 'zH' | 'zL'>;

/** The carry after a step; a state that the model does not have stays as it was. */
export const nextCarry = (
  carry: Carry,
  { next_zH: zH = carry.zH, next_zL: zL = carry.zL }: Readonly<Record<string, Values>>,
): Carry => ({ zH, zL });

/** The inputs that `forward` declares; a session passes over those its model does not have. */
export function forwardFeeds(
  config: ModelConfig,
  { params, hInit, lInit, puzzleTable }: ModelState,
  data: ForwardData,
): Feeds {
  const { inputs, puzzleIdentifiers, zH, zL, reset } = data;
  const puzzles = gatherRows(puzzleTable, puzzleIdentifiers, config.puzzleEmbNdim);
  return { params, hInit, lInit, zH, zL, inputs, puzzles, reset: Int32Array.from(reset) };
}

interface StartOptions {
  readonly batchSize: number;
  readonly microBatch: MicroBatch;
  readonly state: 'zH' | 'zL';
}

/** The carried state, or the initial one for examples that start over. */
function startState(graph: Graph, config: ModelConfig, { batchSize, microBatch, state }: StartOptions): Tensor {
  const { hiddenSize } = config;
  const whole = graph.input(state, [positions(config), batchSize * hiddenSize]);
  const carried = slice(reshape(whole, [positions(config), batchSize, hiddenSize]), 1, microBatch);
  const initial = reshape(graph.input(state === 'zH' ? 'hInit' : 'lInit', [hiddenSize]), [1, 1, hiddenSize]);
  const flags = slice(reshape(graph.input('reset', [batchSize], 'int32'), [1, batchSize, 1]), 1, microBatch);
  return reshape(select(cast(flags, 'bool'), initial, carried), [positions(config), -1]);
}
