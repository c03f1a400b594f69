/** Compares FLOP counts of graphs with counts by hand from the paper's formulas; a multiply-add counts two. */
import { describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../../models/family/config';
import { countFlops, estimateMemory, executionOrder, verifyGraph } from '../../../models/graph/analysis';
import { add, exp, gemm, matmul, neg, reduceSum, reshape, rmsNorm, transpose } from '../../../models/graph/build';
import { Graph, Tensor } from '../../../models/graph/graph';
import type { Shape } from '../../../models/graph/shape';
import { ShapeError } from '../../../models/graph/shape';
import { forward } from '../../../models/train/forward';
import { trainStepGraph } from '../../../models/train/train-step';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const product = (rows: number, inner: number, columns: number) => 2 * rows * inner * columns;

const SWIGLU = 6;
const NORM = 4;
const SOFTMAX = 5;

/** x + down(silu(gate(x))·up(x)) on [rows, width], or on its transpose. */
const gatedMlp = ({ rows, width, inner }: { rows: number; width: number; inner: number }) =>
  2 * product(rows, width, inner) + SWIGLU * rows * inner + product(rows, inner, width) + rows * width;

/** One block: mix and its norm, channel MLP and its norm. */
function block(
  { seqLen: L, hiddenSize: D, numHeads, mlpT }: ModelConfig,
  B: number,
  inner: { positions: number; channels: number },
): number {
  const tokens = L * B;
  const headDim = Math.floor(D / numHeads);
  const width = numHeads * headDim;
  const rotary = 2 * 3 * tokens * width;
  const scores = B * numHeads * (product(L, headDim, L) + SOFTMAX * L * L);
  const mixed = B * numHeads * product(L, L, headDim);
  const attention = 3 * product(tokens, D, width) + rotary + scores + mixed + product(tokens, width, D) + tokens * D;
  const mix = mlpT ? gatedMlp({ rows: B * D, width: L, inner: inner.positions }) : attention;
  return mix + gatedMlp({ rows: tokens, width: D, inner: inner.channels }) + 2 * NORM * tokens * D;
}

/** The weights of q over the root of the width of a head, once for all updates. */
const scaledQueries = ({ hiddenSize: D, numHeads, mlpT, lLayers }: ModelConfig): number =>
  mlpT ? 0 : lLayers * numHeads * Math.floor(D / numHeads) * D;

/** Embedding scale, hCycles of (injection, lCycles + 1 nets with their addition), both heads. */
function supervisionStep(config: ModelConfig, B: number, inner: { positions: number; channels: number }): number {
  const { seqLen, hiddenSize: D, vocabSize, hCycles, lCycles, lLayers } = config;
  const state = seqLen * B * D;
  const net = state + lLayers * block(config, B, inner);
  const heads = product(seqLen * B, D, vocabSize) + product(B, D, 2) + 2 * B;
  return state + scaledQueries(config) + hCycles * (state + (lCycles + 1) * net) + heads;
}

function countedForward(config: ModelConfig, batchSize: number): number {
  const graph = new Graph();
  const { logits, q } = forward(graph, config, { batchSize });
  graph.output('logits', logits);
  graph.output('q', q);
  return countFlops(graph);
}

describe('countFlops of a supervision step', () => {
  // 1.5·4·2/3 = 4 channels; the positions are 4 as well.
  const tiny = { positions: 4, channels: 4 };
  // 4·512·2/3 = 1365 → 1536 and 4·81·2/3 = 216 → 256.
  const large = { positions: 256, channels: 1536 };
  const paper = {
    seqLen: 81,
    vocabSize: 11,
    hiddenSize: 512,
    numHeads: 8,
    expansion: 4,
    innerMultiple: 256,
    lLayers: 2,
    hCycles: 3,
    lCycles: 6,
  };
  test.each([
    ['mlpT', { ...tinyMlpT, lLayers: 2, hCycles: 3, lCycles: 2 }, tiny],
    ['attention', { ...tinyAttention, lLayers: 2, hCycles: 2, lCycles: 3 }, tiny],
    ['mlpT at paper size', { ...tinyMlpT, ...paper }, large],
    ['attention at paper size', { ...tinyAttention, ...paper }, large],
  ])('with %s equals the count by hand', (_, config, inner) => {
    expect(countedForward(config, 3)).toBe(supervisionStep(config, 3, inner));
  });
});

test('a train step costs the forward products plus twice those of the last cycle and the heads, within 10 %', () => {
  const [B, L, D] = [64, 16, 64];
  const config = {
    ...tinyMlpT,
    seqLen: L,
    hiddenSize: D,
    lLayers: 2,
    hCycles: 3,
    lCycles: 4,
    expansion: 4,
    innerMultiple: 64,
  };
  // 4·16·2/3 = 43 → 64 and 4·64·2/3 = 171 → 192; three products in each gated MLP.
  const net = config.lLayers * 3 * (product(B * D, L, 64) + product(L * B, D, 192));
  const nets = config.hCycles * (config.lCycles + 1) + 2 * (config.lCycles + 1);
  const products = nets * net + 3 * product(L * B, D, config.vocabSize);
  const { graph } = trainStepGraph({
    config,
    batchSize: B,
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  });
  expect(countFlops(graph) / products).toBeGreaterThan(1);
  expect(countFlops(graph) / products).toBeLessThan(1.1);
});

test('countFlops counts products and reductions, but not data movement', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 3]);
  graph.output('moved', reshape(x, [6]));
  expect(countFlops(graph)).toBe(0);
  graph.output('gemm', gemm(x, x, { transA: true }));
  expect(countFlops(graph)).toBe(product(3, 2, 3));
  graph.output('matmul', matmul(reshape(x, [1, 2, 3]), reshape(x, [1, 3, 2])));
  expect(countFlops(graph)).toBe(product(3, 2, 3) + product(2, 3, 2));
  graph.output('sum', reduceSum(x, [0, 1]));
  expect(countFlops(graph)).toBe(product(3, 2, 3) + product(2, 3, 2) + 6);
});

