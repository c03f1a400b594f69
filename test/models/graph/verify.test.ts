import { describe, expect, test } from 'vitest';
import { add, exp, neg } from '../../../models/graph/build';
import { Graph, Tensor } from '../../../models/graph/graph';
import { ShapeError, type Shape } from '../../../models/graph/shape';
import { verify } from '../../../models/graph/analysis';

/** x, neg(x) and exp(neg(x)), the last named y. */
function small() {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const y = exp(neg(x));
  graph.output('y', y);
  return { graph, x, y };
}

/** Puts a node written by hand in the place of another: graphs built by the verbs are never unsound. */
function replace(
  graph: Graph,
  id: number,
  { op, inputs, shape = [2] }: { op: 'neg' | 'exp' | 'add'; inputs: readonly Tensor[]; shape?: Shape },
) {
  graph.nodes[id] = new Tensor(graph, id, op, inputs, {}, 'float32', shape) as Tensor;
  graph.outputs.set('y', graph.nodes[2]!);
}

describe('verifying', () => {
  test('accepts what the verbs build', () => {
    const { graph, x, y } = small();
    graph.output('z', add(x, y));
    expect(() => verify(graph)).not.toThrow();
  });

  test('asks for something to compute', () => {
    expect(() => verify(new Graph())).toThrow(new ShapeError('the graph has no outputs'));
  });

  test('refuses one name for an input and an output', () => {
    const { graph, y } = small();
    graph.output('x', y);
    expect(() => verify(graph)).toThrow(new ShapeError('x is an input and an output'));
  });

  test('names a node whose type is not what its inputs make it', () => {
    const { graph } = small();
    replace(graph, 2, { op: 'exp', inputs: [graph.nodes[1]!], shape: [3] });
    expect(() => verify(graph)).toThrow(new ShapeError('node %2 (exp) is float32[3], its inputs make it float32[2]'));
  });

  test('names a node whose inputs do not fit each other', () => {
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
    expect(() => verify(graph)).toThrow(new ShapeError('node %2 (add): incompatible shapes a=[2] b=[3] at axis 0'));
  });

  test('names a node that uses what comes later', () => {
    const { graph, y } = small();
    replace(graph, 1, { op: 'neg', inputs: [y] });
    replace(graph, 2, { op: 'exp', inputs: [graph.nodes[1]!] });
    expect(() => verify(graph)).toThrow(new ShapeError('node %1 (neg) uses %2, which does not come before it'));
  });

  test('names a node that stands in the wrong place', () => {
    const { graph } = small();
    [graph.nodes[0], graph.nodes[1]] = [graph.nodes[1]!, graph.nodes[0]!];
    expect(() => verify(graph)).toThrow(new ShapeError('node %1 (neg) is not in its place in the graph'));
  });
});
