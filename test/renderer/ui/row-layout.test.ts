import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowLayout } from '../../../renderer/ui/row-layout';

describe('RowLayout', () => {
  const keys = ['a', 'b', 'c', 'd', 'e'];

  test('rows that were not measured have the estimated height', () => {
    const layout = new RowLayout(keys, new Map([['b', 30]]), 10);
    expect(keys.map((_, index) => layout.top(index))).toEqual([0, 10, 40, 50, 60]);
    expect(layout.height).toBe(70);
  });

  test('rows in view are those that intersect it, with a margin within the list', () => {
    const layout = new RowLayout(keys, new Map([['b', 30]]), 10);
    expect(layout.visible(15, 45, 0)).toEqual({ from: 1, to: 3 });
    expect(layout.visible(15, 45, 1)).toEqual({ from: 0, to: 4 });
    expect(layout.visible(-100, -50, 1)).toEqual({ from: 0, to: 2 });
    expect(layout.visible(500, 600, 1)).toEqual({ from: 4, to: 5 });
    expect(new RowLayout([], new Map(), 10).visible(0, 100, 2)).toEqual({ from: 0, to: 0 });
  });

  test('any part of a list of any heights is covered', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
        fc.nat(5000),
        fc.nat(800),
        (heights, top, size) => {
          const names = heights.map((_, index) => String(index));
          const layout = new RowLayout(names, new Map(heights.map((height, index) => [String(index), height])), 7);
          const { from, to } = layout.visible(top, top + size, 0);
          const isSeen = (index: number) => layout.top(index) < top + size && layout.top(index) + heights[index]! > top;
          expect(
            names
              .map(Number)
              .filter(isSeen)
              .every((index) => index >= from && index < to),
          ).toBe(true);
        },
      ),
    );
  });
});
