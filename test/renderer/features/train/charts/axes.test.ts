import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
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

const places = Array.from({ length: 100 }, (_, index) => metrics(index + 1));

describe('a place in a run', () => {
  test('stands at its step, its time or its samples', () => {
    expect(xAxes.map(({ value }) => xPosition(metrics(20), value, 64))).toEqual([20, 2, 1280]);
  });

  test('is read out with its unit', () => {
    expect([formatPosition(1200, 'step'), formatPosition(200, 'time'), formatPosition(76_800, 'samples')]).toEqual([
      'step 1,200',
      '3:20',
      '76,800 samples',
    ]);
    expect(formatRange({ from: 1200, to: 1400 }, 'step')).toBe('steps 1,200–1,400');
  });

  test('reads differently from its neighbours on a narrow stretch', () => {
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

describe('a stretch of one axis', () => {
  test('is the steps around it', () => {
    expect(stepRange({ from: 2.05, to: 3 }, places, { axis: 'time', batchSize: 8 })).toEqual({ from: 20, to: 31 });
    expect(stepRange({ from: 0, to: 1e9 }, places, { axis: 'samples', batchSize: 8 })).toEqual({ from: 1, to: 100 });
  });

  test('carried over to another and back still holds what it held', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 50 }), (from, width) => {
        const range = { from, to: Math.min(100, from + width + 1) };
        const time = convertRange(range, places, { from: 'step', to: 'time', batchSize: 8 });
        const back = time && convertRange(time, places, { from: 'time', to: 'step', batchSize: 8 });
        expect(back?.from).toBeLessThanOrEqual(range.from);
        expect(back?.to).toBeGreaterThanOrEqual(range.to);
      }),
    );
  });

  test('of a run that is not known yet is none', () => {
    expect(convertRange({ from: 0, to: 5 }, [], { from: 'step', to: 'time', batchSize: 8 })).toBeNull();
  });
});

const whole = { isLog: false, isZoomed: false };

describe('what is shown of a scale', () => {
  test('is 0 to 100 % for shares, and 0 to the greatest for amounts', () => {
    expect(scaleRange({ ...whole, scale: 'percent' }, 20, 40)).toEqual([0, 103]);
    expect(scaleRange({ ...whole, scale: 'amount' }, 1, 2)).toEqual([0, 2.1]);
  });

  test('fits what is in sight of a stretch, and never goes below 0', () => {
    const [low, high] = scaleRange({ scale: 'percent', isLog: false, isZoomed: true }, 40, 50);
    expect([low > 38 && low < 40, high > 50 && high < 52]).toEqual([true, true]);
    expect(scaleRange({ scale: 'percent', isLog: false, isZoomed: true }, 0, 0)).toEqual([0, 1]);
  });

  test('is a scale also where nothing was measured', () => {
    for (const scale of ['percent', 'amount'] as const)
      for (const isLog of [false, true]) {
        const [low, high] = scaleRange({ scale, isLog, isZoomed: false }, null, null);
        expect(high).toBeGreaterThan(low);
      }
  });

  test('of a logarithm is above 0 and holds every value', () => {
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

describe('the numbers of a scale', () => {
  test('are round, few and inside', () => {
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

  test('of a logarithm are 1, 2 and 5 of each power, and powers alone over many', () => {
    expect(logTicks(0.01, 1)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks(1e-6, 10)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]);
    expect(logTicks(1.3, 2.1)).toEqual(roundTicks(1.3, 2.1));
  });
});
