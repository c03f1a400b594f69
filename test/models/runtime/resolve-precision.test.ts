/** Where products in 8 bits are made, and where they are not. */
import { expect, test } from 'vitest';
import { resolvePrecision } from '../../../models/runtime/resolve-precision';

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
