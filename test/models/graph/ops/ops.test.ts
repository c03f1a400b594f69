/** Errors of the shape rules, with their messages. Valid shapes are compared with onnxruntime in ../onnx. */
import { describe, expect, test } from 'vitest';
import * as b from '../../../../models/graph/build';
import { Graph, type Tensor } from '../../../../models/graph/graph';
import { ShapeError, type Shape } from '../../../../models/graph/shape';

const graph = new Graph();
const x = (...shape: number[]): Tensor => graph.input(`x${shape}`, shape);
const int = (...shape: number[]): Tensor => graph.input(`i${shape}`, shape, 'int32');
const bool = (...shape: number[]): Tensor => graph.input(`b${shape}`, shape, 'bool');

/** Each invalid use with its whole message. */
const invalid: readonly (readonly [string, () => Tensor])[] = [
  ['add: incompatible shapes a=[2, 3] b=[2, 4] at axis 1', () => b.add(x(2, 3), x(2, 4))],
  ['mul: incompatible shapes a=[3] b=[2, 1, 4] at axis 2', () => b.mul(x(3), x(2, 1, 4))],
  ['sub: expected equal types, got float32[2] and int32[2]', () => b.sub(x(2), int(2))],
  ['exp: expected float32, got int32[2, 3]', () => b.exp(int(2, 3))],
  ['not: expected bool, got float32[2]', () => b.not(x(2))],
  ['select: expected bool, got float32[2]', () => b.select(x(2), x(2), x(2))],
  ['select: expected equal types, got float32[2] and int32[2]', () => b.select(bool(2), x(2), int(2))],
  ['gemm: expected matrices, got a=[2, 3, 4] b=[4, 5]', () => b.gemm(x(2, 3, 4), x(4, 5))],
  ['gemm: inner sizes differ: a=[2, 3] b=[4, 3]', () => b.gemm(x(2, 3), x(4, 3))],
  ['gemm: inner sizes differ: a=[2, 3]ᵀ b=[4, 3]ᵀ', () => b.gemm(x(2, 3), x(4, 3), { transA: true, transB: true })],
  ['gemm: cannot add [2] to a product of shape [2, 4]', () => b.gemm(x(2, 3), x(3, 4), { plus: x(2) })],
  ['gemm: cannot add [1, 4] to a product of shape [2, 4]', () => b.gemm(x(2, 3), x(3, 4), { plus: x(1, 4) })],
  ['gemm: expected float32, got int32[4]', () => b.gemm(x(2, 3), x(3, 4), { plus: int(4) })],
  ['matmul: leading sizes differ: a=[2, 3, 4] b=[3, 4, 5]', () => b.matmul(x(2, 3, 4), x(3, 4, 5))],
  ['matmul: inner sizes differ: a=[2, 3, 4] b=[2, 3, 4]', () => b.matmul(x(2, 3, 4), x(2, 3, 4))],
  ['matmul: expected matrices, got a=[3] b=[3]', () => b.matmul(x(3), x(3), { transA: true })],
  ['reshape: cannot reshape [2, 3] to [4, -1]', () => b.reshape(x(2, 3), [4, -1])],
  ['reshape: cannot reshape [2, 3] to [7]', () => b.reshape(x(2, 3), [7])],
  ['transpose: [0, 0] does not order the axes of [2, 3]', () => b.transpose(x(2, 3), [0, 0])],
  ['transpose: [1, 0] does not order the axes of [2, 3, 4]', () => b.transpose(x(2, 3, 4), [1, 0])],
  ['expand: incompatible shapes a=[2, 3] b=[3, 3] at axis 0', () => b.expand(x(2, 3), [3, 3])],
  ['slice: no range 1..4 along axis 1 of [2, 3]', () => b.slice(x(2, 3), 1, { from: 1, to: 4 })],
  ['slice: no range 2..2 along axis 1 of [2, 3]', () => b.slice(x(2, 3), 1, { from: 2, to: 2 })],
  ['pad: no axis 2 in [2, 3]', () => b.pad(x(2, 3), 2, { before: 1, after: 0 })],
  ['pad: cannot pad by -1 and 0', () => b.pad(x(2, 3), 0, { before: -1, after: 0 })],
  ['concat: cannot join [3, 3] to [2, 3] along axis 1', () => b.concat([x(2, 3), x(3, 3)], 1)],
  ['concat: expected float32, got int32[2, 3]', () => b.concat([x(2, 3), int(2, 3)], 0)],
  ['gather: expected int32, got float32[2]', () => b.gather(x(4, 3), x(2))],
  ['argmax: no axis 2 in [2, 3]', () => b.argmax(x(2, 3), 2)],
  ['reduceSum: no axis -1 in [2, 3]', () => b.reduceSum(x(2, 3), [-1])],
  ['reduceMean: no axes of [2, 3] to reduce', () => b.reduceMean(x(2, 3), [])],
  ['reduceMax: expected float32, got int32[2]', () => b.reduceMax(int(2), [0])],
  ['softmax: no axis 2 in [2, 3]', () => b.softmax(x(2, 3), 2)],
  ['rmsNorm: no axis 2 in [2, 3]', () => b.rmsNorm(x(2, 3), 2)],
  ['inverseRms: no axis 2 in [2, 3]', () => b.inverseRms(x(2, 3), 2)],
  ['swiglu: gate [2, 3] and up [3, 2] differ', () => b.swiglu(x(2, 3), x(3, 2))],
  [
    'depthwiseConv: kernels [3, 1, 3, 3] do not fit images [2, 4, 5, 5]',
    () => b.depthwiseConv(x(2, 4, 5, 5), x(3, 1, 3, 3), [1, 1]),
  ],
  [
    'depthwiseConv: kernels [4, 1, 3, 3] do not fit images [2, 4, 2, 5]',
    () => b.depthwiseConv(x(2, 4, 2, 5), x(4, 1, 3, 3), [0, 0]),
  ],
  ['rotateHalf: the last axis of [2, 3] has no halves', () => b.rotateHalf(x(2, 3))],
];

describe('shape rules throw a ShapeError', () => {
  test.each(invalid)('%s', (message, build) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(new ShapeError(message));
  });
});

describe('a product', () => {
  const shapes: readonly (readonly [Tensor, Shape])[] = [
    [b.gemm(x(2, 3), x(3, 4)), [2, 4]],
    [b.gemm(x(3, 2), x(4, 3), { transA: true, transB: true, plus: x(4) }), [2, 4]],
    [b.matmul(x(7, 2, 3), x(7, 4, 3), { transB: true }), [7, 2, 4]],
  ];
  test.each(shapes)('%# has the rows of the left and the columns of the right factor', ({ shape }, expected) =>
    expect(shape).toEqual(expected),
  );
});
