/**
 * The layers of the reference: multi-head self-attention (not causal, without biases) with rotary positions (RoFormer,
 * arXiv 2104.09864) in the half-split convention, and the gated MLP over channels or, in token-mixing models, over
 * positions; and the precision of their products with weights. Everything else is computed in float32.
 */
import {
  add,
  gemm,
  matmul,
  mul,
  reshape,
  rotateHalf,
  roundedForwardGemm,
  roundedGemm,
  softmax,
  swiglu,
  transpose,
} from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';
import type { Precision } from '../runtime/execution';
import type { ParameterSpec, Weights } from './parameters';
import { fanIn } from './parameters';

/** Inner width: expansion·width·2/3 rounded half to even, then up to a multiple (256 in the reference). */
export function swigluInnerWidth(
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

interface SwigluOptions {
  readonly name: string;
  readonly inner: number;
  /** `channels`: x is [rows, width]; `positions`: x is [width, columns]. */
  readonly along: 'channels' | 'positions';
  readonly product?: GemmFunction;
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

export type GemmFunction = typeof gemm;

/** How products are computed in updates with and without gradient. */
export const gemmByPrecision: Readonly<
  Record<Precision, { readonly withGrad: GemmFunction; readonly noGrad: GemmFunction }>
> = {
  float32: { withGrad: gemm, noGrad: gemm },
  mixed: { withGrad: roundedForwardGemm, noGrad: roundedGemm },
  int8: { withGrad: roundedGemm, noGrad: roundedGemm },
};

export interface RotaryTables {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** cos and sin of position · base^(−2i/headDim), each [positions, headDim], the halves equal. */
export function rotaryTables(
  graph: Graph,
  { positions, headDim, base }: { readonly positions: number; readonly headDim: number; readonly base: number },
): RotaryTables {
  const half = headDim / 2;
  // Rounded to float32 as in the reference: the angle is a rounded product with a rounded frequency.
  const angle = (position: number, channel: number) => {
    const exponent = Math.fround((2 * (channel % half)) / headDim);
    return Math.fround(position * Math.fround(1 / Math.fround(base ** exponent)));
  };
  const table = (of: (angle: number) => number) => {
    const values = Float32Array.from({ length: positions * headDim }, (_, i) =>
      of(angle(Math.floor(i / headDim), i % headDim)),
    );
    return graph.constant(values, [positions, headDim]);
  };
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Turns x [batch, heads, positions, headDim] by its positions. */
const rotate = (x: Tensor, { cos, sin }: RotaryTables): Tensor => add(mul(x, cos), mul(rotateHalf(x), sin));

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

interface AttentionOptions {
  readonly name: string;
  readonly positions: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly rotary: RotaryTables | null;
  readonly product?: GemmFunction;
  /** Called with the attention weights, [batch, heads, positions, positions]: rows attend to columns. */
  readonly onAttention?: OnAttention | undefined;
}

/**
 * x + o(softmax(q·kᵀ/√headDim)·v) for x [positions·batch, D], position-major. The weights of q are divided by √headDim, not the
 * products: those have a number for every pair of positions.
 */
export function attentionResidual(x: Tensor, weights: Weights, options: AttentionOptions): Tensor {
  const { name, positions, numHeads, headDim, rotary, product = gemm } = options;
  const batch = x.shape[0]! / positions;
  const width = numHeads * headDim;
  const part = (index: number) =>
    weights.get(`${name}.qkv_proj.weight`, { from: index * width, to: (index + 1) * width });
  const heads = (weight: Tensor) => {
    const split = reshape(product(x, weight, { transB: true }), [positions, batch, numHeads, headDim]);
    return transpose(split, [1, 2, 0, 3]);
  };
  const place = (vectors: Tensor) => (rotary ? rotate(vectors, rotary) : vectors);
  const q = place(heads(mul(part(0), 1 / Math.sqrt(headDim))));
  const [k, v] = [place(heads(part(1))), heads(part(2))];
  const attention = softmax(matmul(q, k, { transB: true }), 3);
  options.onAttention?.(attention);
  const mixed = reshape(transpose(matmul(attention, v), [2, 0, 1, 3]), [positions * batch, width]);
  return product(mixed, weights.get(`${name}.o_proj.weight`), { transB: true, plus: x });
}
