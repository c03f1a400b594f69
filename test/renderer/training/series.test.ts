import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshDashboard } from '../../../renderer/training/dashboard';
import { accuracyColumns, lastOf, lossColumns, meanHalting } from '../../../renderer/training/series';
import { smooth } from '../../../renderer/training/smoothing';
import { evaluation, metrics, run } from '../examples';

const dashboard = {
  ...freshDashboard(run()),
  steps: [metrics(1), metrics(2, { exactAccuracy: null, lmLoss: Number.NaN }), metrics(4, { exactAccuracy: 0.75 })],
  evaluations: [evaluation(3, 0.5), evaluation(4, 0.6)],
};

describe('the columns of the charts', () => {
  test('put training and held-out accuracy on one axis of steps, in percent', () => {
    const [x, raw, , heldOut] = accuracyColumns(dashboard);
    expect(x).toEqual([1, 2, 3, 4]);
    expect(raw).toEqual([25, null, null, 75]);
    expect(heldOut).toEqual([null, null, 50, 60]);
  });

  test('leave out a loss that is not finite', () => {
    expect(lossColumns(dashboard)[1]).toEqual([0.5, null, 0.2]);
  });

  test('of an empty run are empty', () => {
    expect(lossColumns(freshDashboard(run()))).toEqual([[], [], []]);
    expect(lastOf([])).toBeNull();
    expect(meanHalting([])).toBeNull();
  });

  test('end in their last value, whatever is missing after it', () => {
    expect(lastOf([1, 2, null, undefined])).toBe(2);
    expect(lastOf([1, null, 3], 1)).toBe(1);
  });
});

describe('smoothing', () => {
  test('keeps a constant as it is, from the first point on', () => {
    for (const value of smooth([0, 1, 5, 9], [3, 3, 3, 3], 10)) expect(value).toBeCloseTo(3, 12);
  });

  test('leaves missing values missing and goes on after them', () => {
    expect(smooth([0, 1, 2, 3], [null, 4, null, 4], 10)).toEqual([null, 4, null, 4]);
  });

  test('forgets: after many time constants only the new level is left', () => {
    const steps = Array.from({ length: 100 }, (_, step) => step);
    const level = smooth(steps, steps.map((step) => (step < 50 ? 0 : 1)), 5);
    expect(level[49]).toBe(0);
    expect(level[99]).toBeCloseTo(1, 3);
  });

  test('stays between the smallest and the largest value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, span) => {
        const smoothed = smooth(values.map((_, step) => step), values, span);
        return smoothed.every((value) => value !== null && value >= Math.min(...values) - 1e-9 && value <= Math.max(...values) + 1e-9);
      }),
    );
  });
});
