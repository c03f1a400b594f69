/** The path of the state as it is drawn: fitted into its place, in pieces by what moved, and found again under the pointer. */
import type { Trace } from '../../../../electron/contract/contract';
import { percent } from '../../../lib/format';

export type TracedPath = NonNullable<Trace['path']>;

export interface PathPlace {
  readonly width: number;
  readonly height: number;
  /** Left free on every side, for dots and rings. */
  readonly margin: number;
}

export interface PathPoint {
  readonly x: number;
  readonly y: number;
}

/** A path no longer than this stands still: its picture is a point. */
const POINT = 1e-9;

/** Both axes have one scale, so that distances on the screen are distances in the plane. */
export function fitted({ points }: TracedPath, { width, height, margin }: PathPlace): PathPoint[] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - bottom];
  const scale = Math.min((width - 2 * margin) / Math.max(wide, POINT), (height - 2 * margin) / Math.max(high, POINT));
  const [restX, restY] = [width - wide * scale, height - high * scale];
  return points.map(([x, y]) => ({ x: restX / 2 + (x - left) * scale, y: height - restY / 2 - (y - bottom) * scale }));
}

/** Index of the point nearest to a place; null where none is within `reach` pixels. */
export function nearest(points: readonly PathPoint[], at: PathPoint, reach: number): number | null {
  let [found, distance] = [-1, reach];
  points.forEach(({ x, y }, index) => {
    const away = Math.hypot(x - at.x, y - at.y);
    // Of points on top of each other the last: a path settles where it ends.
    if (away <= distance) [found, distance] = [index, away];
  });
  return found < 0 ? null : found;
}

/** e.g. `71 % of its variance` */
export function varianceWords({ shares: [first, second] }: TracedPath): string {
  return `${percent(first + second)} % of variance`;
}

/** What the picture is, in a sentence; says so where not all of the state was looked at. */
export function pathCaption({ positions, allPositions }: TracedPath): string {
  const where = positions < allPositions ? `, read at ${positions} of its ${allPositions} positions` : '';
  return `The whole state (zH and zL)${where}, projected on the two directions in which it moves most. Distances off this plane are not seen.`;
}
