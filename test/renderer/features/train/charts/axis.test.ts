import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  carriedOver,
  positionOf,
  positionWords,
  rangeWords,
  stepsIn,
  tickWords,
  xAxes,
} from '../../../../../renderer/features/train/charts/axis';
import { metrics } from '../../../examples';

const places = Array.from({ length: 100 }, (_, index) => metrics(index + 1));

describe('a place in a run', () => {
  test('stands at its step, its time or its samples', () => {
    expect(xAxes.map(({ value }) => positionOf(metrics(20), value, 64))).toEqual([20, 2, 1280]);
  });

  test('is read out with its unit', () => {
    expect([positionWords(1200, 'step'), positionWords(200, 'time'), positionWords(76_800, 'samples')]).toEqual([
      'step 1,200',
      '3:20',
      '76,800 samples',
    ]);
    expect(rangeWords({ from: 1200, to: 1400 }, 'step')).toBe('steps 1,200–1,400');
  });

  test('reads differently from its neighbours on a narrow stretch', () => {
    expect([49_900, 49_925, 49_950].map((position) => tickWords(position, 'step'))).toEqual([
      '49,900',
      '49,925',
      '49,950',
    ]);
    expect([1_000_000, 2_500_000, 2_500_001].map((position) => tickWords(position, 'samples'))).toEqual([
      '1 M',
      '2.5 M',
      '2,500,001',
    ]);
  });
});

describe('a stretch of one axis', () => {
  test('is the steps around it', () => {
    expect(stepsIn({ from: 2.05, to: 3 }, places, { axis: 'time', batchSize: 8 })).toEqual({ from: 20, to: 31 });
    expect(stepsIn({ from: 0, to: 1e9 }, places, { axis: 'samples', batchSize: 8 })).toEqual({ from: 1, to: 100 });
  });

  test('carried over to another and back still holds what it held', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 50 }), (from, width) => {
        const range = { from, to: Math.min(100, from + width + 1) };
        const time = carriedOver(range, places, { from: 'step', to: 'time', batchSize: 8 });
        const back = time && carriedOver(time, places, { from: 'time', to: 'step', batchSize: 8 });
        expect(back?.from).toBeLessThanOrEqual(range.from);
        expect(back?.to).toBeGreaterThanOrEqual(range.to);
      }),
    );
  });

  test('of a run that is not known yet is none', () => {
    expect(carriedOver({ from: 0, to: 5 }, [], { from: 'step', to: 'time', batchSize: 8 })).toBeNull();
  });
});