test('countFlops ignores nodes that no output needs', () => {
  const graph = new Graph();
  const x = graph.input('x', [5]);
  exp(rmsNorm(x, 0));
  graph.output('y', add(x, 1));
  expect(countFlops(graph)).toBe(5);
});

// Compares memory estimates of small graphs with counts by hand; a float32 takes 4 bytes.

const KB = 1024;
const square = [16, 16];

describe('estimateMemory', () => {
  test('returns the sizes of inputs, outputs and the peak of activations', () => {
    const graph = new Graph();
    const x = graph.input('x', square);
    // Two products are alive at a time: the sum of the first two overwrites one of them before the third is computed.
    const [a, b, c] = [gemm(x, x), gemm(x, x, { transA: true }), gemm(x, x, { transB: true })];
    graph.output('y', transpose(add(add(a, b), c), [1, 0]));
    expect(estimateMemory(graph)).toEqual({ inputs: KB, outputs: KB, activations: 2 * KB });
  });

  test('counts no memory for reshapes and in-place results', () => {
    const graph = new Graph();
    const x = graph.input('x', square);
    graph.output('y', gemm(exp(reshape(exp(gemm(x, x)), [16, 16])), x));
    expect(estimateMemory(graph).activations).toBe(KB);
  });

  test('keeps a tensor in memory until its last use', () => {
    const graph = new Graph();
    const x = graph.input('x', square);
    const early = gemm(x, x);
    graph.output('y', gemm(exp(exp(early)), early));
    expect(estimateMemory(graph).activations).toBe(2 * KB);
  });

  test('counts a tensor with two output names once', () => {
    const graph = new Graph();
    const y = exp(graph.input('x', square));
    graph.output('y', y);
    graph.output('again', reshape(y, [256]));
    expect(estimateMemory(graph)).toEqual({ inputs: KB, outputs: KB, activations: 0 });
  });
});

test('executionOrder computes the last output first', () => {
  const graph = new Graph();
  const x = graph.input('x', square);
  const [a, b] = [exp(x), gemm(x, x)];
  graph.output('a', a);
  graph.output('b', b);
  const order = executionOrder(graph);
  expect(order.indexOf(b)).toBeLessThan(order.indexOf(a));
  expect(new Set(order).size).toBe(graph.nodes.length);
});

/** x, neg(x) and exp(neg(x)), the last named y. */
function small() {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const y = exp(neg(x));
  graph.output('y', y);
  return { graph, x, y };
}

/** Replaces a node with an invalid one: graphs built by the build functions are always valid. */
function replace(
  graph: Graph,
  id: number,
  { op, inputs, shape = [2] }: { op: 'neg' | 'exp' | 'add'; inputs: readonly Tensor[]; shape?: Shape },
) {
  graph.nodes[id] = new Tensor(graph, id, op, inputs, {}, 'float32', shape) as Tensor;
  graph.outputs.set('y', graph.nodes[2]!);
}

describe('verifyGraph', () => {
  test('accepts graphs from the build functions', () => {
    const { graph, x, y } = small();
    graph.output('z', add(x, y));
    expect(() => verifyGraph(graph)).not.toThrow();
  });

  test('throws for a graph without outputs', () => {
    expect(() => verifyGraph(new Graph())).toThrow(new ShapeError('the graph has no outputs'));
  });

  test('throws for a name that is both an input and an output', () => {
    const { graph, y } = small();
    graph.output('x', y);
    expect(() => verifyGraph(graph)).toThrow(new ShapeError('x is an input and an output'));
  });

  test('throws for a node whose type does not match its inputs', () => {
    const { graph } = small();
    replace(graph, 2, { op: 'exp', inputs: [graph.nodes[1]!], shape: [3] });
    expect(() => verifyGraph(graph)).toThrow(
      new ShapeError('node %2 (exp) is float32[3], its inputs make it float32[2]'),
    );
  });

  test('throws for a node with incompatible inputs', () => {
    const { graph } = small();
    const long = new Tensor(
      graph,
      1,
      'input',
      [],
      { name: 'long', type: { dtype: 'float32', shape: [3] } },
      'float32',
      [3],
    );
    graph.nodes[1] = long as Tensor;
    replace(graph, 2, { op: 'add', inputs: graph.nodes.slice(0, 2) });
    expect(() => verifyGraph(graph)).toThrow(
      new ShapeError('node %2 (add): incompatible shapes a=[2] b=[3] at axis 0'),
    );
  });

  test('throws for a node that uses a later node', () => {
    const { graph, y } = small();
    replace(graph, 1, { op: 'neg', inputs: [y] });
    replace(graph, 2, { op: 'exp', inputs: [graph.nodes[1]!] });
    expect(() => verifyGraph(graph)).toThrow(new ShapeError('node %1 (neg) uses %2, which does not come before it'));
  });

  test('throws for a node at the wrong index', () => {
    const { graph } = small();
    [graph.nodes[0], graph.nodes[1]] = [graph.nodes[1]!, graph.nodes[0]!];
    expect(() => verifyGraph(graph)).toThrow(new ShapeError('node %1 (neg) is not in its place in the graph'));
  });
});
