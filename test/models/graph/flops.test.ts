/** Operations counted from graphs against the same counted by hand from the paper's formulas; a multiply-add is two. */
import { describe, expect, test } from 'vitest';
import { flops } from '../../../models/graph/analysis';
import { Graph } from '../../../models/graph/graph';
import { add, exp, gemm, matmul, reduceSum, reshape, rmsNorm } from '../../../models/graph/build';
import { forward } from '../../../models/train/forward';
import { trainStepGraph } from '../../../models/train/train-step';
import type { ModelConfig } from '../../../models/family/config';
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
  const scores = B * numHeads * (product(L, headDim, L) + L * L + SOFTMAX * L * L);
  const mixed = B * numHeads * product(L, L, headDim);
  const attention = 3 * product(tokens, D, width) + rotary + scores + mixed + product(tokens, width, D) + tokens * D;
  const mix = mlpT ? gatedMlp({ rows: B * D, width: L, inner: inner.positions }) : attention;
  return mix + gatedMlp({ rows: tokens, width: D, inner: inner.channels }) + 2 * NORM * tokens * D;
}

/** Embedding scale, hCycles of (injection, lCycles + 1 nets with their addition), both heads. */
function supervisionStep(config: ModelConfig, B: number, inner: { positions: number; channels: number }): number {
  const { seqLen, hiddenSize: D, vocabSize, hCycles, lCycles, lLayers } = config;
  const state = seqLen * B * D;
  const net = state + lLayers * block(config, B, inner);
  const heads = product(seqLen * B, D, vocabSize) + product(B, D, 2) + 2 * B;
  return state + hCycles * (state + (lCycles + 1) * net) + heads;
}

function countedForward(config: ModelConfig, batchSize: number): number {
  const graph = new Graph();
  const { logits, q } = forward(graph, config, { batchSize });
  graph.output('logits', logits);
  graph.output('q', q);
  return flops(graph);
}

describe('the operations counted of a supervision step', () => {
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
  ])('with %s are those counted by hand', (_, config, inner) => {
    expect(countedForward(config, 3)).toBe(supervisionStep(config, 3, inner));
  });
});

test('learning costs twice the products of the last cycle and of the heads, and a few passes over the states', () => {
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
  expect(flops(graph) / products).toBeGreaterThan(1);
  expect(flops(graph) / products).toBeLessThan(1.1);
});

test('moving data is free, products and reductions are counted by what they read', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 3]);
  graph.output('moved', reshape(x, [6]));
  expect(flops(graph)).toBe(0);
  graph.output('gemm', gemm(x, x, { transA: true }));
  expect(flops(graph)).toBe(product(3, 2, 3));
  graph.output('matmul', matmul(reshape(x, [1, 2, 3]), reshape(x, [1, 3, 2])));
  expect(flops(graph)).toBe(product(3, 2, 3) + product(2, 3, 2));
  graph.output('sum', reduceSum(x, [0, 1]));
  expect(flops(graph)).toBe(product(3, 2, 3) + product(2, 3, 2) + 6);
});

test('what no output needs costs nothing', () => {
  const graph = new Graph();
  const x = graph.input('x', [5]);
  exp(rmsNorm(x, 0));
  graph.output('y', add(x, 1));
  expect(flops(graph)).toBe(5);
});
