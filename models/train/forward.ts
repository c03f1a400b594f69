/**
 * One supervision step, from carry to carry, shared by training, evaluation and the traced solve.
 *
 * A batch is computed in micro-batches of a few examples: their activations stay in the processor's cache, and only those
 * of one micro-batch are kept for its backward pass. Examples are independent and gradients add up, so results are the
 * same up to rounding.
 */
import type { ModelConfig } from '../family/config';
import { carriedStates, countPositions, countSymbolVectors, mixerOf, stateWidth } from '../family/config';
import type { ModelOptions, StepResult } from '../family/model';
import { initialPosition, RecursiveModel } from '../family/model';
import type { Observer } from '../family/recursions';
import type { ModelState } from '../family/weights';
import { innerWidths, weightLayout } from '../family/weights';
import { cast, concat, reshape, select, slice, transpose } from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';
import { Weights } from '../nn/parameters';
import { MessageError } from '../../renderer/messages/message';
import type { Precision } from '../runtime/execution';
import type { EngineOptions } from '../engine/engine';
import type { Feeds, TensorData } from '../runtime/session';

/** Examples `from` (included) to `to` (excluded) of a batch. */
export interface MicroBatch {
  readonly from: number;
  readonly to: number;
}

/**
 * Size of the largest tensor of a micro-batch: a handful of them go into the cache that the cores share. Products in 8 bits have more
 * nodes, and onnxruntime takes longer over each: with micro-batches as small its sessions took 0.6 s to make at a width of 128
 * and a batch of 64, with these 0.36 s, and steps took as long (within 3 %).
 */
const targetBytes: Readonly<Record<Precision, number>> = {
  float32: 2 ** 21,
  mixed: 3.5 * 2 ** 20,
  int8: 3.5 * 2 ** 20,
};

/**
 * Splits a batch into micro-batches of nearly equal size. Each has at least as many rows as the channel MLP is wide: else
 * reading the weights again for each would cost as much as the cache saves.
 */
export function splitBatch(config: ModelConfig, batchSize: number, precision: Precision = 'float32'): MicroBatch[] {
  const byCache = Math.floor((4 * batchSize * largestPerExample(config)) / targetBytes[precision]);
  const rows = batchSize * countPositions(config) * countSymbolVectors(config);
  const byRows = Math.floor(rows / innerWidths(config).channels);
  const count = Math.max(1, Math.min(batchSize, byCache, byRows));
  const bound = (index: number) => Math.round((index * batchSize) / count);
  return Array.from({ length: count }, (_, index) => ({ from: bound(index), to: bound(index + 1) }));
}

/** Numbers of the widest activation: the inner side of a gated MLP. */
function largestPerExample(config: ModelConfig): number {
  const { channels, positions: across } = innerWidths(config);
  return Math.max(
    countPositions(config) * countSymbolVectors(config) * channels,
    mixerOf(config) === 'mlp' ? across * stateWidth(config) : 0,
  );
}

/** Tensors [rows, b·columns] of the micro-batches joined to [rows, B·columns]. */
export const concatMicroBatches = (microBatches: readonly Tensor[]): Tensor => concat(microBatches, 1);

/** Logits [S·b, V] of the micro-batches → [S·B, V]. */
export function concatLogits(microBatches: readonly Tensor[], seqLen: number): Tensor {
  if (microBatches.length === 1) return microBatches[0]!;
  const classes = microBatches[0]!.shape[1]!;
  return reshape(concatMicroBatches(microBatches.map((microBatch) => reshape(microBatch, [seqLen, -1, classes]))), [
    -1,
    classes,
  ]);
}

/** Options of evaluation. */
export interface EvalOptions extends EngineOptions {
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
    graph.output(`next_${state}`, concatMicroBatches(microBatches.map(({ carry }) => carry[state] as Tensor)));
}

interface ForwardData {
  readonly inputs: Int32Array;
  readonly puzzleIdentifiers: Int32Array;
  readonly zH: TensorData;
  readonly zL: TensorData;
  /** Whether each example restarts from the initial states, [B]. */
  readonly reset: ArrayLike<number>;
}

/** The states carried from one supervision step to the next. */
export type CarryValues = Pick<ForwardData, 'zH' | 'zL'>;

/** The carry after a step; a state that the model does not have stays as it was. */
export const nextCarry = (
  carry: CarryValues,
  { next_zH: zH = carry.zH, next_zL: zL = carry.zL }: Readonly<Record<string, TensorData>>,
): CarryValues => ({ zH, zL });

/** The inputs that `forward` declares; a session ignores those that its model does not have. */
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
  const width = stateWidth(config);
  const all = graph.input(state, [countPositions(config), batchSize * width]);
  const carried = slice(reshape(all, [countPositions(config), batchSize, width]), 1, microBatch);
  const initial = initialPosition(config, graph.input(state === 'zH' ? 'hInit' : 'lInit', [config.hiddenSize]));
  const flags = slice(reshape(graph.input('reset', [batchSize], 'int32'), [1, batchSize, 1]), 1, microBatch);
  return reshape(select(cast(flags, 'bool'), initial, carried), [countPositions(config), -1]);
}

/** Rows of the table for a batch, [B, ndim]. @throws MessageError for an identifier without a row */
export function gatherRows(table: Float32Array, identifiers: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(identifiers.length * width);
  const beyond =
    width > 0 ? identifiers.find((identifier) => identifier < 0 || (identifier + 1) * width > table.length) : undefined;
  if (beyond !== undefined)
    throw new MessageError('run.unknownIdentifier', { identifier: beyond, max: table.length / width - 1 });
  identifiers.forEach((identifier, i) =>
    rows.set(table.subarray(identifier * width, (identifier + 1) * width), i * width),
  );
  return rows;
}

/** Carried states before the first step; their values are never read, since every example starts over. */
export function emptyCarry(config: ModelConfig, batchSize: number): Record<'zH' | 'zL', Float32Array> {
  const { zH, zL } = carrySizes(config, batchSize);
  return { zH: new Float32Array(zH), zL: new Float32Array(zL) };
}

/** Numbers in each state of a batch; 0 where the model has no such state. */
export function carrySizes(config: ModelConfig, batchSize: number): Record<'zH' | 'zL', number> {
  const size = (name: 'zH' | 'zL') =>
    carriedStates(config).includes(name) ? countPositions(config) * batchSize * stateWidth(config) : 0;
  return { zH: size('zH'), zL: size('zL') };
}
