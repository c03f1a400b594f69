/** The gated MLP of the reference, over channels or, in token-mixing models, over positions. */
import { gemm, swiglu } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { fanIn } from './init';
import type { ParameterSpec, Weights } from './parameters';
import type { Product } from './precision';

/** Inner width: expansion·width·2/3 rounded half to even, then up to a multiple (256 in the reference). */
export function swigluInner(
  width: number,
  { expansion, multiple }: { readonly expansion: number; readonly multiple: number },
): number {
  return Math.ceil(roundHalfToEven((expansion * width * 2) / 3) / multiple) * multiple;
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const isTie = value - below === 0.5;
  return isTie ? below + (below % 2) : Math.round(value);
}

/** Rows of gate_up: gate first, up second. */
export const swigluSpecs = (
  name: string,
  { width, inner }: { readonly width: number; readonly inner: number },
): ParameterSpec[] => [
  { name: `${name}.gate_up_proj.weight`, shape: [2 * inner, width], init: fanIn(width) },
  { name: `${name}.down_proj.weight`, shape: [width, inner], init: fanIn(inner) },
];

export interface SwigluOptions {
  readonly name: string;
  readonly inner: number;
  /** `channels`: x is [rows, width]; `positions`: x is [width, columns]. */
  readonly along: 'channels' | 'positions';
  readonly product?: Product;
}

/** x + down(silu(gate(x)) · up(x)); the residual rides in the last product. */
export function swigluResidual(
  x: Tensor,
  weights: Weights,
  { name, inner, along, product = gemm }: SwigluOptions,
): Tensor {
  const project = (input: Tensor, weight: Tensor, plus?: Tensor) =>
    along === 'channels'
      ? product(input, weight, { transB: true, ...(plus && { plus }) })
      : product(weight, input, plus && { plus });
  const gate = project(x, weights.get(`${name}.gate_up_proj.weight`, { from: 0, to: inner }));
  const up = project(x, weights.get(`${name}.gate_up_proj.weight`, { from: inner, to: 2 * inner }));
  return project(swiglu(gate, up), weights.get(`${name}.down_proj.weight`), x);
}
