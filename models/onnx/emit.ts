/** The ONNX form of every op of the table, by its name. Most are one node; the last node carries the result's name. */
import type { Tensor } from '../graph/graph';
import type { OpName } from '../graph/ops';
import type { Shape } from '../graph/shape';
import type { Emitter } from './emitter';
import { elementTypes } from './proto';
import { emitInverseRms, emitRmsNorm } from './norm';
import { emitQuantisedGemm } from './quantised';

type Emit<Name extends OpName> = (e: Emitter, y: Tensor<Name>) => void;

const inputs = (e: Emitter, y: Tensor): string[] => y.inputs.map((input) => e.name(input));
const result = (e: Emitter, y: Tensor) => ({ result: e.name(y as Tensor) });

/** One node with the op's inputs and nothing else. */
const plain = (type: string) => (e: Emitter, y: Tensor) => void e.op(type, inputs(e, y), result(e, y));

/** ONNX keeps axes as an input since opset 18 (reductions) and 13 (sum). */
const reduction = (type: string) => (e: Emitter, y: Tensor<'reduceSum' | 'reduceMean' | 'reduceMax'>) =>
  void e.op(type, [e.name(y.inputs[0]!), e.ints(y.attributes.axes)], {
    attributes: { keepdims: 1 },
    ...result(e, y as Tensor),
  });

const shaped = (type: string) => (e: Emitter, y: Tensor<'reshape' | 'expand'>) =>
  void e.op(type, [e.name(y.inputs[0]!), e.ints(y.shape)], result(e, y as Tensor));

const swapLast = ({ length }: Shape): number[] => [...Array(length - 2).keys(), length - 1, length - 2];

/** MatMul knows no transposition of its own. */
function emitMatmul(e: Emitter, y: Tensor<'matmul'>): void {
  const [left, right] = y.inputs.map((input) => e.name(input));
  const { transA, transB } = y.attributes;
  if (e.contrib && (transA || transB))
    return void e.fused('FusedMatMul', [left!, right!], {
      attributes: { transA: +transA, transB: +transB },
      ...result(e, y as Tensor),
    });
  const swapped = (name: string, transposed: boolean) =>
    transposed ? e.op('Transpose', [name], { attributes: { perm: swapLast(y.shape) } }) : name;
  e.op('MatMul', [swapped(left!, transA), swapped(right!, transB)], result(e, y as Tensor));
}

function emitStablemaxScore(e: Emitter, y: Tensor): void {
  const [x] = inputs(e, y);
  const below = e.op('Add', [e.op('Relu', [e.op('Neg', [x!])]), e.float(1)]);
  e.op('Add', [e.op('Relu', [x!]), e.op('Reciprocal', [below])], result(e, y));
}

function emitRotateHalf(e: Emitter, y: Tensor): void {
  const [x] = inputs(e, y);
  const axis = y.shape.length - 1;
  const half = y.shape[axis]! / 2;
  const part = (from: number, to: number) => e.op('Slice', [x!, e.ints([from]), e.ints([to]), e.ints([axis])]);
  const first = part(0, half);
  e.op('Concat', [e.op('Neg', [part(half, 2 * half)]), first], { attributes: { axis }, ...result(e, y) });
}

function emitPad(e: Emitter, y: Tensor<'pad'>): void {
  const { axis, before, after } = y.attributes;
  const at = (amount: number) => y.shape.map((_, i) => (i === axis ? amount : 0));
  e.op('Pad', [e.name(y.inputs[0]!), e.ints([...at(before), ...at(after)])], result(e, y as Tensor));
}

function emitSwiglu(e: Emitter, y: Tensor): void {
  const [gate, up] = inputs(e, y);
  e.op('Mul', [silu(e, gate!), up!], result(e, y));
}

/** Computed once, for the gradient as for the value. QuickGelu(x) = x·σ(αx) makes one pass of two. */
const silu = (e: Emitter, x: string): string =>
  e.once(`silu ${x}`, () =>
    e.contrib
      ? e.fused('QuickGelu', [x], { attributes: { alpha: { float: 1 } } })
      : e.op('Mul', [x, e.op('Sigmoid', [x])]),
  );

export const emitters: { readonly [Name in OpName]: Emit<Name> } = {
  input: (e, y) => e.alias(y as Tensor, y.attributes.name),
  constant: (e, y) => e.alias(y as Tensor, e.initializer(y.attributes.data, y.shape)),
  stopGradient: (e, y) => e.alias(y as Tensor, e.name(y.inputs[0]!)),
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  reciprocal: plain('Reciprocal'),
  sigmoid: plain('Sigmoid'),
  softplus: plain('Softplus'),
  atan: plain('Atan'),
  abs: plain('Abs'),
  stablemaxScore: emitStablemaxScore,
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  min: plain('Min'),
  max: plain('Max'),
  equal: plain('Equal'),
  not: plain('Not'),
  select: plain('Where'),
  gather: plain('Gather'),
  cast: (e, y) =>
    void e.op('Cast', inputs(e, y as Tensor), {
      attributes: { to: elementTypes[y.attributes.to] },
      ...result(e, y as Tensor),
    }),
  gemm(e, y) {
    const { transA, transB } = y.attributes;
    e.op('Gemm', inputs(e, y as Tensor), {
      attributes: { transA: +transA, transB: +transB },
      ...result(e, y as Tensor),
    });
  },
  quantisedGemm: emitQuantisedGemm,
  matmul: emitMatmul,
  reshape: shaped('Reshape'),
  expand: shaped('Expand'),
  transpose: (e, y) =>
    void e.op('Transpose', inputs(e, y as Tensor), {
      attributes: { perm: y.attributes.permutation },
      ...result(e, y as Tensor),
    }),
  slice(e, y) {
    const { axis, from, to } = y.attributes;
    e.op('Slice', [e.name(y.inputs[0]!), e.ints([from]), e.ints([to]), e.ints([axis])], result(e, y as Tensor));
  },
  pad: emitPad,
  concat: (e, y) =>
    void e.op('Concat', inputs(e, y as Tensor), { attributes: { axis: y.attributes.axis }, ...result(e, y as Tensor) }),
  argmax(e, y) {
    const index = e.op('ArgMax', inputs(e, y as Tensor), { attributes: { axis: y.attributes.axis, keepdims: 0 } });
    e.op('Cast', [index], { attributes: { to: elementTypes.int32 }, ...result(e, y as Tensor) });
  },
  reduceSum: reduction('ReduceSum'),
  reduceMean: reduction('ReduceMean'),
  reduceMax: reduction('ReduceMax'),
  softmax: (e, y) =>
    void e.op('Softmax', inputs(e, y as Tensor), {
      attributes: { axis: y.attributes.axis },
      ...result(e, y as Tensor),
    }),
  rmsNorm: emitRmsNorm,
  inverseRms: emitInverseRms,
  swiglu: emitSwiglu,
  silu: (e, y) => e.alias(y as Tensor, silu(e, e.name(y.inputs[0]!))),
  rotateHalf: emitRotateHalf,
};
