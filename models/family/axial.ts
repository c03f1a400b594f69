/**
 * Cells mixed along their row and their column: one MLP that all rows share and one that all columns share, for puzzles with
 * rules for lines, as in sparse MLP (arXiv 2109.05422). The cells of a state [S, B·D] form a square of S = R·R cells.
 */
import { add, reshape, sub, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { swigluInnerWidth, swigluResidual, swigluSpecs } from '../nn/layers';
import type { ParameterSpec } from '../nn/parameters';
import type { ModelConfig } from './config';
import { gridSide } from './config';
import type { GridMixing } from './mixers';

/** Inner width of the MLPs over the cells of a line. */
export function lineInnerWidth(config: ModelConfig): number {
  const { expansion, innerMultiple: multiple } = config;
  return swigluInnerWidth(gridSide(config), { expansion, multiple });
}

const mlpName = (block: string, line: 'row' | 'column'): string => `${block}.mlp_${line}`;

export const axialSpecs = (config: ModelConfig, block: string): ParameterSpec[] =>
  (['row', 'column'] as const).flatMap((line) =>
    swigluSpecs(mlpName(block, line), { width: gridSide(config), inner: lineInnerWidth(config) }),
  );

/** h + MLP along the rows + MLP along the columns; h [S, B·D]. */
export function axialResidual(h: Tensor, { config, weights, product, block }: GridMixing): Tensor {
  const side = gridSide(config);
  const inner = lineInnerWidth(config);
  /** Mixes the first axis of [R, R, B·D]. */
  const mix = (grid: Tensor, line: 'row' | 'column') => {
    const options = { name: mlpName(block, line), inner, along: 'positions', product } as const;
    return reshape(swigluResidual(reshape(grid, [side, -1]), weights, options), grid.shape);
  };
  const grid = reshape(h, [side, side, -1]);
  const alongColumns = mix(grid, 'column');
  const alongRows = transpose(mix(transpose(grid, [1, 0, 2]), 'row'), [1, 0, 2]);
  // Each has added h.
  return reshape(sub(add(alongColumns, alongRows), grid), h.shape);
}
