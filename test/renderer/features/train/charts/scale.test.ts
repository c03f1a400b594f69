import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logTicks, roundTicks, scaleRange, scaleWords } from '../../../../../renderer/features/train/charts/scale';

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

  test('have no zeros that say nothing', () => {
    expect([0, 0.5, 1.5, 2, 123.4, 25_000, 0.0002, -3].map(scaleWords)).toEqual([
      '0',
      '0.5',
      '1.5',
      '2',
      '123',
      '25 k',
      '2e−4',
      '-3',
    ]);
  });
});
