import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GridLayout } from '../../../../renderer/features/datasets/grid-layout';

const sizes = fc.record({
  width: fc.integer({ min: 150, max: 2500 }),
  height: fc.integer({ min: 100, max: 1500 }),
  picture: fc.constant(112),
  gap: fc.constant(16),
  count: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 900_000, max: 1_000_000 })),
});
const scrolled = fc.double({ min: 0, max: 1, noNaN: true });

describe('GridLayout', () => {
  test('finds each visible picture at its position', () => {
    fc.assert(
      fc.property(sizes, scrolled, (size, share) => {
        const layout = new GridLayout(size);
        const top = share * (layout.scrollHeight - size.height);
        const { from, to } = layout.visible(top);
        expect(to - from).toBeLessThanOrEqual(layout.columns * (Math.ceil(size.height / 128) + 2));
        for (let index = from; index < to; index += 7) {
          const { x, y } = layout.position(index, top);
          expect(layout.indexAt(x + 56, y + 56, top)).toBe(index);
          expect(x).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('limits the scroll height and reaches the last of a million pictures', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const layout = new GridLayout(size);
        expect(layout.scrollHeight).toBeLessThanOrEqual(10_000_000);
        const end = layout.scrollHeight - size.height;
        expect(layout.visible(end).to).toBe(size.count);
        expect(layout.position(size.count - 1, end).y + 112).toBeLessThanOrEqual(Math.max(size.height, 128) + 1);
        expect(layout.position(0, 0).y).toBe(16);
      }),
    );
  });

  test('scrolls a picture fully into view', () => {
    fc.assert(
      fc.property(
        sizes.filter(({ height }) => height >= 160),
        scrolled,
        fc.nat(),
        (size, share, which) => {
          const layout = new GridLayout(size);
          const index = which % size.count;
          const top = layout.scrollTo(index, share * (layout.scrollHeight - size.height));
          const { y } = layout.position(index, top);
          expect(y).toBeGreaterThanOrEqual(-1);
          expect(y + 112).toBeLessThanOrEqual(size.height + 1);
        },
      ),
    );
  });
});
