import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as b from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { reachableNodes, printGraph } from '../../../models/graph/analysis';
import { ShapeError } from '../../../models/graph/shape';

describe('a graph', () => {
  test('returns the same tensor for the same operation', () => {
    const x = new Graph().input('x', [2, 3]);
    expect(b.add(b.exp(x), 1)).toBe(b.add(b.exp(x), 1));
    expect(b.gemm(x, x, { transB: true })).toBe(b.gemm(x, x, { transA: false, transB: true }));
    expect(x.graph.input('x', [2, 3])).toBe(x);
  });

  test('returns different tensors for different inputs, attributes or types', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', [3, 3]), graph.input('y', [3, 3])];
    expect(b.sub(x, y)).not.toBe(b.sub(y, x));
    expect(b.gemm(x, y)).not.toBe(b.gemm(x, y, { transA: true }));
    expect(b.reduceSum(x, [0])).not.toBe(b.reduceSum(x, [1]));
    expect(graph.constant(new Float32Array([1]), [])).not.toBe(graph.constant(new Float32Array([1]), [1]));
    expect(graph.constant(new Float32Array([1]), [])).not.toBe(graph.constant(new Int32Array([1]), []));
  });

  test('shares constants only if their values are equal', () => {
    const graph = new Graph();
    const values = fc.float32Array({ maxLength: 4, noNaN: true });
    fc.assert(
      fc.property(values, values, (a, c) => {
        const [first, second] = [graph.constant(a, [a.length]), graph.constant(c, [c.length])];
        expect(first === second).toBe(a.length === c.length && a.every((value, i) => value === c[i]));
      }),
    );
  });

  test('lists every node after its inputs', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    b.mul(b.exp(x), b.add(b.neg(x), 1));
    for (const [index, { id, inputs }] of graph.nodes.entries()) {
      expect(id).toBe(index);
      for (const input of inputs) expect(input.id).toBeLessThan(id);
    }
  });

  test('has no reachable nodes other than those its outputs need', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    b.exp(graph.input('unused', [2]));
    graph.output('y', b.neg(x));
    expect(reachableNodes(graph).map(({ op }) => op)).toEqual(['input', 'neg']);
  });

  test('throws for duplicate names, constants of the wrong size and tensors of another graph', () => {
    const [graph, other] = [new Graph(), new Graph()];
    const x = graph.input('x', [2]);
    const foreign = other.input('x', [2]);
    graph.output('y', x);
    expect(() => graph.input('x', [3])).toThrow(new ShapeError('input x is float32[2] already'));
    expect(() => graph.input('x', [2], 'int32')).toThrow(new ShapeError('input x is float32[2] already'));
    expect(() => graph.output('y', x)).toThrow(new ShapeError('output y is named twice'));
    expect(() => graph.constant(new Float32Array(5), [2, 3])).toThrow(new ShapeError('5 values do not fill [2, 3]'));
    expect(() => b.add(x, foreign)).toThrow(new ShapeError('add: tensor 0 belongs to another graph'));
    expect(() => graph.output('z', foreign)).toThrow(new ShapeError('output z: tensor 0 belongs to another graph'));
  });

  test('throws for a tensor of another graph with the id of one of its own', () => {
    const [graph, other] = [new Graph(), new Graph()];
    const [x, foreign] = [graph.input('x', [2]), other.input('x', [2])];
    b.neg(x);
    expect(() => graph.node('neg', [foreign], {})).toThrow(new ShapeError('neg: tensor 0 belongs to another graph'));
  });
});

test('printGraph shows names, attributes, types and outputs', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 3]);
  b.exp(x);
  const many = graph.constant(new Float32Array(6).fill(0.1), [2, 3]);
  graph.output('y', b.gemm(b.add(x, many), graph.input('w', [4, 3]), { transB: true }));
  graph.output('top', b.argmax(x, 1));
  expect(printGraph(graph)).toBe(
    [
      '%0 = input x : float32[2, 3]',
      '%1 = constant {0.1, 0.1, 0.1, 0.1, … 6} : float32[2, 3]',
      '%2 = add %0 %1 : float32[2, 3]',
      '%3 = input w : float32[4, 3]',
      '%4 = gemm %2 %3 transB : float32[2, 4]',
      '%5 = argmax %0 axis=1 : int32[2]',
      'return y = %4',
      'return top = %5',
    ].join('\n'),
  );
});
