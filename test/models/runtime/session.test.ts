import { expect, test } from 'vitest';
import { add, mul } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { Session } from '../../../models/runtime/session';

const graph = new Graph();
graph.output('y', add(mul(graph.input('x', [2, 3]), 2), graph.input('bias', [])));

test('run takes and returns typed arrays with the shapes of the graph', async () => {
  const session = await Session.create(graph);
  expect(await session.run({ x: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(0.5) })).toEqual({
    y: Float32Array.of(2.5, 4.5, 6.5, 8.5, 10.5, 12.5),
  });
  await session.release();
});

test('run names a missing input or one of wrong length, and ignores unknown ones', async () => {
  const session = await Session.create(graph);
  const bias = Float32Array.of(1);
  await expect(session.run({ bias })).rejects.toThrow('input x was not given');
  await expect(session.run({ bias, x: new Float32Array(5) })).rejects.toThrow('input x: expected [2, 3], got 5 values');
  await expect(session.run({ bias, x: new Float32Array(6), unknown: bias })).resolves.toHaveProperty('y');
  await session.release();
});
