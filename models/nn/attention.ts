/** Multi-head self-attention, not causal, without biases. */
import { gemm, matmul, mul, reshape, softmax, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { fanIn } from './init';
import type { ParameterSpec, Weights } from './parameters';
import type { Product } from './precision';
import type { RotaryTables } from './rotary';
import { rotate } from './rotary';

/** Width of one head: D // heads, which need not divide D. */
export const headWidth = (hiddenSize: number, numHeads: number): number => Math.floor(hiddenSize / numHeads);

/** Rows of qkv: q heads, k heads, v heads. */
export const attentionSpecs = (
  name: string,
  { hiddenSize, numHeads }: { readonly hiddenSize: number; readonly numHeads: number },
): ParameterSpec[] => {
  const width = numHeads * headWidth(hiddenSize, numHeads);
  return [
    { name: `${name}.qkv_proj.weight`, shape: [3 * width, hiddenSize], init: fanIn(hiddenSize) },
    { name: `${name}.o_proj.weight`, shape: [hiddenSize, width], init: fanIn(width) },
  ];
};

export type OnAttention = (weights: Tensor) => void;

export interface AttentionOptions {
  readonly name: string;
  readonly positions: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly rotary: RotaryTables | null;
  readonly product?: Product;
  /** Told of the attention weights, [batch, heads, positions, positions]: rows attend to columns. */
  readonly onAttention?: OnAttention | undefined;
}

/** x + o(softmax(q·kᵀ/√headDim)·v) for x [positions·batch, D], position-major. */
export function attentionResidual(x: Tensor, weights: Weights, options: AttentionOptions): Tensor {
  const { name, positions, numHeads, headDim, rotary, product = gemm } = options;
  const batch = x.shape[0]! / positions;
  const width = numHeads * headDim;
  const heads = (part: number) => {
    const weight = weights.get(`${name}.qkv_proj.weight`, { from: part * width, to: (part + 1) * width });
    const split = reshape(product(x, weight, { transB: true }), [positions, batch, numHeads, headDim]);
    return transpose(split, [1, 2, 0, 3]);
  };
  const place = (vectors: Tensor) => (rotary ? rotate(vectors, rotary) : vectors);
  const [q, k, v] = [place(heads(0)), place(heads(1)), heads(2)];
  const attention = softmax(mul(matmul(q, k, { transB: true }), 1 / Math.sqrt(headDim)), 3);
  options.onAttention?.(attention);
  const mixed = reshape(transpose(matmul(attention, v), [2, 0, 1, 3]), [positions * batch, width]);
  return product(mixed, weights.get(`${name}.o_proj.weight`), { transB: true, plus: x });
}
