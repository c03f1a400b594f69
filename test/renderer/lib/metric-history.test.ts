import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedToCsv } from '../../../renderer/features/train/compare/compared-csv';
import { comparedColumns, getComparedRange } from '../../../renderer/features/train/compare/comparison.svelte';
import { defaultChartSettings } from '../../../renderer/features/train/charts/chart-view.svelte';
import { exactCurve, lossCurve } from '../../../renderer/features/train/charts/curves';
import { emptyDashboard, withDetail } from '../../../renderer/features/train/run/run-monitor.svelte';
import { extremes } from '../../../electron/contract/statistics';
import { firstBeyond, thinMeans, downsampleSteps } from '../../../renderer/lib/metric-history';
import { evaluation, metrics, run } from '../examples';

const losses = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 500 });

describe('reduced steps', () => {
  test('keep the order, the ends and the extreme values', () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 20, max: 100 }), (values, points) => {
        const steps = values.map((lmLoss, index) => metrics(index + 1, { lmLoss }));
        const reduced = downsampleSteps(steps, points);
        expect(reduced.length).toBeLessThanOrEqual(points);
        expect([reduced[0], reduced.at(-1)]).toEqual([steps[0], steps.at(-1)]);
        expect(reduced.map(({ step }) => step)).toEqual(
          [...reduced.map(({ step }) => step)].sort((one, other) => one - other),
        );
        const range = (of: typeof steps) => [
          Math.min(...of.map(({ lmLoss }) => lmLoss)),
          Math.max(...of.map(({ lmLoss }) => lmLoss)),
        ];
        expect(range(reduced)).toEqual(range(steps));
      }),
    );
  });

  test('have means that average to the overall mean, even if computed in several passes', () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 50 }), (values, points) => {
        const steps = values.map((lmLoss, index) => metrics(index + 1, { lmLoss }));
        const half = Math.floor(steps.length / 2);
        const first = half === 0 ? [] : thinMeans({ steps: steps.slice(0, half), means: [] }, points);
        const means = thinMeans({ steps, means: first }, points);
        expect(means.length).toBeLessThanOrEqual(points + 1);
        expect(means.reduce((sum, { count }) => sum + count, 0)).toBe(steps.length);
        const mean = means.reduce((sum, { lmLoss, count }) => sum + lmLoss * count, 0) / steps.length;
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
      }),
    );
  });

  test('ignore missing values in their means', () => {
    const [mean] = thinMeans({ steps: [metrics(1, { steps: null }), metrics(2, { steps: 6 })], means: [] }, 1);
    expect([mean?.steps, mean?.step]).toEqual([6, 2]);
    expect(thinMeans({ steps: [metrics(1, { steps: null })], means: [] }, 1)[0]?.steps).toBeNull();
  });
});

test('means of training accuracy give steps in which more examples halted more weight', () => {
  const steps = [
    metrics(1, { accuracy: 1, exactAccuracy: 1, steps: 2, halted: 3, lmLoss: 1 }),
    metrics(2, { accuracy: 0, exactAccuracy: 0, steps: 6, halted: 1, lmLoss: 2 }),
    metrics(3, { accuracy: null, exactAccuracy: null, steps: null, halted: 0, lmLoss: 3 }),
  ];
  const expected = { accuracy: 0.75, exactAccuracy: 0.75, steps: 3, halted: 4, lmLoss: 2, count: 3 };
  expect(thinMeans({ steps, means: [] }, 1)).toMatchObject([expected]);
  // Also where the means of parts are averaged again.
  const means = thinMeans({ steps: steps.slice(0, 2), means: [] }, 2);
  expect(thinMeans({ steps, means }, 1)).toMatchObject([expected]);
});

test('extremes returns the positions of minimum and maximum, none for a range without values', () => {
  expect(extremes(0, 3, () => null)).toEqual([]);
  expect(extremes(0, 4, (index) => [3, 9, 1, null][index] ?? null)).toEqual([1, 2]);
});

test('firstBeyond returns the index of the first value above the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 50 }), (values, limit) => {
      const sorted = values.sort((one, other) => one - other);
      expect(firstBeyond(sorted, (value) => value, limit)).toBe(sorted.filter((value) => value <= limit).length);
    }),
  );
});

test('withDetail replaces a range of steps by a more detailed one', () => {
  const coarse = {
    ...emptyDashboard(run()),
    steps: [metrics(1), metrics(5), metrics(9)],
    means: [
      { ...metrics(5), count: 5 },
      { ...metrics(9), count: 4 },
    ],
  };
  const closer = withDetail(coarse, { from: 4, to: 6, steps: [metrics(4), metrics(5), metrics(6)], means: [] });
  expect(closer.steps.map(({ step }) => step)).toEqual([1, 4, 5, 6, 9]);
  expect(closer.means.map(({ step, count }) => [step, count])).toEqual([
    [4, 1],
    [5, 1],
    [6, 1],
    [9, 4],
  ]);
  expect(withDetail(coarse, null)).toBe(coarse);
});

describe('curves as CSV', () => {
  test('of several runs have id, seed, n and interval, and names that are escaped so that none is a formula', () => {
    const { runId, seed } = run();
    const { count, interval } = evaluation(3, 0.5);
    const one = {
      dashboard: { ...emptyDashboard(run()), evaluations: [{ ...evaluation(3, 0.5), samples: 6 }] },
      name: '=1+1 "x"',
    };
    expect(comparedToCsv([one], [], exactCurve).split('\r\n')).toEqual([
      'id,run,seed,step,seconds,samples,value,n,low,high,seeds',
      `"${runId}"," =1+1 ""x""",${seed},3,0.3,6,50,${count},${100 * interval[0]},${100 * interval[1]},1`,
      '',
    ]);
  });

  test('of a training metric have no interval', () => {
    const steps = [metrics(1)];
    const one = { dashboard: { ...emptyDashboard(run()), steps }, batchSize: 2, name: 'x' };
    expect(comparedToCsv([one], [], lossCurve).split('\r\n')[1]).toMatch(/,,,,1$/u);
  });
});

describe('several runs on one axis', () => {
  const runs = [
    {
      dashboard: {
        ...emptyDashboard(run({ step: 2 })),
        steps: [metrics(1), metrics(2)],
        evaluations: [evaluation(2, 0.5)],
      },
      batchSize: 4,
    },
    {
      dashboard: {
        ...emptyDashboard(run({ step: 30 })),
        steps: [metrics(1), metrics(30)],
        evaluations: [evaluation(2, 0.1), evaluation(30, 1)],
      },
      batchSize: 8,
    },
  ];
  const viewport = { settings: defaultChartSettings, range: null, width: 100 };

  test('have one column each', () => {
    expect(comparedColumns(runs, exactCurve, viewport)).toEqual([
      [2, 30],
      [50, undefined],
      [10, 100],
    ]);
    expect(
      comparedColumns(runs, exactCurve, { ...viewport, settings: { ...defaultChartSettings, axis: 'samples' } })[0],
    ).toEqual([8, 16, 240]);
  });

  test('have a range up to the end of the longest run', () => {
    expect(getComparedRange(runs, { axis: 'step', isLogX: false })).toEqual({ from: 0, to: 30 });
    expect(getComparedRange([], { axis: 'step', isLogX: true }).to).toBeGreaterThan(1);
  });
});
