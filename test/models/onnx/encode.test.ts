import fc from 'fast-check';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import * as b from '../../../models/graph/build';
import type { Tensor } from '../../../models/graph/graph';
import { Graph } from '../../../models/graph/graph';
import type { OpName } from '../../../models/graph/ops/op';
import { countElements } from '../../../models/graph/shape';
import { encode, toOnnx } from '../../../models/onnx/encode';
import { Session } from '../../../models/runtime/session';
import type { Sample } from '../graph/op-samples';
import { samples } from '../graph/op-samples';
import { decodeModel, text } from './decode';

const sessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
const ones = (graph: Graph) =>
  Object.fromEntries(
    graph.inputs.map(({ shape, attributes: { name } }) => [
      name,
      new OrtTensor('float32', new Float32Array(countElements(shape)).fill(1), shape),
    ]),
  );

/** Loads a graph of float inputs and runs it on ones. */
async function run(graph: Graph) {
  const session = await InferenceSession.create(encode(graph), sessionOptions);
  const results = await session.run(ones(graph));
  await session.release();
  return results;
}

async function expectInferredShape<Name extends OpName>(
  name: Name,
  { shapes, attributes, inputs }: Sample<Name>,
): Promise<void> {
  const graph = new Graph();
  const floats = shapes.map((shape, i) => graph.input(`x${i}`, shape));
  const y = graph.node(name, inputs?.(floats) ?? floats, attributes) as Tensor;
  graph.output('y', y);
  const result = (await run(graph)).y!;
  expect(result.dims).toEqual(y.shape);
  expect(result.type).toBe(y.dtype);
}

describe('onnxruntime agrees with the shape rule', () => {
  for (const name of Object.keys(samples) as OpName[]) {
    const sample = samples[name];
    if (typeof sample !== 'string')
      test(`of ${name}`, () =>
        fc.assert(
          fc.asyncProperty(sample as fc.Arbitrary<Sample<typeof name>>, (drawn) => expectInferredShape(name, drawn)),
          { numRuns: 8 },
        ));
  }

  test('of the ops without a gradient', async () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', [2, 3]), graph.input('y', [3])];
    const results = {
      equal: b.equal(x, y),
      not: b.not(b.equal(x, y)),
      cast: b.cast(x, 'int32'),
      argmax: b.argmax(x, 0),
      stopGradient: b.stopGradient(x),
      constant: graph.constant(new Int32Array(2), [2, 1]),
    };
    for (const [name, tensor] of Object.entries(results)) graph.output(name, tensor);
    const out = await run(graph);
    for (const [name, { shape, dtype }] of Object.entries(results))
      expect([name, out[name]!.dims, out[name]!.type]).toEqual([name, shape, dtype]);
  });
});

