/** Ops that move numbers without computing: inputs and constants, shapes, parts of tensors. */
import type { Emitter } from '../../onnx/encode';
import * as b from '../build';
import type { Tensor } from '../graph';
import type { Shape, TensorType } from '../shape';
import { broadcast, countElements, resolveReshape, sameShape, ShapeError, formatShape } from '../shape';
import type { Op, OpName, Ops } from './op';
import {
  expectAxis,
  expectFloat,
  expectType,
  floatType,
  zeroCost,
  inputNames,
  singleNode,
  resultOf,
  unbroadcast,
} from './op';

interface Along {
  readonly axis: number;
}

export interface LayoutAttributes {
  input: { readonly name: string; readonly type: TensorType };
  constant: { readonly data: Float32Array | Int32Array; readonly type: TensorType };
  stopGradient: object;
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  expand: { readonly shape: Shape };
  slice: Along & { readonly from: number; readonly to: number };
  /** Zeros before and after along one axis: the gradient of `slice`. */
  pad: Along & { readonly before: number; readonly after: number };
  concat: Along;
  /** Rows of a table picked by int32 indices: [rows, …] and [n] give [n, …]. */
  gather: object;
  /** (x₁, x₂) → (−x₂, x₁) on the halves of the last axis: the quarter turn of rotary positions. */
  rotateHalf: object;
}

type Moving<Name extends OpName> = Pick<Op<Name>, 'infer' | 'vjp' | 'onnx'>;

/** Costs nothing, and its result has memory and a name of its own. */
const moving = <Name extends OpName>(op: Moving<Name>): Op<Name> => ({
  ...op,
  flops: zeroCost,
  memory: 'own',
  naming: 'result',
});

function inferConcat(inputs: readonly TensorType[], { axis }: Along): TensorType {
  const [first] = inputs;
  expectType(first!.dtype, inputs);
  expectAxis(first!.shape, axis);
  const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const flat = (shape: Shape) => shape.map((size, i) => (i === axis ? 0 : size));
  const odd = inputs.find(({ shape }) => !sameShape(flat(shape), flat(first!.shape)));
  if (odd)
    throw new ShapeError(`cannot join ${formatShape(odd.shape)} to ${formatShape(first!.shape)} along axis ${axis}`);
  return { dtype: first!.dtype, shape: first!.shape.map((size, i) => (i === axis ? total : size)) };
}

function inferSlice([x]: readonly TensorType[], { axis, from, to }: LayoutAttributes['slice']): TensorType {
  expectAxis(x!.shape, axis);
  if (!(from >= 0 && from < to && to <= x!.shape[axis]!))
    throw new ShapeError(`no range ${from}..${to} along axis ${axis} of ${formatShape(x!.shape)}`);
  return { dtype: x!.dtype, shape: x!.shape.map((size, i) => (i === axis ? to - from : size)) };
}

function inferPad([x]: readonly TensorType[], { axis, before, after }: LayoutAttributes['pad']): TensorType {
  expectFloat(x!);
  expectAxis(x!.shape, axis);
  if (!(before >= 0 && after >= 0)) throw new ShapeError(`cannot pad by ${before} and ${after}`);
  return floatType(x!.shape.map((size, i) => (i === axis ? before + size + after : size)));
}

function inferTranspose([x]: readonly TensorType[], { permutation }: LayoutAttributes['transpose']): TensorType {
  const isComplete = permutation.length === x!.shape.length && x!.shape.every((_, axis) => permutation.includes(axis));
  if (!isComplete)
    throw new ShapeError(`[${permutation.join(', ')}] does not order the axes of ${formatShape(x!.shape)}`);
  return { dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) };
}

/** ONNX takes the target shape as an input. */
const emitShaped = (type: string) => (e: Emitter, y: Tensor<'reshape'> | Tensor<'expand'>) =>
  void e.op(type, [e.name(y.inputs[0]!), e.ints(y.shape)], resultOf(e, y));

function emitPad(e: Emitter, y: Tensor<'pad'>): void {
  const { axis, before, after } = y.attributes;
  const at = (amount: number) => y.shape.map((_, i) => (i === axis ? amount : 0));
  e.op('Pad', [e.name(y.inputs[0]!), e.ints([...at(before), ...at(after)])], resultOf(e, y));
}

