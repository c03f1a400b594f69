/** The path of the state on a canvas: what has passed in its colour, what is to come in grey, a ring where we are. */
import type { PathPoint } from './path';
import type { BoardInk } from '../../../grids/draw-board';

export interface DrawnPath {
  readonly points: readonly PathPoint[];
  /** Whether an update was one of zH, by update. */
  readonly answers: readonly boolean[];
  readonly index: number;
  readonly hovered: number | null;
  readonly ink: BoardInk;
}

export function drawPath(context: CanvasRenderingContext2D, path: DrawnPath): void {
  const { points, answers, index, hovered, ink } = path;
  const { canvas } = context;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  // What is to come lies below what has passed.
  for (let to = points.length - 1; to > index; to--) segment(context, path, to, ink.line);
  for (let to = 1; to <= Math.min(index, points.length - 1); to++)
    segment(context, path, to, answers[to] ? ink.answer : ink.latent);
  points.forEach((point, at) => {
    if (answers[at]) dot(context, point, { radius: 2, colour: at <= index ? ink.answer : ink.strong });
  });
  const [here, pointed] = [points[index], hovered === null ? undefined : points[hovered]];
  if (pointed) ring(context, pointed, ink.muted);
  if (!here) return;
  dot(context, here, { radius: 3.5, colour: answers[index] ? ink.answer : ink.latent });
  ring(context, here, ink.ink);
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
