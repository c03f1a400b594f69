import { expect, test } from 'vitest';
import { add, mul } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { resolvePrecision, Session } from '../../../models/runtime/session';

const graph = new Graph();
graph.output('y', add(mul(graph.input('x', [2, 3]), 2), graph.input('bias', [])));

test('a session takes typed arrays in the shapes of the graph and gives them back', async () => {
  const session = await Session.create(graph);
  expect(await session.run({ x: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(0.5) })).toEqual({
    y: Float32Array.of(2.5, 4.5, 6.5, 8.5, 10.5, 12.5),
  });
  await session.release();
});

test('a session names the input that is missing or has the wrong length, and passes over others', async () => {
  const session = await Session.create(graph);
  const bias = Float32Array.of(1);
  await expect(session.run({ bias })).rejects.toThrow('input x was not given');
  await expect(session.run({ bias, x: new Float32Array(5) })).rejects.toThrow('input x: expected [2, 3], got 5 values');
  await expect(session.run({ bias, x: new Float32Array(6), stranger: bias })).resolves.toHaveProperty('y');
  await session.release();
});

// Where products in 8 bits are made, and where they are not.

const exact = () => Promise.resolve(true);
const saturating = () => Promise.resolve(false);

test('on a processor that sums them exactly, as asked', async () => {
  expect(await resolvePrecision({}, 'mixed', exact)).toBe('mixed');
  expect(await resolvePrecision({ provider: 'cpu' }, 'int8', exact)).toBe('int8');
});

test('float32 on a processor whose sums overflow, and on every other device', async () => {
  expect(await resolvePrecision({}, 'mixed', saturating)).toBe('float32');
  expect(await resolvePrecision({ provider: 'webgpu' }, 'int8', exact)).toBe('float32');
});

test('a processor is not tried for a run in float32', async () => {
  const refused = () => Promise.reject(new Error('tried'));
  expect(await resolvePrecision({}, 'float32', refused)).toBe('float32');
  expect(await resolvePrecision({}, undefined, refused)).toBe('float32');
});

test('this processor is tried once, and gives the same answer ever after', async () => {
  const first = await resolvePrecision({}, 'int8');
  expect(['int8', 'float32']).toContain(first);
  expect(await resolvePrecision({}, 'int8')).toBe(first);
});
