/** One supervision step of a batch, from carry to carry: shared by training, evaluation and the traced solve. */
import { cast, reshape, select, transpose } from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';
import type { ModelConfig } from '../family/config';
import { carriedStates, positions } from '../family/config';
import type { StepResult } from '../family/model';
import { RecursiveModel } from '../family/model';
import type { Observer } from '../family/recursions';
import type { ModelState } from '../family/weights';
import { weightLayout } from '../family/weights';
import { Weights } from '../nn/parameters';
import { gatherRows } from '../optim/sign-sgd';
import type { Feeds, Values } from './session';

export interface Forward extends StepResult {
  readonly model: RecursiveModel;
  readonly weights: Weights;
  /** The embedded input, [L, B·D]. */
  readonly x: Tensor;
  /** The embeddings of the batch's puzzles, [B, puzzleEmbNdim]; null for a model without. */
  readonly puzzles: Tensor | null;
}

export interface ForwardOptions {
  readonly batchSize: number;
  readonly observer?: (model: RecursiveModel) => Observer;
}

/**
 * Declares the inputs params [N]; hInit, lInit [D]; zH, zL [L, B·D]; reset int32 [B] (1 starts an
 * example over from hInit, lInit); inputs int32 [B, S]; puzzles [B, puzzleEmbNdim]; of these only what the
 * model has. Outputs next_zH, next_zL likewise.
 */
export function forward(graph: Graph, config: ModelConfig, { batchSize, observer }: ForwardOptions): Forward {
  const layout = weightLayout(config);
  const weights = new Weights(graph.input('params', [layout.size]), layout);
  const model = new RecursiveModel(config, weights);
  const puzzles = config.puzzleEmbNdim > 0 ? graph.input('puzzles', [batchSize, config.puzzleEmbNdim]) : null;
  const x = model.embed(transpose(graph.input('inputs', [batchSize, config.seqLen], 'int32'), [1, 0]), puzzles);
  const start = { zH: startState(graph, config, { batchSize, state: 'zH' }), zL: startState(graph, config, { batchSize, state: 'zL' }) };
  const step = model.supervisionStep(x, start, observer?.(model));
  for (const state of carriedStates(config)) graph.output(`next_${state}`, step.carry[state] as Tensor);
  return { ...step, model, weights, x, puzzles };
}

export interface ForwardData {
  readonly inputs: Int32Array;
  readonly puzzleIdentifiers: Int32Array;
  readonly zH: Values;
  readonly zL: Values;
  /** Whether each example starts over, [B]. */
  readonly reset: ArrayLike<number>;
}

/** The inputs that `forward` declares; a session passes over those its model does not have. */
export function forwardFeeds(config: ModelConfig, { params, hInit, lInit, puzzleTable }: ModelState, data: ForwardData): Feeds {
  const { inputs, puzzleIdentifiers, zH, zL, reset } = data;
  const puzzles = gatherRows(puzzleTable, puzzleIdentifiers, config.puzzleEmbNdim);
  return { params, hInit, lInit, zH, zL, inputs, puzzles, reset: Int32Array.from(reset) };
}

/** The carried state, or the initial one for examples that start over. */
function startState(graph: Graph, config: ModelConfig, { batchSize, state }: { readonly batchSize: number; readonly state: 'zH' | 'zL' }): Tensor {
  const { hiddenSize } = config;
  const width = batchSize * hiddenSize;
  const carried = reshape(graph.input(state, [positions(config), width]), [positions(config), batchSize, hiddenSize]);
  const initial = reshape(graph.input(state === 'zH' ? 'hInit' : 'lInit', [hiddenSize]), [1, 1, hiddenSize]);
  const reset = cast(reshape(graph.input('reset', [batchSize], 'int32'), [1, batchSize, 1]), 'bool');
  return reshape(select(reset, initial, carried), [positions(config), width]);
}
