import { describe, expect, test } from 'vitest';
import { resolvePrecision } from '../../../models/engine/resolve-precision';

const exact = () => Promise.resolve(true);
const saturating = () => Promise.resolve(false);

describe('resolvePrecision', () => {
  test('returns the requested precision if the CPU sums 8-bit products exactly', async () => {
    expect(await resolvePrecision({}, 'mixed', exact)).toBe('mixed');
    expect(await resolvePrecision({ provider: 'cpu' }, 'int8', exact)).toBe('int8');
  });

  test('returns float32 if these sums saturate, and on every other device', async () => {
    expect(await resolvePrecision({}, 'mixed', saturating)).toBe('float32');
    expect(await resolvePrecision({ provider: 'webgpu' }, 'int8', exact)).toBe('float32');
  });

  test('does not test the CPU for float32', async () => {
    const refused = () => Promise.reject(new Error('tested'));
    expect(await resolvePrecision({}, 'float32', refused)).toBe('float32');
    expect(await resolvePrecision({}, undefined, refused)).toBe('float32');
  });

  test('returns the same for this CPU every time', async () => {
    const first = await resolvePrecision({}, 'int8');
    expect(['int8', 'float32']).toContain(first);
    expect(await resolvePrecision({}, 'int8')).toBe(first);
  });
});
