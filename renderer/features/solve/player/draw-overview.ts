/** Draws the overview of a long solve: a column for each supervision step, or for a few of them. */
import type { ThemeColours } from '../../../lib/canvas';
import type { OverviewColumn } from './timeline';

interface Overview {
  readonly columns: readonly OverviewColumn[];
  readonly steps: number;
  /** The current step, from 0. */
  readonly step: number;
  /** The steps that are shown as blocks. */
  readonly page: { readonly from: number; readonly to: number };
  /** First step (from 1) after which the model would halt. */
  readonly haltStep: number | null;
  /** Step of the first right answer, from 0. */
  readonly firstCorrect: number | null;
}

interface Surface {
  readonly width: number;
  readonly height: number;
  readonly colours: ThemeColours;
}

const TOP = 8;
const BOTTOM = 4;

export function drawOverview(context: CanvasRenderingContext2D, overview: Overview, surface: Surface): void {
  const { width, height, colours } = surface;
  const { columns, steps, step, page, haltStep, firstCorrect } = overview;
  const x = (at: number) => (at / Math.max(1, steps)) * width;
  context.clearRect(0, 0, width, height);
  for (const column of columns) drawColumn(context, column, { ...surface, x, isPlayed: column.from <= step });
  if (firstCorrect !== null) triangle(context, x(firstCorrect + 0.5), { y: 0, colour: colours.good });
  if (haltStep !== null) bar(context, { left: x(haltStep) - 1, width: 1, top: 0, height: TOP - 2 }, colours.muted);
  context.strokeStyle = colours.answer;
  context.lineWidth = 1;
  context.strokeRect(x(page.from) + 0.5, 0.5, Math.max(3, x(page.to) - x(page.from)) - 1, height - 1);
  bar(context, { left: x(step + 0.5) - 1, width: 2, top: 0, height }, colours.ink);
}

interface ColumnSurface extends Surface {
  readonly x: (step: number) => number;
  readonly isPlayed: boolean;
}

function drawColumn(context: CanvasRenderingContext2D, column: OverviewColumn, surface: ColumnSurface): void {
  const { height, colours, x, isPlayed } = surface;
  const [left, right] = [x(column.from), x(column.to)];
  const wide = Math.max(1, right - left - (right - left > 3 ? 1 : 0));
  const high = 2 + column.height * (height - TOP - BOTTOM - 4);
  const top = height - BOTTOM - high;
  bar(context, { left, width: wide, top, height: high }, isPlayed ? colours.answer : colours.strong);
  if (column.changesCells) bar(context, { left, width: Math.min(3, wide), top: top - 4, height: 3 }, colours.change);
  if (column.solved) bar(context, { left, width: wide, top: height - 3, height: 3 }, colours.good);
}

interface Rectangle {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

function bar(context: CanvasRenderingContext2D, { left, width, top, height }: Rectangle, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(left, top, width, height);
}

function triangle(
  context: CanvasRenderingContext2D,
  x: number,
  { y, colour }: { readonly y: number; readonly colour: string },
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  context.lineTo(x, y + 5);
  context.fill();
}
