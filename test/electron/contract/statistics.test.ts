import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downsample } from '../../../electron/contract/statistics';

describe('downsample', () => {
  test('keeps order, ends, minimum and maximum within the number of points', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 6, max: 60 }),
        (values, points) => {
          const items = values.map((value, index) => ({ value, index }));
          const kept = downsample(items, points, [({ value }) => value]);
          expect(kept.length).toBeLessThanOrEqual(Math.max(points, 1));
          expect(kept.map(({ index }) => index)).toEqual(
            [...new Set(kept.map(({ index }) => index))].sort((a, b) => a - b),
          );
          expect([kept[0], kept[kept.length - 1]]).toEqual([items[0], items[items.length - 1]]);
          const range = (of: typeof items) => [
            Math.min(...of.map(({ value }) => value)),
            Math.max(...of.map(({ value }) => value)),
          ];
          expect(range(kept)).toEqual(range(items));
        },
      ),
    );
  });
});
