/** Functions that build models: each adds one node to the graph of its first argument. */
import type { Tensor } from './graph';
import type { DType, Shape } from './shape';
import { sameShape } from './shape';

const scalar = (like: Tensor, value: number | Tensor): Tensor =>
  typeof value === 'number' ? like.graph.constant(new Float32Array([value]), []) : value;

type Unary =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'sigmoid'
  | 'softplus'
  | 'atan'
  | 'abs'
  | 'stablemaxScore'
  | 'silu'
  | 'stopGradient'
  | 'rotateHalf';
const unary =
  (op: Unary) =>
  (x: Tensor): Tensor =>
    x.graph.node(op, [x], {});
const binary =
  (op: 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max') =>
  (a: Tensor, b: Tensor | number): Tensor =>
    a.graph.node(op, [a, scalar(a, b)], {});

export const neg = unary('neg');
export const exp = unary('exp');
export const log = unary('log');
export const sqrt = unary('sqrt');
export const reciprocal = unary('reciprocal');
export const sigmoid = unary('sigmoid');
export const softplus = unary('softplus');
export const atan = unary('atan');
export const abs = unary('abs');
export const stablemaxScore = unary('stablemaxScore');
export const silu = unary('silu');
export const stopGradient = unary('stopGradient');
export const rotateHalf = unary('rotateHalf');

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const min = binary('min');
export const max = binary('max');

export const equal = (a: Tensor, b: Tensor): Tensor => a.graph.node('equal', [a, b], {});
export const not = (x: Tensor): Tensor => x.graph.node('not', [x], {});
export const cast = (x: Tensor, to: DType): Tensor => x.graph.node('cast', [x], { to });
export const select = (condition: Tensor, a: Tensor, b: Tensor): Tensor =>
  a.graph.node('select', [condition, a, b], {});

export interface TransposeOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
}

interface GemmOptions extends TransposeOptions {
  readonly plus?: Tensor;
}

const factors = (a: Tensor, b: Tensor, plus?: Tensor): Tensor[] => (plus ? [a, b, plus] : [a, b]);

/** a·b, plus `plus` where given: one Gemm, so that a residual or a bias costs no pass of its own. */
export const gemm = (a: Tensor, b: Tensor, { transA = false, transB = false, plus }: GemmOptions = {}): Tensor =>
  a.graph.node('gemm', factors(a, b, plus), { transA, transB });

const rounded =
  (backward: 'exact' | 'rounded') =>
  (a: Tensor, b: Tensor, { transA = false, transB = false, plus }: GemmOptions = {}): Tensor =>
    a.graph.node('roundedGemm', factors(a, b, plus), { transA, transB, backward });

/** As `gemm`, with rounded factors (see `ops/linear.ts`). */
export const roundedGemm = rounded('rounded');
/** The same with the exact products in the backward pass: gradients span too many orders of magnitude for some formats. */
export const roundedForwardGemm = rounded('exact');

export function matmul(a: Tensor, b: Tensor, { transA = false, transB = false }: TransposeOptions = {}): Tensor {
  return a.graph.node('matmul', [a, b], { transA, transB });
}

/** Each channel of x [N, C, H, W] with its kernel of [C, 1, h, w]; `margins`: rows and columns of zeros around the images. */
export const depthwiseConv = (x: Tensor, kernels: Tensor, margins: readonly [number, number]): Tensor =>
  x.graph.node('depthwiseConv', [x, kernels], { margins });

export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : x.graph.node('reshape', [x], { shape });
export const transpose = (x: Tensor, permutation: readonly number[]): Tensor =>
  x.graph.node('transpose', [x], { permutation });
export const expand = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : x.graph.node('expand', [x], { shape });

/** Elements `from` (included) to `to` (excluded) along one axis. */
export function slice(
  x: Tensor,
  axis: number,
  { from = 0, to = x.shape[axis]! }: { readonly from?: number; readonly to?: number },
): Tensor {
  return from === 0 && to === x.shape[axis] ? x : x.graph.node('slice', [x], { axis, from, to });
}

export const pad = (x: Tensor, axis: number, around: { readonly before: number; readonly after: number }): Tensor =>
  x.graph.node('pad', [x], { axis, ...around });
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  parts.length === 1 ? parts[0]! : parts[0]!.graph.node('concat', parts, { axis });
export const gather = (table: Tensor, rows: Tensor): Tensor => table.graph.node('gather', [table, rows], {});
export const argmax = (x: Tensor, axis: number): Tensor => x.graph.node('argmax', [x], { axis });

/** Reductions keep the reduced axes with size 1. */
export const reduceSum = (x: Tensor, axes: readonly number[]): Tensor => x.graph.node('reduceSum', [x], { axes });
export const reduceMean = (x: Tensor, axes: readonly number[]): Tensor => x.graph.node('reduceMean', [x], { axes });
export const reduceMax = (x: Tensor, axes: readonly number[]): Tensor => x.graph.node('reduceMax', [x], { axes });

export const softmax = (x: Tensor, axis: number): Tensor => x.graph.node('softmax', [x], { axis });
export const rmsNorm = (x: Tensor, axis: number, epsilon = 1e-5): Tensor =>
  x.graph.node('rmsNorm', [x], { axis, epsilon });
export const inverseRms = (x: Tensor, axis: number, epsilon = 1e-5): Tensor =>
  x.graph.node('inverseRms', [x], { axis, epsilon });
export const swiglu = (gate: Tensor, up: Tensor): Tensor => gate.graph.node('swiglu', [gate, up], {});

/** 1 where the int32 index equals the column, else 0: [n] gives [n, classes]. Negative indices give a row of zeros. */
export function oneHot(indices: Tensor, classes: number): Tensor {
  const columns = indices.graph.constant(
    Int32Array.from({ length: classes }, (_, column) => column),
    [classes],
  );
  return cast(equal(reshape(indices, [...indices.shape, 1]), columns), 'float32');
}
