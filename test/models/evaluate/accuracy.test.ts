import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from '../../../models/evaluate/accuracy';

test('the interval is within 0 and 1 and contains the observed share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, part) => {
      const successes = Math.round(count * part);
      const [low, high] = wilsonInterval(successes, count);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(successes / count + 1e-12);
      expect(high).toBeGreaterThanOrEqual(successes / count - 1e-12);
    }),
  );
});

test('the interval matches Wilson’s tables, mirrors for failures and is [0, 1] for no samples', () => {
  // 8 of 10: 0.4902 to 0.9433 in the usual tables.
  const [low, high] = wilsonInterval(8, 10);
  expect([low, high].map((bound) => bound.toFixed(4))).toEqual(['0.4902', '0.9433']);
  wilsonInterval(2, 10).forEach((bound, i) => expect(bound).toBeCloseTo(1 - [high, low][i]!, 12));
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

test('the interval narrows with more samples', () => {
  const width = (count: number) => wilsonInterval(count / 2, count).reduce((low, high) => high - low);
  expect([width(10) > width(100), width(100) > width(1000)]).toEqual([true, true]);
});
