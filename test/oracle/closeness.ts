/** Compares numbers with recorded ones, within a fixed multiple of the noise recorded beside them. */
import { expect } from 'vitest';

/**
 * The recorded noise is the largest difference between one float32 run and a float64 run. Another correct
 * float32 run has a distance of its own to the float64 run (×2); onnxruntime's exp and sigmoid are off by a few
 * units in the last place where PyTorch's are off by one (×2); and a recorded maximum is one sample of a spread,
 * in some quantities of a handful of numbers (×2). The factor is the same for every case and quantity.
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
  // A noise recorded as zero still allows for rounding in the last place.
  const allowed = NOISE_FACTOR * Math.max(noise, ulp(largest(expected)));
  expect(
    largestDifference(actual, expected),
    `${what}: largest difference, recorded noise ${noise}`,
  ).toBeLessThanOrEqual(allowed);
}
