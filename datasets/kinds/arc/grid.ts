/**
 * Grids of ARC, 1 to 30 rows and columns of ten colours, and their square canvas, of 900 tokens (30 × 30) unless the
 * grids are known to be smaller: 0 padding, 1 end marker, colour c is c + 2. End markers are in the row below and the
 * column right of the grid where these are on the canvas; the corner between them stays empty. Task files know colours
 * by number only: the digit is the symbol.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { palette } from '../palette';
import { dihedralImage } from '../../symmetry';
import type { TokenColour } from '../puzzle-kind';

export interface ArcGrid {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, colours 0..9. */
  readonly cells: Uint8Array;
}

export interface ArcPair {
  readonly input: ArcGrid;
  readonly output: ArcGrid;
}

/** New colour of each colour, by colour. */
export type ColourMap = readonly number[];

/** Colours first, then the transform with this id (see `symmetry.ts`). */
export function transformGrid({ rows, columns, cells }: ArcGrid, id: number, colours: ColourMap): ArcGrid {
  const image = dihedralImage(id, rows, columns);
  const moved = new Uint8Array(cells.length);
  // A loop, for `Uint8Array.from` takes several times as long, and sets of a million copies wait for this.
  for (let i = 0; i < moved.length; i++) moved[i] = colours[cells[image.cells[i]!]!]!;
  return { rows: image.rows, columns: image.columns, cells: moved };
}

/** As nested lists, the form of task files. */
export function toLists({ rows, columns, cells }: ArcGrid): number[][] {
  return Array.from({ length: rows }, (_, row) => [...cells.subarray(row * columns, (row + 1) * columns)]);
}

/** SHA-256 in hexadecimal over a byte each for rows, columns and the cells, as the reference takes it. */
export function hashGrid({ rows, columns, cells }: ArcGrid): string {
  const bytes = new Uint8Array(2 + cells.length);
  bytes.set([rows, columns]);
  bytes.set(cells, 2);
  return bytesToHex(sha256(bytes));
}

/** The same hash for the same pairs in any order and any parts. */
export function hashPuzzle(pairs: readonly ArcPair[]): string {
  const texts = pairs.map(({ input, output }) => `${hashGrid(input)}|${hashGrid(output)}`).sort();
  return bytesToHex(sha256(new TextEncoder().encode(texts.join('|'))));
}

/** Rows and columns of the usual canvas, which holds every grid. */
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

/** The position of a grid in the upper left corner. */
export const unshifted: Shift = { rows: 0, columns: 0 };

/** Rows and columns of a canvas. @throws RangeError for tokens that are no square */
export function getCanvasSide({ length }: Uint8Array): number {
  const side = Math.sqrt(length);
  if (!Number.isInteger(side)) throw new RangeError(`expected a square canvas, got ${length} cells`);
  return side;
}

/** A canvas of `side` rows and columns. @throws RangeError for a grid that does not fit where it is put */
export function placeOnCanvas({ rows, columns, cells }: ArcGrid, shift = unshifted, side = SIDE): Uint8Array {
  const bottom = shift.rows + rows;
  const right = shift.columns + columns;
  if (bottom > side || right > side)
    throw new RangeError(
      `a grid of ${rows}×${columns} moved by ${shift.rows} rows and ${shift.columns} columns does not fit on ${side}×${side}`,
    );
  const canvas = new Uint8Array(side * side);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      canvas[(shift.rows + row) * side + shift.columns + column] = cells[row * columns + column]! + FIRST_COLOUR;
  if (bottom < side) canvas.fill(END, bottom * side + shift.columns, bottom * side + right);
  if (right < side) for (let row = shift.rows; row < bottom; row++) canvas[row * side + right] = END;
  return canvas;
}

/** The largest rectangle of colours at the top left; of equal ones that with the fewest rows. 0 × 0 where the corner has no colour. @throws as `getCanvasSide` */
export function cropCanvas(canvas: Uint8Array): ArcGrid {
  const side = getCanvasSide(canvas);
  let columns = side;
  let best = { rows: 0, columns: 0 };
  for (let rows = 1; rows <= side; rows++) {
    columns = countColours(canvas.subarray((rows - 1) * side, (rows - 1) * side + columns));
    if (rows * columns > best.rows * best.columns) best = { rows, columns };
  }
  const cells = Uint8Array.from(
    { length: best.rows * best.columns },
    (_, i) => canvas[Math.floor(i / best.columns) * side + (i % best.columns)]! - FIRST_COLOUR,
  );
  return { ...best, cells };
}

/** The grid of a canvas wherever it lies, the inverse of `placeOnCanvas`; 0 × 0 where there is none. @throws as `getCanvasSide` */
export function liftFromCanvas(canvas: Uint8Array): ArcGrid {
  const first = canvas.findIndex((token) => token >= FIRST_COLOUR);
  if (first < 0) return { rows: 0, columns: 0, cells: new Uint8Array() };
  const side = getCanvasSide(canvas);
  const moved = new Uint8Array(canvas.length);
  const [top, left] = [Math.floor(first / side), first % side];
  for (let row = top; row < side; row++)
    moved.set(canvas.subarray(row * side + left, (row + 1) * side), (row - top) * side);
  return cropCanvas(moved);
}

/** Number of colours before the first other token. */
function countColours(tokens: Uint8Array): number {
  const end = tokens.findIndex((token) => token < FIRST_COLOUR || token >= VOCABULARY);
  return end < 0 ? tokens.length : end;
}

interface ArcColour extends TokenColour {
  /** Distinguishes the colour without colour vision. */
  readonly symbol: string;
}

/** By number, 0 to 9; 0 is the background. */
export const arcColours: readonly ArcColour[] = palette.map((colour, number) => ({
  ...colour,
  symbol: String(number),
}));

/** Symbol of each token, by token number: none for padding, a dot for the end marker, then the colours. */
export const arcSymbols: readonly string[] = ['', '·', ...arcColours.map(({ symbol }) => symbol)];

/** The colour of a token; none for padding and the end marker. */
export function getTokenColour(token: number): ArcColour | null {
  return arcColours[token - FIRST_COLOUR] ?? null;
}