const gather = moving<'gather'>({
  infer([table, rows]) {
    expectFloat(table!);
    expectType('int32', [rows!]);
    expectAxis(table!.shape, 0);
    return floatType([...rows!.shape, ...table!.shape.slice(1)]);
  },
  // Rows picked twice add up: a product with the one-hot matrix, which tables of a few rows can afford.
  vjp(dy, { inputs: [table, rows] }) {
    const picked = b.reshape(rows!, [countElements(rows!.shape)]);
    const flat = b.reshape(dy, [countElements(rows!.shape), -1]);
    return [b.reshape(b.gemm(b.oneHot(picked, table!.shape[0]!), flat, { transA: true }), table!.shape), null];
  },
  onnx: singleNode('Gather'),
});

const rotateHalf = moving<'rotateHalf'>({
  infer([x]) {
    expectFloat(x!);
    if ((x!.shape.at(-1) ?? 1) % 2) throw new ShapeError(`the last axis of ${formatShape(x!.shape)} has no halves`);
    return x!;
  },
  vjp: (dy) => [b.neg(b.rotateHalf(dy))],
  onnx(e, y) {
    const [x] = inputNames(e, y);
    const axis = y.shape.length - 1;
    const half = y.shape[axis]! / 2;
    const part = (from: number, to: number) => e.op('Slice', [x!, e.ints([from]), e.ints([to]), e.ints([axis])]);
    const first = part(0, half);
    e.op('Concat', [e.op('Neg', [part(half, 2 * half)]), first], { attributes: { axis }, ...resultOf(e, y) });
  },
});

const slice = moving<'slice'>({
  infer: inferSlice,
  vjp: (dy, { inputs: [x], attributes: { axis, from, to } }) => [
    b.pad(dy, axis, { before: from, after: x!.shape[axis]! - to }),
  ],
  onnx(e, y) {
    const { axis, from, to } = y.attributes;
    e.op('Slice', [e.name(y.inputs[0]!), e.ints([from]), e.ints([to]), e.ints([axis])], resultOf(e, y));
  },
});

const concat = moving<'concat'>({
  infer: inferConcat,
  vjp(dy, { inputs, attributes: { axis } }) {
    let from = 0;
    return inputs.map(({ shape }) => b.slice(dy, axis, { from, to: (from += shape[axis]!) }));
  },
  onnx: (e, y) =>
    void e.op('Concat', inputNames(e, y), {
      attributes: { axis: y.attributes.axis },
      ...resultOf(e, y),
    }),
});

const transpose = moving<'transpose'>({
  infer: inferTranspose,
  vjp: (dy, { attributes: { permutation } }) => [
    b.transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  onnx: (e, y) =>
    void e.op('Transpose', inputNames(e, y), {
      attributes: { perm: y.attributes.permutation },
      ...resultOf(e, y),
    }),
});

export const layout: Ops<LayoutAttributes> = {
  input: {
    ...moving<'input'>({
      infer: (_, { type }) => type,
      vjp: null,
      onnx: (e, y) => e.alias(y, y.attributes.name),
    }),
    naming: 'given',
  },
  constant: {
    ...moving<'constant'>({
      infer: (_, { type }) => type,
      vjp: null,
      onnx: (e, y) => e.alias(y, e.initializer(y.attributes.data, y.shape)),
    }),
    naming: 'given',
  },
  stopGradient: {
    infer: ([x]) => x!,
    flops: zeroCost,
    vjp: null,
    onnx: (e, y) => e.alias(y, e.name(y.inputs[0]!)),
    memory: 'view',
    naming: 'input',
  },
  reshape: {
    infer: ([x], { shape }) => ({ dtype: x!.dtype, shape: resolveReshape(x!.shape, shape) }),
    flops: zeroCost,
    vjp: (dy, { inputs: [x] }) => [b.reshape(dy, x!.shape)],
    onnx: emitShaped('Reshape'),
    memory: 'view',
    naming: 'result',
  },
  transpose,
  expand: moving<'expand'>({
    infer: ([x], { shape }) => ({ dtype: x!.dtype, shape: broadcast(x!.shape, shape) }),
    vjp: (dy, { inputs: [x] }) => [unbroadcast(dy, x!.shape)],
    onnx: emitShaped('Expand'),
  }),
  slice,
  pad: moving<'pad'>({
    infer: inferPad,
    vjp: (dy, { inputs: [x], attributes: { axis, before } }) => [
      b.slice(dy, axis, { from: before, to: before + x!.shape[axis]! }),
    ],
    onnx: emitPad,
  }),
  concat,
  gather,
  rotateHalf,
};
