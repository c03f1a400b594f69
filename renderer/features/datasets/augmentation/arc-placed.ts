/** A grid of ARC where it stands on its canvas: rows of training splits may be moved. */
import { FIRST_COLOUR, onCanvas, SIDE, VOCABULARY, type Shift } from '../../../../datasets/kinds/arc/canvas';
import type { ArcGrid } from '../../../../datasets/kinds/arc/grid';

export interface Placed {
  readonly grid: ArcGrid;
  readonly shift: Shift;
}

const isColour = (token: number) => token >= FIRST_COLOUR && token < VOCABULARY;

/** The grid of a canvas that holds exactly one and its end markers; null for any other. */
export function placedOn(canvas: Uint8Array): Placed | null {
  const first = canvas.findIndex(isColour);
  if (canvas.length !== SIDE * SIDE || first < 0) return null;
  const shift = { rows: Math.floor(first / SIDE), columns: first % SIDE };
  const columns = lengthOf(SIDE - shift.columns, (i) => isColour(canvas[first + i]!));
  const rows = lengthOf(SIDE - shift.rows, (i) => isColour(canvas[first + i * SIDE]!));
  const cells = Uint8Array.from(
    { length: rows * columns },
    (_, i) => canvas[first + Math.floor(i / columns) * SIDE + (i % columns)]! - FIRST_COLOUR,
  );
  const grid = { rows, columns, cells };
  const isWhole =
    cells.every((colour) => isColour(colour + FIRST_COLOUR)) &&
    onCanvas(grid, shift).every((token, i) => token === canvas[i]);
  return isWhole ? { grid, shift } : null;
}

/** How many of the first `most` hold before one does not. */
function lengthOf(most: number, holds: (i: number) => boolean): number {
  let length = 0;
  while (length < most && holds(length)) length++;
  return length;
}
