/** The layers that mix the cells of a square grid: their weights and their computation. */
import type { Tensor } from '../graph/graph';
import type { GemmFunction } from '../nn/layers';
import type { ParameterSpec, Weights } from '../nn/parameters';
import { axialResidual, axialSpecs } from './axial';
import type { ModelConfig } from './config';
import { convolutionResidual, convolutionSpec } from './convolution';
import type { GridMixer } from './families';
import { lineSumResidual, lineSumSpec } from './line-sums';

export interface GridMixing {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** How its products with weights are made. */
  readonly product: GemmFunction;
  /** Name of the block. */
  readonly block: string;
}

interface GridLayer {
  specs(config: ModelConfig, block: string): ParameterSpec[];
  /** h plus what the cells receive from others; h [S, B·D]. Returns the same numbers, [S, B·D] or [S·B, D]. */
  residual(h: Tensor, mixing: GridMixing): Tensor;
}

export const gridLayers: Readonly<Record<GridMixer, GridLayer>> = {
  convolution: { specs: (config, block) => [convolutionSpec(config, block)], residual: convolutionResidual },
  axial: { specs: axialSpecs, residual: axialResidual },
  lineSums: { specs: (config, block) => [lineSumSpec(config, block)], residual: lineSumResidual },
};
