/** The path of the latent state through a solve, projected to a plane: layout, drawing and description. */
import type { Trace } from '../../../../electron/contract/contract';
import type { ThemeColours } from '../../../lib/canvas';
import { t } from '../../../messages/language.svelte';

export type LatentPathData = NonNullable<Trace['path']>;

interface PathArea {
  readonly width: number;
  readonly height: number;
  /** Pixels left free on every side, for dots and rings. */
  readonly margin: number;
}

interface PathPoint {
  readonly x: number;
  readonly y: number;
}

/** A shorter path is drawn as a point. */
const POINT = 1e-9;

/** Fits a path into an area with the same scale for both axes. */
export function fitPath({ points }: LatentPathData, { width, height, margin }: PathArea): PathPoint[] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - bottom];
  const scale = Math.min((width - 2 * margin) / Math.max(wide, POINT), (height - 2 * margin) / Math.max(high, POINT));
  const [restX, restY] = [width - wide * scale, height - high * scale];
  return points.map(([x, y]) => ({ x: restX / 2 + (x - left) * scale, y: height - restY / 2 - (y - bottom) * scale }));
}

/** Index of the last point up to an update; -1 before the first. */
export function pointAt({ updates }: LatentPathData, update: number): number {
  let [low, high] = [0, updates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((updates[middle] ?? Infinity) <= update) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the point nearest to `at`; null if none is within `reach` pixels. */
export function nearestPoint(points: readonly PathPoint[], at: PathPoint, reach: number): number | null {
  let [found, distance] = [-1, reach];
  points.forEach(({ x, y }, index) => {
    const away = Math.hypot(x - at.x, y - at.y);
    // The last of equal points: a path settles where it ends.
    if (away <= distance) [found, distance] = [index, away];
  });
  return found < 0 ? null : found;
}

/** Share of the variance that the projection shows, 0..1. */
export function explainedVariance({ shares: [first, second] }: LatentPathData): number {
  return first + second;
}

/** Describes the projection, and whether only a part of the positions was read. */
export function pathCaption({ positions, allPositions }: LatentPathData): string {
  return positions < allPositions
    ? t('solve.path.partialCaption', { read: positions, all: allPositions })
    : t('solve.path.caption');
}

interface DrawnPath {
  readonly points: readonly PathPoint[];
  /** Whether an update was one of zH, by update. */
  readonly answers: readonly boolean[];
  readonly index: number;
  readonly hovered: number | null;
  readonly colours: ThemeColours;
}

export function drawPath(context: CanvasRenderingContext2D, path: DrawnPath): void {
  const { points, answers, index, hovered, colours } = path;
  const { canvas } = context;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  // The future part is drawn below the past one.
  for (let to = points.length - 1; to > index; to--) segment(context, path, to, colours.line);
  for (let to = 1; to <= Math.min(index, points.length - 1); to++)
    segment(context, path, to, answers[to] ? colours.answer : colours.latent);
  points.forEach((point, at) => {
    if (answers[at]) dot(context, point, { radius: 2, colour: at <= index ? colours.answer : colours.strong });
  });
  const [here, pointed] = [points[index], hovered === null ? undefined : points[hovered]];
  if (pointed) ring(context, pointed, colours.muted);
  if (!here) return;
  dot(context, here, { radius: 3.5, colour: answers[index] ? colours.answer : colours.latent });
  ring(context, here, colours.ink);
}

function segment(context: CanvasRenderingContext2D, { points }: DrawnPath, to: number, colour: string): void {
  const [one, other] = [points[to - 1], points[to]];
  if (!one || !other) return;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(one.x, one.y);
  context.lineTo(other.x, other.y);
  context.stroke();
}

function dot(
  context: CanvasRenderingContext2D,
  { x, y }: PathPoint,
  { radius, colour }: { readonly radius: number; readonly colour: string },
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context: CanvasRenderingContext2D, { x, y }: PathPoint, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 6.5, 0, 2 * Math.PI);
  context.stroke();
}
