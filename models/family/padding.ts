/**
 * Cells outside of the puzzle, for models whose weights do not depend on the size of the grid, so that one model reads grids of every
 * size. Such cells have the padding token, and their states are zero, as beyond the edge of the grid: a puzzle on a larger canvas
 * gives the same results.
 */
import { abs, cast, div, equal, gather, max, mul, not, reduceMax, reduceSum, reshape } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { ModelConfig } from './config';
import { stateWidth } from './config';

/** Tokens int32 [S, B] → √D · embedding, [S, B·D]; zero for padding. @param table [V, D] */
export function embedPresent({ seqLen, hiddenSize, vocabSize }: ModelConfig, tokens: Tensor, table: Tensor): Tensor {
  const scales = new Float32Array(vocabSize).fill(Math.sqrt(hiddenSize));
  scales[0] = 0;
  const scaled = mul(table, table.graph.constant(scales, [vocabSize, 1]));
  return reshape(gather(scaled, tokens), [seqLen, -1]);
}

/** 1 for the cells of the puzzle, 0 for padding; [S·B, 1]. @param vectors [S, B·D], zero for padding only */
export function presentCells(config: ModelConfig, vectors: Tensor): Tensor {
  const largest = reduceMax(abs(reshape(vectors, [-1, stateWidth(config)])), [1]);
  return cast(not(equal(largest, vectors.graph.constant(new Float32Array(1), [1]))), 'float32');
}

/** A state [S, B·D] with zeros in the padding. @param present [S·B, 1] */
export const maskPadding = (config: ModelConfig, state: Tensor, present: Tensor): Tensor =>
  reshape(mul(reshape(state, [-1, stateWidth(config)]), present), state.shape);

/** Mean of a state over the cells of the puzzle, [B, D]: what the halting head reads. @param answer [S, B·D], zero for padding */
export function meanOfCells(config: ModelConfig, answer: Tensor): Tensor {
  const { seqLen } = config;
  const present = presentCells(config, answer);
  const cells = reduceSum(reshape(present, [seqLen, -1]), [0]);
  const sum = reduceSum(maskPadding(config, answer, present), [0]);
  return div(reshape(sum, [-1, stateWidth(config)]), reshape(max(cells, 1), [-1, 1]));
}
