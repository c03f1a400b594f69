import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  areSamplesEstimated,
  convertRange,
  formatPosition,
  formatRange,
  formatTick,
  logTicks,
  roundTicks,
  scaleRange,
  stepRange,
  xAxes,
  xPosition,
} from '../../../../../renderer/features/train/charts/axes';
import { metrics } from '../../../examples';

const allMetrics = Array.from({ length: 100 }, (_, index) => metrics(index + 1));

describe('a position on the x axis', () => {
  test('is the step, the time or the number of samples', () => {
    expect(xAxes.map(({ value }) => xPosition(metrics(20, { samples: 500 }), value, 64))).toEqual([20, 2, 500]);
  });

  test('is estimated where samples were not counted', () => {
    expect(xPosition(metrics(20), 'samples', 64)).toBe(1280);
    expect([[], [metrics(1)], [metrics(1, { samples: 8 })]].map(areSamplesEstimated)).toEqual([false, true, false]);
  });

  test('is formatted with its unit', () => {
    expect([formatPosition(1200, 'step'), formatPosition(200, 'time'), formatPosition(76_800, 'samples')]).toEqual([
      'step 1,200',
      '3:20',
      '76,800 samples',
    ]);
    expect(formatRange({ from: 1200, to: 1400 }, 'step')).toBe('steps 1,200–1,400');
  });

  test('has a tick label that differs from its neighbours in a narrow range', () => {
    expect([49_900, 49_925, 49_950].map((position) => formatTick(position, 'step'))).toEqual([
      '49,900',
      '49,925',
      '49,950',
    ]);
    expect([1_000_000, 2_500_000, 2_500_001].map((position) => formatTick(position, 'samples'))).toEqual([
      '1 M',
      '2.5 M',
      '2,500,001',
    ]);
  });
});

describe('convertRange and stepRange', () => {
  test('stepRange returns the steps around a range', () => {
    expect(stepRange({ from: 2.05, to: 3 }, allMetrics, { axis: 'time', batchSize: 8 })).toEqual({ from: 20, to: 31 });
    expect(stepRange({ from: 0, to: 1e9 }, allMetrics, { axis: 'samples', batchSize: 8 })).toEqual({
      from: 1,
      to: 100,
    });
  });

  test('a range converted to another axis and back contains the original range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 50 }), (from, width) => {
        const range = { from, to: Math.min(100, from + width + 1) };
        const time = convertRange(range, allMetrics, { from: 'step', to: 'time', batchSize: 8 });
        const back = time && convertRange(time, allMetrics, { from: 'time', to: 'step', batchSize: 8 });
        expect(back?.from).toBeLessThanOrEqual(range.from);
        expect(back?.to).toBeGreaterThanOrEqual(range.to);
      }),
    );
  });

  test('convertRange returns null for a run without metrics', () => {
    expect(convertRange({ from: 0, to: 5 }, [], { from: 'step', to: 'time', batchSize: 8 })).toBeNull();
  });
});

const unzoomed = { isLog: false, isZoomed: false };

describe('scaleRange', () => {
  test('is 0 to 100 % for percentages, and 0 to the maximum for amounts', () => {
    expect(scaleRange({ ...unzoomed, scale: 'percent' }, 20, 40)).toEqual([0, 103]);
    expect(scaleRange({ ...unzoomed, scale: 'amount' }, 1, 2)).toEqual([0, 2.1]);
  });

  test('fits the visible values when zoomed, and never goes below 0', () => {
    const [low, high] = scaleRange({ scale: 'percent', isLog: false, isZoomed: true }, 40, 50);
    expect([low > 38 && low < 40, high > 50 && high < 52]).toEqual([true, true]);
    expect(scaleRange({ scale: 'percent', isLog: false, isZoomed: true }, 0, 0)).toEqual([0, 1]);
  });

  test('is not empty without values', () => {
    for (const scale of ['percent', 'amount'] as const)
      for (const isLog of [false, true]) {
        const [low, high] = scaleRange({ scale, isLog, isZoomed: false }, null, null);
        expect(high).toBeGreaterThan(low);
      }
  });

  test('of a logarithmic scale is above 0 and contains every value', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (low, times) => {
          const [from, to] = scaleRange({ scale: 'amount', isLog: true, isZoomed: false }, low, low * times);
          expect(from > 0 && from < low && to > low * times).toBe(true);
        },
      ),
    );
  });
});

describe('roundTicks and logTicks', () => {
  test('ticks are round, few and inside the range', () => {
    expect(roundTicks(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(roundTicks(0.131, 0.2)).toEqual([0.14, 0.16, 0.18, 0.2]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, width) => {
          const ticks = roundTicks(low, low + width);
          expect(ticks.length).toBeGreaterThan(0);
          expect(ticks.length).toBeLessThan(8);
          for (const tick of ticks) expect(tick >= low - 1e-6 * width && tick <= low + width * (1 + 1e-6)).toBe(true);
        },
      ),
    );
  });

  test('log ticks are 1, 2 and 5 of each power of 10, or only powers in a wide range', () => {
    expect(logTicks(0.01, 1)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks(1e-6, 10)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]);
    expect(logTicks(1.3, 2.1)).toEqual(roundTicks(1.3, 2.1));
  });
});
