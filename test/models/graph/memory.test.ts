/** Memory counted from small graphs against the same counted by hand; a float32 takes 4 bytes. */
import { describe, expect, test } from 'vitest';
import { add, exp, gemm, reshape, transpose } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { executionOrder, memory } from '../../../models/graph/analysis';

const KB = 1024;
const square = [16, 16];

describe('the memory of a run', () => {
  test('is what is fed, what comes back, and the most that stands between them at once', () => {
    const graph = new Graph();
    const x = graph.input('x', square);
    // Two products are alive at a time: the sum of the first two is written over one of them before the third is made.
    const [a, b, c] = [gemm(x, x), gemm(x, x, { transA: true }), gemm(x, x, { transB: true })];
    graph.output('y', transpose(add(add(a, b), c), [1, 0]));
    expect(memory(graph)).toEqual({ inputs: KB, outputs: KB, activations: 2 * KB });
  });

  test('takes nothing for another shape, and nothing for a result written over its input', () => {
    const graph = new Graph();
    const x = graph.input('x', square);
    graph.output('y', gemm(exp(reshape(exp(gemm(x, x)), [16, 16])), x));
    expect(memory(graph).activations).toBe(KB);
  });

  test('keeps what is read again', () => {
    const graph = new Graph();
    const x = graph.input('x', square);
    const early = gemm(x, x);
    graph.output('y', gemm(exp(exp(early)), early));
    expect(memory(graph).activations).toBe(2 * KB);
  });

  test('counts a tensor that comes back under two names once', () => {
    const graph = new Graph();
    const y = exp(graph.input('x', square));
    graph.output('y', y);
    graph.output('again', reshape(y, [256]));
    expect(memory(graph)).toEqual({ inputs: KB, outputs: KB, activations: 0 });
  });
});

test('the last result asked for is worked out first', () => {
  const graph = new Graph();
  const x = graph.input('x', square);
  const [a, b] = [exp(x), gemm(x, x)];
  graph.output('a', a);
  graph.output('b', b);
  const order = executionOrder(graph);
  expect(order.indexOf(b)).toBeLessThan(order.indexOf(a));
  expect(new Set(order).size).toBe(graph.nodes.length);
});
