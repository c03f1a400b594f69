import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitPath,
  nearestPoint,
  pointAt,
  pathCaption,
  explainedVariance,
  type LatentPathData,
} from '../../../../../renderer/features/solve/inspector/latent-path';

const path = (points: [number, number][]): LatentPathData => ({
  points,
  updates: points.map((_, update) => update),
  shares: [0.5, 0.21],
  positions: 64,
  allPositions: 900,
});
const area = { width: 270, height: 140, margin: 12 };
const coordinates = fc.array(
  fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
  { minLength: 1, maxLength: 40 },
);

test('pointAt is the last recorded point up to an update', () => {
  const sparse = { ...path([]), updates: [7, 15, 23] };
  expect([0, 7, 14, 15, 100].map((update) => pointAt(sparse, update))).toEqual([-1, 0, 0, 1, 2]);
});

describe('fitPath and nearestPoint', () => {
  test('a path stays within the margins', () => {
    fc.assert(
      fc.property(coordinates, (points) => {
        for (const { x, y } of fitPath(path(points), area)) {
          expect(x).toBeGreaterThan(area.margin - 1e-6);
          expect(x).toBeLessThan(area.width - area.margin + 1e-6);
          expect(y).toBeGreaterThan(area.margin - 1e-6);
          expect(y).toBeLessThan(area.height - area.margin + 1e-6);
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

  test('both axes have the same scale', () => {
    const [a, b, c] = fitPath(
      path([
        [0, 0],
        [3, 0],
        [0, 4],
      ]),
      area,
    );
    const length = (p?: { x: number; y: number }, q?: { x: number; y: number }) =>
      Math.hypot((p?.x ?? 0) - (q?.x ?? 0), (p?.y ?? 0) - (q?.y ?? 0));
    expect(length(a, c) / length(a, b)).toBeCloseTo(4 / 3, 9);
    expect(length(b, c) / length(a, b)).toBeCloseTo(5 / 3, 9);
  });

  test('the y axis points upwards, as in a chart', () => {
    const [low, high] = fitPath(
      path([
        [0, 0],
        [0, 1],
      ]),
      area,
    );
    expect(high?.y).toBeLessThan(low?.y ?? 0);
  });

  test('the nearest point within the radius is found, the latest of several at one position', () => {
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

test('pathCaption states the explained variance and the number of sampled positions', () => {
  expect(explainedVariance(path([]))).toBeCloseTo(0.71);
  expect(pathCaption(path([]))).toContain('at 64 of its 900 positions');
  expect(pathCaption({ ...path([]), positions: 900 })).not.toContain('positions');
});
