/** Compares rounded products with exact products and with the standard ONNX operators. */
import fc from 'fast-check';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../datasets/random';
import { reachableNodes } from '../../../../models/graph/analysis';
import { backward } from '../../../../models/graph/backward';
import { reduceSum, reshape, roundedForwardGemm, roundedGemm } from '../../../../models/graph/build';
import { Graph } from '../../../../models/graph/graph';
import { encode, type EmitOptions, type Rounding } from '../../../../models/onnx/encode';
import { findCpuRounding } from '../../../../models/runtime/cpu-rounding';
import { decodeModel } from '../../onnx/decode';

const size = fc.integer({ min: 1, max: 40 });
const product = fc.record({
  rows: size,
  inner: size,
  columns: size,
  transA: fc.boolean(),
  transB: fc.boolean(),
  seed: fc.nat(),
});
type Drawn = typeof product extends fc.Arbitrary<infer Value> ? Value : never;

function graphOf({ rows, inner, columns, transA, transB }: Drawn): Graph {
  const graph = new Graph();
  const a = graph.input('a', transA ? [inner, rows] : [rows, inner]);
  const b = graph.input('b', transB ? [columns, inner] : [inner, columns]);
  graph.output('y', roundedGemm(a, b, { transA, transB }));
  return graph;
}

async function run(
  graph: Graph,
  feeds: Readonly<Record<string, Float32Array>>,
  options: EmitOptions,
): Promise<Float32Array> {
  const session = await InferenceSession.create(encode(graph, options), {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
  });
  const tensors = graph.inputs.map(({ attributes: { name }, shape }) => [
    name,
    new OrtTensor('float32', feeds[name]!, [...shape]),
  ]);
  const { y } = await session.run(Object.fromEntries(tensors) as Record<string, OrtTensor>);
  await session.release();
  return y!.data as Float32Array;
}

/** a·b in float64, and the largest error that rounding both factors to half a step can cause in each entry. */
function expected({ rows, inner, columns, transA, transB }: Drawn, a: Float32Array, b: Float32Array) {
  const [left, right] = [Math.max(0, ...a) - Math.min(0, ...a), 2 * Math.max(...b.map(Math.abs))];
  const [stepA, stepB] = [left / 255, right / 254];
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let [value, bound] = [0, 0];
    for (let k = 0; k < inner; k++) {
      const x = a[transA ? k * rows + i : i * inner + k]!;
      const y = b[transB ? j * inner + k : k * columns + j]!;
      value += x * y;
      // A whole step on the left: its zero point is rounded too.
      bound += Math.abs(x) * stepB + Math.abs(y) * stepA + stepA * stepB;
    }
    return { value, bound };
  });
}

describe('roundedGemm', () => {
  const roundings = async (): Promise<Rounding[]> => ['uint8', (await findCpuRounding())!];

  test('is within the rounding error of the exact product, and equal with every operator and type that this CPU has', () =>
    fc.assert(
      fc.asyncProperty(product, async (drawn) => {
        const random = Random.seeded(drawn.seed);
        const draw = (length: number) => Float32Array.from({ length }, () => 2 * random.uniform() - 0.7);
        const feeds = { a: draw(drawn.rows * drawn.inner), b: draw(drawn.inner * drawn.columns) };
        const graph = graphOf(drawn);
        const [own, ...others] = await Promise.all(
          (await roundings()).flatMap((rounding) =>
            [true, false].map((contrib) => run(graph, feeds, { contrib, rounding })),
          ),
        );
        expected(drawn, feeds.a, feeds.b).forEach(({ value, bound }, i) => {
          expect(Math.abs(own![i]! - value)).toBeLessThanOrEqual(bound + 1e-5);
          for (const other of others) expect(other[i]).toBeCloseTo(own![i]!, 4);
        });
      }),
      { numRuns: 60 },
    ));

  test.each([
    ['left', 0, 1],
    ['right', 1, 0],
    ['both', 0, 0],
  ])('is exactly zero for a zero factor (%s)', async (_, a, b) => {
    const drawn = { rows: 3, inner: 5, columns: 2, transA: false, transB: false, seed: 1 };
    const feeds = { a: new Float32Array(15).fill(a), b: new Float32Array(10).fill(b) };
    for (const rounding of await roundings())
      expect([...(await run(graphOf(drawn), feeds, { contrib: true, rounding }))]).toEqual(Array(6).fill(0));
  });

  test('is in float16 on GPUs: factors are cast once, the sum stays in float32', () => {
    const graph = new Graph();
    const [x, v, w] = [graph.input('x', [4, 3]), graph.input('v', [5, 3]), graph.input('w', [5, 3])];
    const gate = roundedGemm(x, v, { transB: true });
    graph.output('up', roundedGemm(x, w, { transB: true, plus: gate }));
    const { nodes } = decodeModel(encode(graph, { rounding: 'float16' }));
    expect(nodes.map(({ type }) => type)).toEqual(['Cast', 'Cast', 'Gemm', 'Cast', 'Cast', 'Gemm', 'Cast', 'Add']);
  });

  test('rounds the products of the backward pass only if requested', () => {
    const typesOf = (multiply: typeof roundedGemm) => {
      const graph = new Graph();
      const [a, b] = [graph.input('a', [4, 3]), graph.input('b', [3, 5])];
      const gradients = backward(reshape(reduceSum(multiply(a, b), [0, 1]), []), [a, b]);
      gradients.forEach((gradient, i) => graph.output(`d${i}`, gradient!));
      return reachableNodes(graph).map(({ op }) => op);
    };
    expect(typesOf(roundedForwardGemm)).not.toContain('roundedGemm');
    expect(typesOf(roundedForwardGemm)).toContain('gemm');
    expect(typesOf(roundedGemm)).not.toContain('gemm');
  });

  test('quantises a shared factor only once', () => {
    const graph = new Graph();
    const [x, v, w] = [graph.input('x', [4, 3]), graph.input('v', [5, 3]), graph.input('w', [5, 3])];
    graph.output('gate', roundedGemm(x, v, { transB: true }));
    graph.output('up', roundedGemm(x, w, { transB: true }));
    const { nodes } = decodeModel(encode(graph, { contrib: true }));
    expect(nodes.filter(({ type }) => type === 'DynamicQuantizeLinear')).toHaveLength(1);
    expect(nodes.filter(({ type }) => type === 'QuantizeLinear')).toHaveLength(2);
  });
});
