import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitPath,
  nearestPoint,
  pathCaption,
  explainedVariance,
  type LatentPathData,
} from '../../../../../renderer/features/solve/inspector/latent-path';

const path = (points: [number, number][]): LatentPathData => ({
  points,
  shares: [0.5, 0.21],
  positions: 64,
  allPositions: 900,
});
const place = { width: 270, height: 140, margin: 12 };
const coordinates = fc.array(
  fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
  { minLength: 1, maxLength: 40 },
);

describe('a path in its place', () => {
  test('stays within its margins', () => {
    fc.assert(
      fc.property(coordinates, (points) => {
        for (const { x, y } of fitPath(path(points), place)) {
          expect(x).toBeGreaterThan(place.margin - 1e-6);
          expect(x).toBeLessThan(place.width - place.margin + 1e-6);
          expect(y).toBeGreaterThan(place.margin - 1e-6);
          expect(y).toBeLessThan(place.height - place.margin + 1e-6);
        }
      }),
      {
        examples: [
          [
            [
              [0, 0],
              [5e-324, 0],
            ],
          ],
          [
            [
              [1, 1],
              [1, 1],
            ],
          ],
        ],
      },
    );
  });

  test('keeps its shape: both axes have one scale', () => {
    const [a, b, c] = fitPath(
      path([
        [0, 0],
        [3, 0],
        [0, 4],
      ]),
      place,
    );
    const length = (p?: { x: number; y: number }, q?: { x: number; y: number }) =>
      Math.hypot((p?.x ?? 0) - (q?.x ?? 0), (p?.y ?? 0) - (q?.y ?? 0));
    expect(length(a, c) / length(a, b)).toBeCloseTo(4 / 3, 9);
    expect(length(b, c) / length(a, b)).toBeCloseTo(5 / 3, 9);
  });

  test('grows upwards, as a chart does', () => {
    const [low, high] = fitPath(
      path([
        [0, 0],
        [0, 1],
      ]),
      place,
    );
    expect(high?.y).toBeLessThan(low?.y ?? 0);
  });

  test('is found under the pointer, the latest where several lie together, and not from afar', () => {
    const points = [
      { x: 10, y: 10 },
      { x: 50, y: 50 },
      { x: 50, y: 50 },
    ];
    expect(nearestPoint(points, { x: 52, y: 50 }, 20)).toBe(2);
    expect(nearestPoint(points, { x: 12, y: 10 }, 20)).toBe(0);
    expect(nearestPoint(points, { x: 200, y: 10 }, 20)).toBeNull();
  });
});

test('the caption says how much is seen, and where not all of the state was looked at', () => {
  expect(explainedVariance(path([]))).toBeCloseTo(0.71);
  expect(pathCaption(path([]))).toContain('at 64 of its 900 positions');
  expect(pathCaption({ ...path([]), positions: 900 })).not.toContain('positions');
});
