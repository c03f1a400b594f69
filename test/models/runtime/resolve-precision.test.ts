/** Where products in 8 bits are made, and where they are not. */
import { expect, test } from 'vitest';
import { precisionHere } from '../../../models/runtime/resolve-precision';

const exact = () => Promise.resolve(true);
const saturating = () => Promise.resolve(false);

test('on a processor that sums them exactly, as asked', async () => {
  expect(await precisionHere({}, 'mixed', exact)).toBe('mixed');
  expect(await precisionHere({ provider: 'cpu' }, 'int8', exact)).toBe('int8');
});

test('float32 on a processor whose sums overflow, and on every other device', async () => {
  expect(await precisionHere({}, 'mixed', saturating)).toBe('float32');
  expect(await precisionHere({ provider: 'webgpu' }, 'int8', exact)).toBe('float32');
});

test('a processor is not tried for a run in float32', async () => {
  const refused = () => Promise.reject(new Error('tried'));
  expect(await precisionHere({}, 'float32', refused)).toBe('float32');
  expect(await precisionHere({}, undefined, refused)).toBe('float32');
});

test('this processor is tried once, and gives the same answer ever after', async () => {
  const first = await precisionHere({}, 'int8');
  expect(['int8', 'float32']).toContain(first);
  expect(await precisionHere({}, 'int8')).toBe(first);
});
