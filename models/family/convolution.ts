/**
 * Neighbouring cells mixed by convolution, for puzzles with local rules such as mazes, after recurrent networks that solve larger
 * mazes than they were trained on by iterating longer (arXiv 2106.04537, 2202.05826). No weight depends on the size of the grid,
 * so one model reads grids of every size. The cells of a state [S, B·D] form a square. Cells with the padding token are outside
 * of the puzzle: their states are zero, as beyond the edge of the grid, so a puzzle on a larger canvas gives the same results.
 * Where every symbol has a vector, a state has K·D numbers at a cell instead of D, and all symbols have the same kernels.
 */
import {
  abs,
  add,
  cast,
  depthwiseConv,
  div,
  equal,
  expand,
  gather,
  max,
  mul,
  not,
  reduceMax,
  reduceSum,
  reshape,
  transpose,
} from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { ParameterSpec } from '../nn/parameters';
import { fanIn } from '../nn/parameters';
import type { ModelConfig } from './config';
import { gridSide, stateWidth } from './config';

/** Rows and columns of the kernels. */
const WINDOW = 3;
const MARGIN = 1;

/** One kernel for each channel, as in a depthwise convolution of PyTorch. */
export const convolutionSpec = (name: string, { hiddenSize }: ModelConfig): ParameterSpec => ({
  name: `${name}.weight`,
  shape: [hiddenSize, 1, WINDOW, WINDOW],
  init: fanIn(WINDOW * WINDOW),
});

/** h + convolution(h), zeros beyond the edges; h [S, B·D]. @param kernels [D, 1, 3, 3] */
export function convolutionResidual(config: ModelConfig, h: Tensor, kernels: Tensor): Tensor {
  const { hiddenSize } = config;
  const [side, columns] = [gridSide(config), h.shape[1]!];
  // Every example's channels are the channels of one image: a state is then transposed as a plain matrix, five times as fast.
  const shared = reshape(kernels, [1, hiddenSize, WINDOW * WINDOW]);
  const tiled = expand(shared, [columns / hiddenSize, hiddenSize, WINDOW * WINDOW]);
  const image = reshape(transpose(h, [1, 0]), [1, columns, side, side]);
  const mixed = depthwiseConv(image, reshape(tiled, [columns, 1, WINDOW, WINDOW]), [MARGIN, MARGIN]);
  return add(h, transpose(reshape(mixed, [columns, -1]), [1, 0]));
}

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
