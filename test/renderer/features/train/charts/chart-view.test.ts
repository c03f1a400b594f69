import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChartView, defaultChartSettings } from '../../../../../renderer/features/train/charts/chart-view.svelte';

const fullRange = { from: 0, to: 1000 };

function memoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

describe('the visible range', () => {
  test('stays inside the full range for any moves and zooms', () => {
    const move = fc.oneof(
      fc.constantFrom(0.5, 2, 0.1, 10).map((factor) => ({ factor })),
      fc.double({ min: -3, max: 3, noNaN: true }).map((share) => ({ share })),
      fc
        .tuple(fc.double({ min: -500, max: 1500, noNaN: true }), fc.double({ min: -500, max: 1500, noNaN: true }))
        .map((ends) => ({ ends })),
    );
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const view = new ChartView('x', memoryStorage());
        for (const each of moves) {
          if ('factor' in each) view.zoomBy(each.factor, fullRange);
          else if ('share' in each) view.move(each.share, fullRange);
          else view.zoom({ from: Math.min(...each.ends), to: Math.max(...each.ends) }, fullRange);
          const { from, to } = view.range ?? fullRange;
          expect(from >= -1e-9 && to <= 1000 + 1e-9 && to > from).toBe(true);
        }
      }),
    );
  });

  test('zooms around its centre, moves by a share, and resets to the full range', () => {
    const view = new ChartView('x', memoryStorage());
    view.zoomBy(0.5, fullRange);
    expect(view.range).toEqual({ from: 250, to: 750 });
    view.move(0.25, fullRange);
    expect(view.range).toEqual({ from: 375, to: 875 });
    view.move(5, fullRange);
    expect(view.range).toEqual({ from: 500, to: 1000 });
    view.zoomBy(4, fullRange);
    expect(view.range).toBeNull();
  });
});

test('settings persist for the same chart only, and invalid ones are ignored', () => {
  const storage = memoryStorage();
  const view = new ChartView('run', storage);
  view.set({ axis: 'time', smoothing: 'strong' });
  view.toggleLogY('loss');
  view.toggleLogY('rate');
  view.toggleLogY('loss');
  expect(new ChartView('run', storage).settings).toEqual({
    ...defaultChartSettings,
    axis: 'time',
    smoothing: 'strong',
    logY: ['rate'],
  });
  expect(new ChartView('compare', storage).settings).toEqual(defaultChartSettings);
  storage.setItem('charts/run', '{"axis":"space","logY":["exact",7]}');
  expect(new ChartView('run', storage).settings).toEqual(defaultChartSettings);
});
