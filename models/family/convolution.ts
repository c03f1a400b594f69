/**
 * Neighbouring cells mixed by convolution, for puzzles with local rules such as mazes, after recurrent networks that solve larger
 * mazes than they were trained on by iterating longer (arXiv 2106.04537, 2202.05826). No weight depends on the size of the grid,
 * see `padding.ts`. The cells of a state [S, B·D] form a square. Where every symbol has a vector, a state has K·D numbers at a cell
 * instead of D, and all symbols have the same kernels.
 */
import { add, depthwiseConv, expand, reshape, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { ParameterSpec } from '../nn/parameters';
import { fanIn } from '../nn/parameters';
import type { ModelConfig } from './config';
import { gridSide } from './config';
import type { GridMixing } from './mixers';

/** Rows and columns of the kernels. */
const WINDOW = 3;
const MARGIN = 1;

const kernelsName = (block: string): string => `${block}.conv.weight`;

/** One kernel for each channel, as in a depthwise convolution of PyTorch. */
export const convolutionSpec = ({ hiddenSize }: ModelConfig, block: string): ParameterSpec => ({
  name: kernelsName(block),
  shape: [hiddenSize, 1, WINDOW, WINDOW],
  init: fanIn(WINDOW * WINDOW),
});

/** h + convolution(h), zeros beyond the edges; h [S, B·D]. */
export function convolutionResidual(h: Tensor, { config, weights, block }: GridMixing): Tensor {
  const { hiddenSize } = config;
  const [side, columns] = [gridSide(config), h.shape[1]!];
  // Every example's channels are the channels of one image: a state is then transposed as a plain matrix, five times as fast.
  const shared = reshape(weights.get(kernelsName(block)), [1, hiddenSize, WINDOW * WINDOW]);
  const tiled = expand(shared, [columns / hiddenSize, hiddenSize, WINDOW * WINDOW]);
  const image = reshape(transpose(h, [1, 0]), [1, columns, side, side]);
  const mixed = depthwiseConv(image, reshape(tiled, [columns, 1, WINDOW, WINDOW]), [MARGIN, MARGIN]);
  return add(h, transpose(reshape(mixed, [columns, -1]), [1, 0]));
}