describe('an encoded graph', () => {
  test('contains only the nodes and inputs that its outputs need', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    b.exp(graph.input('unused', [2]));
    graph.output('y', b.neg(x));
    const { nodes, inputs, outputs } = decodeModel(encode(graph));
    expect(nodes.map(({ type }) => type)).toEqual(['Neg']);
    expect([inputs, outputs]).toEqual([['x'], ['y']]);
  });

  test('shares equal constants between nodes', () => {
    const graph = new Graph();
    const x = graph.input('x', [1, 2]);
    // Both reductions and both slices need the list [1]; both sums the number 0.5.
    graph.output('y', b.add(b.reduceSum(x, [1]), 0.5));
    graph.output('z', b.add(b.slice(b.reduceMax(x, [1]), 0, { from: 0 }), 0.5));
    graph.output('u', b.slice(x, 1, { from: 1 }));
    const { initializers } = decodeModel(encode(graph));
    const values = initializers.map(({ type, dims, data }) => `${type} ${dims}: ${[...data!]}`);
    expect(new Set(values).size).toBe(values.length);
    expect(values).toContain('1 : 0,0,0,63');
  });

  test('keeps equal constants of different types or shapes separate', () => {
    const graph = new Graph();
    const x = graph.input('x', [1]);
    const table = graph.constant(new Float32Array([0]), [1, 1]);
    graph.output('y', b.add(b.gather(table, graph.constant(new Int32Array([0]), [1])), b.add(x, 0)));
    expect(decodeModel(encode(graph)).initializers.map(({ type, dims }) => [type, dims])).toEqual([
      [1, [1, 1]],
      [6, [1]],
      [1, []],
    ]);
  });

  test('allows any names for inputs and outputs', async () => {
    const graph = new Graph();
    const sum = b.add(b.mul(graph.input('t2', [2]), graph.input('c0', [2])), b.add(graph.input('s0', [2]), 3));
    graph.output('t3', b.stablemaxScore(sum));
    graph.output('c1', sum);
    const out = await run(graph);
    expect([out.c1!.data, out.t3!.data]).toEqual([new Float32Array([5, 5]), new Float32Array([6, 6])]);
  });

  test('can return inputs and constants unchanged', async () => {
    const graph = new Graph();
    graph.output('same', graph.input('x', [2]));
    graph.output('three', graph.constant(new Float32Array([3]), [1]));
    const out = await run(graph);
    expect([out.same!.data, out.three!.data]).toEqual([new Float32Array([1, 1]), new Float32Array([3])]);
  });

  test('throws for an invalid graph', () => {
    expect(() => encode(new Graph())).toThrow('the graph has no outputs');
  });

  test('is identical, byte for byte, for each build', () => {
    const build = () => {
      const graph = new Graph();
      graph.output('y', b.rmsNorm(b.softmax(graph.input('x', [2, 4]), 1), 1));
      return encode(graph);
    };
    expect(text(build())).toBe(text(build()));
  });
});

describe('the outputs of a graph', () => {
  test('keep their names and are copied only if they share a tensor or are inputs', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const doubled = b.add(x, x);
    const outputs = { doubled, again: doubled, cut: b.stopGradient(b.neg(doubled)), given: x };
    for (const [name, tensor] of Object.entries(outputs)) graph.output(name, tensor);
    expect(decodeModel(encode(graph)).nodes.filter(({ type }) => type === 'Identity')).toHaveLength(2);
    const out = await run(graph);
    expect(
      Object.fromEntries(Object.keys(outputs).map((name) => [name, [...(out[name]!.data as Float32Array)]])),
    ).toEqual({
      doubled: [2, 2],
      again: [2, 2],
      cut: [-2, -2],
      given: [1, 1],
    });
  });
});

test('encode uses fused operators of com.microsoft only with contrib, with the same results', async () => {
  const graph = new Graph();
  const [x, y] = [graph.input('x', [1, 2, 3]), graph.input('y', [1, 2, 3])];
  graph.output('z', b.matmul(b.swiglu(x, y), y, { transB: true }));
  const runEncoded = async (contrib: boolean) => {
    const session = await InferenceSession.create(encode(graph, { contrib }), sessionOptions);
    return (await session.run(ones(graph))).z!.data as Float32Array;
  };
  const types = (contrib: boolean) => decodeModel(encode(graph, { contrib })).nodes.map(({ type }) => type);
  expect(types(false)).toEqual(['Sigmoid', 'Mul', 'Mul', 'Transpose', 'MatMul']);
  expect(types(true)).toEqual(['QuickGelu', 'Mul', 'FusedMatMul']);
  const [plain, fused] = [await runEncoded(false), await runEncoded(true)];
  plain.forEach((value, i) => expect(fused[i]).toBeCloseTo(value, 5));
});

