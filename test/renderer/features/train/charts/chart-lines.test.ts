import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultChartSettings } from '../../../../../renderer/features/train/charts/chart-view.svelte';
import {
  curveColumns,
  lastValue,
  meanHalting,
  getFullRange,
} from '../../../../../renderer/features/train/charts/chart-lines';
import { exactCurve, secondaryCurves, lossCurve } from '../../../../../renderer/features/train/charts/curves';
import { emptyDashboard, type Dashboard } from '../../../../../renderer/features/train/run/run-monitor.svelte';
import { smoothed } from '../../../../../renderer/lib/metric-history';
import { evaluation, metrics, run } from '../../../examples';

const dashboard: Dashboard = {
  ...emptyDashboard(run({ step: 4 })),
  steps: [metrics(1), metrics(2, { exactAccuracy: null, lmLoss: Number.NaN }), metrics(4, { exactAccuracy: 0.75 })],
  evaluations: [evaluation(3, 0.5), evaluation(4, 0.6)],
};
const view = { settings: defaultChartSettings, batchSize: 8, range: null, width: 600 };

/** A run whose loss falls, with one spike. */
function longRun(steps: number, spikeAt: number): Dashboard {
  const all = Array.from({ length: steps }, (_, index) =>
    metrics(index + 1, { lmLoss: index + 1 === spikeAt ? 99 : 1 / (index + 1) }),
  );
  return { ...emptyDashboard(run({ step: steps })), steps: all };
}

describe('curveColumns', () => {
  test('puts training and test accuracy on one axis, in percent', () => {
    const [x, raw, , testAccuracy] = curveColumns(dashboard, exactCurve, view);
    expect(x).toEqual([1, 3, 4]);
    expect(raw).toEqual([25, undefined, 75]);
    expect(testAccuracy).toEqual([undefined, 50, 60]);
  });

  test('omits a loss that is not finite', () => {
    expect(curveColumns(dashboard, lossCurve, view).slice(0, 2)).toEqual([
      [1, 4],
      [0.5, 0.2],
    ]);
  });

  test('supports time and samples on the x axis', () => {
    expect(
      curveColumns(dashboard, lossCurve, { ...view, settings: { ...defaultChartSettings, axis: 'time' } })[0],
    ).toEqual([0.1, 0.4]);
    expect(
      curveColumns(dashboard, lossCurve, { ...view, settings: { ...defaultChartSettings, axis: 'samples' } })[0],
    ).toEqual([8, 32]);
  });

  test('omits 0 on a logarithmic scale', () => {
    const zero = { ...dashboard, steps: [metrics(0), metrics(1, { lmLoss: 0 }), metrics(2)] };
    const [x] = curveColumns(zero, lossCurve, {
      ...view,
      settings: { ...defaultChartSettings, isLogX: true, logY: ['loss'] },
    });
    expect(x).toEqual([2]);
  });

  test('is empty for an empty run', () => {
    expect(curveColumns(emptyDashboard(run()), lossCurve, view)).toEqual([[], [], [], []]);
    expect(lastValue([])).toBeNull();
    expect(meanHalting(emptyDashboard(run()))).toBeNull();
  });

  test('lastValue skips missing values', () => {
    expect(lastValue([1, 2, null, undefined])).toBe(2);
    expect(lastValue([1, null, 3], 1)).toBe(1);
  });

  test('thins a long run and keeps every spike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 50, max: 900 }), (spikeAt, width) => {
        const [x, raw] = curveColumns(longRun(9000, spikeAt), lossCurve, { ...view, width });
        expect(x.length).toBeLessThan(4 * width);
        expect(raw?.[x.indexOf(spikeAt)]).toBe(99);
      }),
      { numRuns: 20 },
    );
  });

  test('of a range has every step of it and one on either side', () => {
    const [x, raw] = curveColumns(longRun(9000, 5000), lossCurve, { ...view, range: { from: 4990, to: 5010 } });
    expect(x).toEqual(Array.from({ length: 22 }, (_, index) => 4990 + index));
    expect(raw?.[x.indexOf(5000)]).toBe(99);
  });

  test('reads the pace in samples per second', () => {
    const pace = secondaryCurves.find(({ id }) => id === 'pace');
    const counted = [metrics(1, { samples: 8 }), metrics(5, { samples: 20 })];
    expect(pace?.read(counted, 1)).toBeCloseTo(30, 9);
    expect(pace?.read(counted, 0)).toBeNull();
    expect(pace?.read([metrics(1), metrics(5)], 1)).toBeNull();
  });
});

test('getFullRange ends at the last step or evaluation, and is never empty', () => {
  expect(getFullRange(dashboard, { axis: 'step', isLogX: false, batchSize: 8 })).toEqual({ from: 0, to: 10 });
  expect(getFullRange(longRun(50, 1), { axis: 'samples', isLogX: true, batchSize: 8 })).toEqual({ from: 8, to: 400 });
});

test('meanHalting averages the known halting steps, thinned or not', () => {
  expect(meanHalting(dashboard)).toBe(4);
  const means = [{ ...metrics(100, { steps: 3 }), count: 100 }];
  expect(
    meanHalting({ ...emptyDashboard(run({ step: 100 })), steps: [metrics(1), metrics(100, { steps: 9 })], means }),
  ).toBe(3);
});

describe('smoothed', () => {
  const smooth = (steps: readonly number[], values: readonly (number | null)[], span: number) =>
    smoothed(
      steps.map((step) => ({ step })),
      (_, index) => values[index]!,
      span,
    );

  test('gives values their weights', () => {
    const items = [
      { step: 0, value: 1, weight: 3 },
      { step: 0, value: 0, weight: 1 },
    ];
    const results = smoothed(
      items,
      (all, index) => all[index]!.value,
      10,
      ({ weight }) => weight,
    );
    expect(results).toEqual([1, 0.75]);
  });

  test('keeps a constant unchanged from the first point', () => {
    for (const value of smooth([0, 1, 5, 9], [3, 3, 3, 3], 10)) expect(value).toBeCloseTo(3, 12);
  });

  test('keeps missing values missing and continues after them', () => {
    expect(smooth([0, 1, 2, 3], [null, 4, null, 4], 10)).toEqual([null, 4, null, 4]);
  });

  test('reaches a new level after many time constants', () => {
    const steps = Array.from({ length: 100 }, (_, step) => step);
    const level = smooth(
      steps,
      steps.map((step) => (step < 50 ? 0 : 1)),
      5,
    );
    expect(level[49]).toBe(0);
    expect(level[99]).toBeCloseTo(1, 3);
  });

  test('stays between the smallest and the largest value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        (values, span) => {
          const results = smooth(
            values.map((_, step) => step),
            values,
            span,
          );
          return results.every(
            (value) => value !== null && value >= Math.min(...values) - 1e-9 && value <= Math.max(...values) + 1e-9,
          );
        },
      ),
    );
  });
});
