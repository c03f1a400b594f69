/** What each op means: its result in onnxruntime beside the same written in plain arithmetic. */
import { describe, expect, test } from 'vitest';
import * as b from '../../../models/graph/build';
import { Graph, type Tensor } from '../../../models/graph/graph';
import type { OpName } from '../../../models/graph/ops/op';
import { Session } from '../../../models/runtime/session';

const X = [
  [-2, -0.5, 0],
  [0.25, 1, 3],
];
const Y = [
  [1, -0.5, 2],
  [-3, 1, 0.5],
];
const each = (of: (x: number, y: number) => number) => X.flatMap((row, i) => row.map((x, j) => of(x, Y[i]![j]!)));
const positive = (x: Tensor) => b.add(b.abs(x), 1);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length + 1e-5);
const columns = X[0]!.map((_, j) => X.map((row) => row[j]!));
const exponentials = X.map((row) => row.map(Math.exp));
const total = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0);
const flag = (is: boolean) => +is;

/** 0.9·X in steps of a 255th of its range, Y in steps of a 127th of its greatest magnitude. */
const [leftStep, rightStep] = [(0.9 * (3 + 2)) / 255, 3 / 127];
const inSteps = (value: number, step: number) => Math.round(value / step) * step;
const quantisedProduct = X.flatMap((x) =>
  Y.map(
    (y, j) => total(x.map((value, k) => inSteps(0.9 * value, leftStep) * inSteps(y[k]!, rightStep))) + 10 * (j + 1),
  ),
);

type Case = readonly [build: (x: Tensor, y: Tensor) => Tensor, expected: readonly number[]];

const cases: { readonly [Name in OpName]: Case } = {
  input: [(x) => x, each((x) => x)],
  constant: [(x) => x.graph.constant(new Float32Array([1, 2]), [2]), [1, 2]],
  stopGradient: [b.stopGradient, each((x) => x)],
  neg: [b.neg, each((x) => -x)],
  exp: [b.exp, each(Math.exp)],
  log: [(x) => b.log(positive(x)), each((x) => Math.log(Math.abs(x) + 1))],
  sqrt: [(x) => b.sqrt(positive(x)), each((x) => Math.sqrt(Math.abs(x) + 1))],
  reciprocal: [(x) => b.reciprocal(positive(x)), each((x) => 1 / (Math.abs(x) + 1))],
  sigmoid: [b.sigmoid, each(sigmoid)],
  softplus: [b.softplus, each((x) => Math.log1p(Math.exp(x)))],
  atan: [b.atan, each(Math.atan)],
  abs: [b.abs, each(Math.abs)],
  stablemaxScore: [b.stablemaxScore, each((x) => (x >= 0 ? x + 1 : 1 / (1 - x)))],
  add: [b.add, each((x, y) => x + y)],
  sub: [b.sub, each((x, y) => x - y)],
  mul: [b.mul, each((x, y) => x * y)],
  div: [b.div, each((x, y) => x / y)],
  min: [b.min, each(Math.min)],
  max: [b.max, each(Math.max)],
  equal: [(x, y) => b.cast(b.equal(x, y), 'float32'), each((x, y) => flag(x === y))],
  not: [(x, y) => b.cast(b.not(b.equal(x, y)), 'float32'), each((x, y) => flag(x !== y))],
  cast: [(x) => b.cast(x, 'int32'), each(Math.trunc)],
  select: [(x, y) => b.select(b.equal(x, y), b.neg(x), y), each((x, y) => (x === y ? -x : y))],
  gemm: [
    (x, y) => b.gemm(x, y, { transB: true, plus: x.graph.constant(new Float32Array([10, 20]), [2]) }),
    X.flatMap((x) => Y.map((y, j) => total(x.map((value, k) => value * y[k]!)) + 10 * (j + 1))),
  ],
  quantisedGemm: [
    (x, y) =>
      b.quantisedGemm(b.mul(x, 0.9), y, { transB: true, plus: x.graph.constant(new Float32Array([10, 20]), [2]) }),
    quantisedProduct,
  ],
  matmul: [
    (x, y) => b.matmul(x, y, { transA: true }),
    X[0]!.flatMap((_, i) => Y[0]!.map((_, j) => X[0]![i]! * Y[0]![j]! + X[1]![i]! * Y[1]![j]!)),
  ],
  reshape: [(x) => b.reshape(x, [3, -1]), X.flat()],
  transpose: [(x) => b.transpose(x, [1, 0]), columns.flat()],
  expand: [(x) => b.expand(x, [2, 2, 3]), [...X.flat(), ...X.flat()]],
  slice: [(x) => b.slice(x, 1, { from: 1 }), X.flatMap((row) => row.slice(1))],
  pad: [(x) => b.pad(x, 1, { before: 1, after: 2 }), X.flatMap((row) => [0, ...row, 0, 0])],
  concat: [(x, y) => b.concat([x, y], 1), X.flatMap((row, i) => [...row, ...Y[i]!])],
  gather: [(x) => b.gather(x, x.graph.constant(Int32Array.of(1, 0, 1), [3])), [X[1]!, X[0]!, X[1]!].flat()],
  argmax: [(x) => b.argmax(x, 1), [2, 2]],
  reduceSum: [(x) => b.reduceSum(x, [0]), columns.map(total)],
  reduceMean: [(x) => b.reduceMean(x, [1]), X.map((row) => total(row) / 3)],
  reduceMax: [(x) => b.reduceMax(x, [1]), X.map((row) => Math.max(...row))],
  softmax: [(x) => b.softmax(x, 1), exponentials.flatMap((row) => row.map((e) => e / total(row)))],
  rmsNorm: [
    (x) => b.concat([b.rmsNorm(x, 1), b.rmsNorm(x, 0)], 0),
    [
      ...X.flatMap((row) => row.map((x) => x / rms(row))),
      ...X.flatMap((row) => row.map((x, j) => x / rms(columns[j]!))),
    ],
  ],
  inverseRms: [(x) => b.inverseRms(x, 1), X.map((row) => 1 / rms(row))],
  silu: [b.silu, each((x) => x * sigmoid(x))],
  swiglu: [b.swiglu, each((x, y) => x * sigmoid(x) * y)],
  rotateHalf: [(x) => b.rotateHalf(b.reshape(x, [1, 6])), [-0.25, -1, -3, -2, -0.5, 0]],
};

describe('in onnxruntime', () => {
  test.each(Object.entries(cases))('%s is what it is called', async (_, [build, expected]) => {
    const graph = new Graph();
    graph.output('result', build(graph.input('x', [2, 3]), graph.input('y', [2, 3])));
    const session = await Session.create(graph, { threads: 1 });
    const { result } = await session.run({ x: Float32Array.from(X.flat()), y: Float32Array.from(Y.flat()) });
    expect(result!.length).toBe(expected.length);
    expected.forEach((value, i) => expect(result![i]).toBeCloseTo(value, 5));
    await session.release();
  });

  test('a one-hot row is 1 at its index and all zero for an index below the columns', async () => {
    const graph = new Graph();
    graph.output('rows', b.oneHot(graph.input('indices', [3], 'int32'), 3));
    const session = await Session.create(graph, { threads: 1 });
    const { rows } = await session.run({ indices: Int32Array.of(2, -100, 0) });
    expect([...rows!]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0]);
    await session.release();
  });
});
