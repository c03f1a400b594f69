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
import { smooth } from '../../../../../renderer/lib/metric-history';
import { evaluation, metrics, run } from '../../../examples';

const dashboard: Dashboard = {
  ...emptyDashboard(run({ step: 4 })),
  steps: [metrics(1), metrics(2, { exactAccuracy: null, lmLoss: Number.NaN }), metrics(4, { exactAccuracy: 0.75 })],
  evaluations: [evaluation(3, 0.5), evaluation(4, 0.6)],
};
const sight = { settings: defaultChartSettings, batchSize: 8, range: null, width: 600 };

/** A run of so many steps, its loss a slope with one spike. */
function long(steps: number, spikeAt: number): Dashboard {
  const all = Array.from({ length: steps }, (_, index) =>
    metrics(index + 1, { lmLoss: index + 1 === spikeAt ? 99 : 1 / (index + 1) }),
  );
  return { ...emptyDashboard(run({ step: steps })), steps: all };
}

describe('the columns of a chart', () => {
  test('put training and held-out accuracy on one axis, in percent', () => {
    const [x, raw, , heldOut] = curveColumns(dashboard, exactCurve, sight);
    expect(x).toEqual([1, 3, 4]);
    expect(raw).toEqual([25, undefined, 75]);
    expect(heldOut).toEqual([undefined, 50, 60]);
  });

  test('leave out a loss that is not finite', () => {
    expect(curveColumns(dashboard, lossCurve, sight).slice(0, 2)).toEqual([
      [1, 4],
      [0.5, 0.2],
    ]);
  });

  test('are drawn over time and over samples as well', () => {
    expect(
      curveColumns(dashboard, lossCurve, { ...sight, settings: { ...defaultChartSettings, axis: 'time' } })[0],
    ).toEqual([0.1, 0.4]);
    expect(
      curveColumns(dashboard, lossCurve, { ...sight, settings: { ...defaultChartSettings, axis: 'samples' } })[0],
    ).toEqual([8, 32]);
  });

  test('have no place for 0 on a logarithmic scale', () => {
    const zero = { ...dashboard, steps: [metrics(0), metrics(1, { lmLoss: 0 }), metrics(2)] };
    const [x] = curveColumns(zero, lossCurve, {
      ...sight,
      settings: { ...defaultChartSettings, isLogX: true, logY: ['loss'] },
    });
    expect(x).toEqual([2]);
  });

  test('of an empty run are empty', () => {
    expect(curveColumns(emptyDashboard(run()), lossCurve, sight)).toEqual([[], [], [], []]);
    expect(lastValue([])).toBeNull();
    expect(meanHalting(emptyDashboard(run()))).toBeNull();
  });

  test('end in their last value, whatever is missing after it', () => {
    expect(lastValue([1, 2, null, undefined])).toBe(2);
    expect(lastValue([1, null, 3], 1)).toBe(1);
  });

  test('of a long run are few, and have every spike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 50, max: 900 }), (spikeAt, width) => {
        const [x, raw] = curveColumns(long(9000, spikeAt), lossCurve, { ...sight, width });
        expect(x.length).toBeLessThan(4 * width);
        expect(raw?.[x.indexOf(spikeAt)]).toBe(99);
      }),
      { numRuns: 20 },
    );
  });

  test('of a stretch are every step of it and one on either side', () => {
    const [x, raw] = curveColumns(long(9000, 5000), lossCurve, { ...sight, range: { from: 4990, to: 5010 } });
    expect(x).toEqual(Array.from({ length: 22 }, (_, index) => 4990 + index));
    expect(raw?.[x.indexOf(5000)]).toBe(99);
  });

  test('tell the pace in samples a second', () => {
    const pace = secondaryCurves(8).find(({ id }) => id === 'pace');
    expect(pace?.read([metrics(1), metrics(5)], 1)).toBeCloseTo(80, 9);
    expect(pace?.read([metrics(1)], 0)).toBeNull();
  });
});

test('all there is to see ends with the last step or look, and is never empty', () => {
  expect(getFullRange(dashboard, { axis: 'step', isLogX: false, batchSize: 8 })).toEqual({ from: 0, to: 10 });
  expect(getFullRange(long(50, 1), { axis: 'samples', isLogX: true, batchSize: 8 })).toEqual({ from: 8, to: 400 });
});

test('the mean of halting steps is over what is known, thinned or not', () => {
  expect(meanHalting(dashboard)).toBe(4);
  const means = [{ ...metrics(100, { steps: 3 }), count: 100 }];
  expect(
    meanHalting({ ...emptyDashboard(run({ step: 100 })), steps: [metrics(1), metrics(100, { steps: 9 })], means }),
  ).toBe(3);
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
          const smoothed = smooth(
            values.map((_, step) => step),
            values,
            span,
          );
          return smoothed.every(
            (value) => value !== null && value >= Math.min(...values) - 1e-9 && value <= Math.max(...values) + 1e-9,
          );
        },
      ),
    );
  });
});
