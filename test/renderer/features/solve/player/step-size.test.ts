import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grains, nextStop } from '../../../../../renderer/features/solve/player/step-size';
import { layOut } from '../../../../../renderer/features/solve/player/solve-trace';
import { clues, kind, solution, tokens, trace } from '../../../examples';

const { moments } = layOut(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });
const last = moments.length - 1;

/** All stops from the first moment on. */
function walk(grain: (typeof grains)[number]): number[] {
  const stops = [0];
  for (let at = 0; at < last;) stops.push((at = nextStop(moments, at, grain, 1)));
  return stops;
}

describe('one step of the player', () => {
  test('by L update visits every moment', () => {
    expect(walk('update')).toEqual(moments.map((_, index) => index));
  });

  test('by H cycle stops where an answer is decoded', () => {
    expect(walk('cycle')).toEqual([0, 2, 5, 8, 11, 14, 17]);
  });

  test('by supervision step stops on the answer of its last H cycle', () => {
    expect(walk('step')).toEqual([0, 5, 11, 17]);
  });

  test('back from anywhere comes to the stop before', () => {
    expect(nextStop(moments, 13, 'cycle', -1)).toBe(11);
    expect(nextStop(moments, 11, 'step', -1)).toBe(5);
    expect(nextStop(moments, 5, 'step', -1)).toBe(0);
  });

  test('never leaves the journey', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: last }),
        fc.constantFrom(...grains),
        fc.constantFrom(1 as const, -1 as const),
        (from, grain, direction) => {
          const to = nextStop(moments, from, grain, direction);
          return to >= 0 && to <= last && (to - from) * direction >= 0;
        },
      ),
    );
    expect(nextStop([], 0, 'cycle', 1)).toBe(0);
  });
});
