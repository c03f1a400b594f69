/** Where a reliability diagram draws its bins. */
import { expect, test } from 'vitest';
import { ReliabilityCounter } from '../../../../models/evaluate/calibration';
import { plot, reliabilityShapes, xOf, yOf } from '../../../../renderer/features/models/reliability-shapes';

function shapesOf(...guesses: readonly (readonly [number, boolean])[]) {
  const counter = new ReliabilityCounter();
  for (const guess of guesses) counter.add(...guess);
  return reliabilityShapes(counter.result!.bins);
}

test('only bins with answers are drawn, each over its own tenth', () => {
  const shapes = shapesOf([0.05, false], [0.75, true], [1, true]);
  expect(shapes.map(({ bin }) => bin)).toEqual([0, 7, 9]);
  for (const { bin, x, width } of shapes) {
    expect(x).toBeGreaterThan(xOf(bin / 10));
    expect(x + width).toBeLessThan(xOf((bin + 1) / 10));
  }
});

test('a calibrated bin is on the diagonal, one that is too confident below it', () => {
  const [half] = shapesOf([0.5, true], [0.5, false]);
  expect(half!.point).toEqual({ x: xOf(0.5), y: yOf(0.5) });
  const [wrong] = shapesOf([0.9, false]);
  expect(wrong!.point.y).toBe(plot.bottom);
});

test('the highest count is drawn from top to bottom, and a single answer beside many is still visible', () => {
  const [one, many] = shapesOf([0.1, false], ...Array.from({ length: 1000 }, () => [0.9, true] as const));
  expect(many!.count.height).toBe(24);
  expect(one!.count.height).toBe(1);
  expect(one!.count.y + 1).toBe(many!.count.y + 24);
});
