/** Means over seeds and differences between conditions. Expected values: scipy 1.10 (`t.interval`, `t.ppf`), statsmodels 0.13. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceOfMeans, meanOverSeeds } from '../../../electron/contract/experiment-statistics';

const of = (count: number, ...shares: number[]) => shares.map((exactAccuracy) => ({ exactAccuracy, count }));

describe('meanOverSeeds', () => {
  test('is Student’s interval where seeds differ more than their puzzles explain', () => {
    // t.interval: 0.5515862 to 1.0484137, here at most 1
    const { mean, interval, seeds, count } = meanOverSeeds(of(500, 0.7, 0.8, 0.9));
    expect(mean).toBeCloseTo(0.8, 12);
    expect(interval[0]).toBeCloseTo(0.55159, 4);
    expect(interval[1]).toBe(1);
    expect([seeds, count]).toEqual([3, 500]);
    // t.interval: 0.3929568 to 0.5470432
    const five = meanOverSeeds(of(2000, 0.4, 0.42, 0.47, 0.51, 0.55)).interval;
    expect(five[0]).toBeCloseTo(0.39296, 4);
    expect(five[1]).toBeCloseTo(0.54704, 4);
  });

  test('is Wilson’s interval over the puzzles where seeds happen to agree: every seed has the same puzzles', () => {
    // proportion_confint(5, 10, method='wilson'): 0.2366 to 0.7634
    const { interval } = meanOverSeeds(of(10, 0.5, 0.5, 0.5));
    expect(interval[0]).toBeCloseTo(0.2366, 4);
    expect(interval[1]).toBeCloseTo(0.7634, 4);
  });

  test('one seed has the interval of its puzzles', () => {
    // proportion_confint(5, 10, method='wilson'): 0.2366 to 0.7634
    expect(meanOverSeeds(of(10, 0.5)).interval[0]).toBeCloseTo(0.2366, 4);
  });

  test('is a bootstrap’s interval from eight seeds on', () => {
    // scipy 1.10: bootstrap((values,), numpy.mean, n_resamples=999999, method='percentile', random_state=1)
    const even = meanOverSeeds(of(1e5, 0.72, 0.75, 0.78, 0.79, 0.81, 0.83, 0.86, 0.87));
    expect(even.method).toBe('bootstrap');
    // 0.7675 to 0.83375
    expect(even.interval[0]).toBeCloseTo(0.7675, 2);
    expect(even.interval[1]).toBeCloseTo(0.83375, 2);
    // 0.584 to 0.940: not symmetric, as the values are not
    const skewed = meanOverSeeds(of(1e5, 0.2, 0.25, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97));
    expect(skewed.interval[0]).toBeCloseTo(0.584, 2);
    expect(skewed.interval[1]).toBeCloseTo(0.94, 2);
    expect(meanOverSeeds(of(100, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.3)).method).toBe('student');
    expect(meanOverSeeds(of(100, 0.4)).method).toBeNull();
  });

  test('none is an error', () => {
    expect(() => meanOverSeeds([])).toThrow(RangeError);
  });

  test('contains the mean and stays between 0 and 1', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 500 }),
        (shares, count) => {
          const { mean, interval } = meanOverSeeds(of(count, ...shares));
          expect(interval[0]).toBeGreaterThanOrEqual(0);
          expect(interval[1]).toBeLessThanOrEqual(1);
          expect(interval[0]).toBeLessThanOrEqual(mean + 1e-12);
          expect(interval[1]).toBeGreaterThanOrEqual(mean - 1e-12);
        },
      ),
    );
  });
});

describe('differenceOfMeans', () => {
  test('has Welch’s standard error and the degrees of freedom of the smaller group', () => {
    // sqrt(sem(a)**2 + sem(b)**2) * t.ppf(0.975, 2) = 0.2533333
    const { difference, interval } = differenceOfMeans(of(1e6, 0.5, 0.6, 0.7), of(1e6, 0.88, 0.9, 0.92));
    expect(difference).toBeCloseTo(0.3, 12);
    expect(interval![0]).toBeCloseTo(0.3 - 0.25333, 4);
    expect(interval![1]).toBeCloseTo(0.3 + 0.25333, 4);
  });

  test('has no interval with one seed', () => {
    expect(differenceOfMeans(of(100, 0.5), of(100, 0.9))).toEqual({ difference: 0.4, interval: null });
  });

  test('seeds that happen to agree are not certain', () => {
    const { interval } = differenceOfMeans(of(10, 0.5, 0.5, 0.5), of(10, 0.6, 0.6, 0.6));
    expect(interval![0]).toBeLessThan(0);
  });
});
