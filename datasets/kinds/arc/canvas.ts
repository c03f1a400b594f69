/**
 * Grids as 900 tokens on a canvas of 30 × 30: 0 padding, 1 end marker, colour c is c + 2. End markers
 * stand along the row below and the column right of the grid where these lie on the canvas; the corner
 * between them stays empty.
 */
import type { ArcGrid } from './grid';

export const SIDE = 30;
export const END = 1;
export const FIRST_COLOUR = 2;
/** Padding, end marker and ten colours. */
export const VOCABULARY = 12;

/** Rows and columns that a grid is moved down and right. */
export interface Shift {
  readonly rows: number;
  readonly columns: number;
}

/** @throws RangeError for a grid that does not fit where it is put */
export function onCanvas({ rows, columns, cells }: ArcGrid, shift: Shift = { rows: 0, columns: 0 }): Uint8Array {
  const bottom = shift.rows + rows;
  const right = shift.columns + columns;
  if (bottom > SIDE || right > SIDE)
    throw new RangeError(
      `a grid of ${rows}×${columns} moved by ${shift.rows} and ${shift.columns} does not fit on ${SIDE}×${SIDE}`,
    );
  const canvas = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      canvas[(shift.rows + row) * SIDE + shift.columns + column] = cells[row * columns + column]! + FIRST_COLOUR;
  if (bottom < SIDE) canvas.fill(END, bottom * SIDE + shift.columns, bottom * SIDE + right);
  if (right < SIDE) for (let row = shift.rows; row < bottom; row++) canvas[row * SIDE + right] = END;
  return canvas;
}

/** The largest rectangle of colours at the top left; of equal ones that with the fewest rows. 0 × 0 where the corner has no colour. */
export function cropped(canvas: Uint8Array): ArcGrid {
  let columns = SIDE;
  let best = { rows: 0, columns: 0 };
  for (let rows = 1; rows <= SIDE; rows++) {
    columns = coloursInRow(canvas, rows - 1, columns);
    if (rows * columns > best.rows * best.columns) best = { rows, columns };
  }
  const cells = Uint8Array.from(
    { length: best.rows * best.columns },
    (_, i) => canvas[Math.floor(i / best.columns) * SIDE + (i % best.columns)]! - FIRST_COLOUR,
  );
  return { ...best, cells };
}

/** How many cells of a row are colours before the first that is none, at most so many. */
function coloursInRow(canvas: Uint8Array, row: number, most: number): number {
  const cells = canvas.subarray(row * SIDE, row * SIDE + most);
  const end = cells.findIndex((token) => token < FIRST_COLOUR || token >= VOCABULARY);
  return end < 0 ? most : end;
}
