/** Compares numbers with recorded ones, within a fixed multiple of their recorded noise. */
import { expect } from 'vitest';

/**
 * The recorded noise is the largest difference between one float32 run and a float64 run. Another correct
 * float32 run differs from the float64 run by its own amount (×2); onnxruntime's exp and sigmoid have errors of a
 * few units in the last place, PyTorch's of one (×2); and a recorded maximum is a single sample, for some quantities
 * of only a few numbers (×2). The factor is the same for every case and quantity.
 */
export const NOISE_FACTOR = 8;

/** One unit in the last place of a float32 of this size. */
export const ulp = (size: number): number => Math.max(size, 1e-30) * 2 ** -23;

export const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((max, value) => Math.max(max, Math.abs(value)), 0);

export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return largest(Array.from(actual, (value, i) => (Object.is(value, expected[i]) ? 0 : value - expected[i]!)));
}

/** @param noise largest absolute difference recorded for this quantity */
export function expectWithinNoise(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  noise: number,
): void {
  // Zero recorded noise still allows for rounding in the last place.
  const allowed = NOISE_FACTOR * Math.max(noise, ulp(largest(expected)));
  expect(
    largestDifference(actual, expected),
    `${what}: largest difference, recorded noise ${noise}`,
  ).toBeLessThanOrEqual(allowed);
}
