import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { fanIn, initialise, truncatedNormal, UNIFORM_BOUND } from '../../../models/nn/init';

const COUNT = 100_000;
/** Standard deviation of a standard normal cut at ±2, from the tables. */
const CUT_STD = 0.8796;

const drawn = (inputs: number, seed = 1): Float32Array => {
  const weights = new Float32Array(COUNT);
  initialise(weights, fanIn(inputs), Random.seeded(seed));
  return weights;
};
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('a truncated normal', () => {
  test.each([1, 16, 512])('for %d inputs has mean 0 and the standard deviation 1/√inputs', (inputs) => {
    const weights = drawn(inputs);
    const std = 1 / Math.sqrt(inputs);
    // Four standard errors: of the mean std/√n, of the deviation about std/√(2n).
    expect(Math.abs(mean(weights))).toBeLessThan((4 * std) / Math.sqrt(COUNT));
    const deviation = Math.sqrt(mean(weights.map((weight) => weight * weight)));
    expect(Math.abs(deviation - std)).toBeLessThan((4 * std) / Math.sqrt(2 * COUNT));
  });

  test('stays within two of its standard deviations before the cut, and comes near them', () => {
    const weights = drawn(1);
    const bound = 2 / CUT_STD;
    const largest = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
    expect(largest).toBeLessThanOrEqual(bound * 1.0001);
    expect(largest).toBeGreaterThan(bound * 0.999);
  });

  test('rises with the draw, is odd in it, and ends at the cut', () => {
    const uniform = fc.double({ min: -UNIFORM_BOUND, max: UNIFORM_BOUND, noNaN: true });
    fc.assert(
      fc.property(uniform, uniform, (a, b) => {
        expect(truncatedNormal(Math.max(a, b), 1)).toBeGreaterThanOrEqual(truncatedNormal(Math.min(a, b), 1));
        expect(truncatedNormal(-a, 1)).toBeCloseTo(-truncatedNormal(a, 1), 6);
      }),
    );
    expect(truncatedNormal(0, 1)).toBe(0);
    expect(truncatedNormal(UNIFORM_BOUND, 1)).toBeCloseTo(2 / CUT_STD, 3);
  });

  test('is the same for the same seed', () => {
    expect(drawn(4, 3)).toEqual(drawn(4, 3));
    expect(drawn(4, 3)).not.toEqual(drawn(4, 4));
  });
});

test('a constant fills without drawing', () => {
  const bias = new Float32Array(3);
  initialise(bias, { kind: 'constant', value: -5 }, { uniform: () => expect.unreachable('a constant draws nothing') });
  expect([...bias]).toEqual([-5, -5, -5]);
});