describe('toOnnx', () => {
  const normed = () => {
    const graph = new Graph();
    graph.output('y', b.rmsNorm(b.mul(graph.input('x', [2, 3]), graph.input('scale', [3])), 1));
    return graph;
  };
  const given = new Map([['scale', Float32Array.of(1, 2, 3)]]);

  test('stores given inputs as initializers under their names', () => {
    const { inputs, initializers } = toOnnx(normed(), { given });
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect(initializers.filter(({ name }) => name === 'scale')).toEqual([
      { name: 'scale', type: 'float32', dims: [3], data: new Uint8Array(Float32Array.of(1, 2, 3).buffer) },
    ]);
  });

  test('throws for given values that do not fill their input', () => {
    expect(() => toOnnx(normed(), { given: new Map([['scale', Float32Array.of(1, 2)]]) })).toThrow(
      'scale: 2 values do not fill [3]',
    );
  });

  test('starts all generated names with the prefix', () => {
    const { nodes, initializers } = toOnnx(normed(), { prefix: '%inner.' });
    const generated = [...nodes.flatMap(({ outputs }) => outputs), ...initializers.map(({ name }) => name)].filter(
      (name) => name !== 'y',
    );
    expect(generated.length).toBeGreaterThan(0);
    expect(generated.every((name) => name.startsWith('%inner.'))).toBe(true);
  });

  test('uses only standard operators with portable, with the same results', async () => {
    const types = (portable: boolean) => toOnnx(normed(), { portable }).nodes.map(({ type }) => type);
    expect(types(false)).toEqual(['Mul', 'SimplifiedLayerNormalization']);
    expect(types(true)).toEqual(['Mul', 'Mul', 'ReduceMean', 'Add', 'Sqrt', 'Div']);
    const runEncoded = async (portable: boolean) => {
      const session = await InferenceSession.create(encode(normed(), { portable }), sessionOptions);
      return (await session.run(ones(normed()))).y!.data as Float32Array;
    };
    const [plain, fused] = [await runEncoded(true), await runEncoded(false)];
    plain.forEach((value, i) => expect(fused[i]).toBeCloseTo(value, 5));
  });
});

// Compares the result of each op in onnxruntime with plain arithmetic.

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
const int8Product = X.flatMap((x) =>
  Y.map(
    (y, j) => total(x.map((value, k) => inSteps(0.9 * value, leftStep) * inSteps(y[k]!, rightStep))) + 10 * (j + 1),
  ),
);

type Case = readonly [build: (x: Tensor, y: Tensor) => Tensor, expected: readonly number[]];

/** Two images in two channels of 2 × 3 cells: X beside its neighbours to the left and above, Y times 2. */
const convolved = [
  ...X.flatMap((row, i) => row.map((x, j) => x + (row[j - 1] ?? 0) + 10 * (X[i - 1]?.[j] ?? 0))),
  ...Y.flat().map((y) => 2 * y),
];

const cases: { readonly [Name in OpName]: Case } = {
  depthwiseConv: [
    (x, y) => {
      const images = b.reshape(b.concat([x, y], 0), [1, 2, 2, 3]);
      const kernels = Float32Array.of(0, 10, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0);
      return b.depthwiseConv(images, x.graph.constant(kernels, [2, 1, 3, 3]), [1, 1]);
    },
    convolved,
  ],
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
  roundedGemm: [
    (x, y) =>
      b.roundedGemm(b.mul(x, 0.9), y, { transB: true, plus: x.graph.constant(new Float32Array([10, 20]), [2]) }),
    int8Product,
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
  test.each(Object.entries(cases))('%s matches plain arithmetic', async (_, [build, expected]) => {
    const graph = new Graph();
    graph.output('result', build(graph.input('x', [2, 3]), graph.input('y', [2, 3])));
    const session = await Session.create(graph, { threads: 1 });
    const { result } = await session.run({ x: Float32Array.from(X.flat()), y: Float32Array.from(Y.flat()) });
    expect(result!.length).toBe(expected.length);
    expected.forEach((value, i) => expect(result![i]).toBeCloseTo(value, 5));
    await session.release();
  });

  test('oneHot is 1 at the index and all zero for a negative index', async () => {
    const graph = new Graph();
    graph.output('rows', b.oneHot(graph.input('indices', [3], 'int32'), 3));
    const session = await Session.create(graph, { threads: 1 });
    const { rows } = await session.run({ indices: Int32Array.of(2, -100, 0) });
    expect([...rows!]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0]);
    await session.release();
  });
});
