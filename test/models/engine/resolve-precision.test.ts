import { describe, expect, test, vi } from 'vitest';
import { resolvePrecision } from '../../../models/engine/resolve-precision';

const exact = () => Promise.resolve(true);
const refused = () => Promise.reject(new Error('tested'));

describe('resolvePrecision', () => {
  test('does not test the CPU for float32, nor for another device', async () => {
    expect(await resolvePrecision({}, 'float32', refused)).toBe('float32');
    expect(await resolvePrecision({ provider: 'webgpu' }, 'mixed', refused)).toBe('float32');
  });

  test('returns the requested precision if the CPU sums 8-bit products exactly; tests again only after an error', async () => {
    await expect(resolvePrecision({}, 'mixed', refused)).rejects.toThrow('tested');
    expect(await resolvePrecision({}, 'mixed', exact)).toBe('mixed');
    expect(await resolvePrecision({ provider: 'cpu' }, 'int8', refused)).toBe('int8');
  });

  test('returns float32 if these sums saturate', async () => {
    vi.resetModules();
    const { resolvePrecision: fresh } = await import('../../../models/engine/resolve-precision');
    expect(await fresh({}, 'mixed', () => Promise.resolve(false))).toBe('float32');
  });

  test('rounds on another device only if its float16 products agree, and never in the backward pass', async () => {
    expect(await resolvePrecision({ provider: 'webgpu', float16: true }, 'int8', refused)).toBe('mixed');
    expect(await resolvePrecision({ provider: 'webgpu', float16: true }, 'float32', refused)).toBe('float32');
    expect(await resolvePrecision({ provider: 'webgpu', float16: false }, 'mixed', refused)).toBe('float32');
  });
});
