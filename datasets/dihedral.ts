/**
 * The eight symmetries of a square on grids of any height and width. Ids are those of the reference:
 * 0 identity, 1 to 3 turns by 90°, 180° and 270° against the clock, 4 mirrored left to right,
 * 5 top to bottom, 6 transposed, 7 transposed along the other diagonal.
 */
import type { Symmetry } from './kinds/puzzle-kind';
import { applySymmetry } from './symmetry';

export const dihedralIds = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Turning back undoes a turn; every mirror undoes itself. */
export const dihedralInverse: readonly number[] = [0, 3, 2, 1, 4, 5, 6, 7];

export interface DihedralImage {
  readonly rows: number;
  readonly columns: number;
  /** Row-major: image cell i is cell `cells[i]` of the grid. */
  readonly cells: Uint16Array;
}

/** Where the cell of a rows × columns grid comes from that stands at (row, column) of its image. */
const origins: readonly ((row: number, column: number, rows: number, columns: number) => readonly [number, number])[] =
  [
    (row, column) => [row, column],
    (row, column, _, columns) => [column, columns - 1 - row],
    (row, column, rows, columns) => [rows - 1 - row, columns - 1 - column],
    (row, column, rows) => [rows - 1 - column, row],
    (row, column, _, columns) => [row, columns - 1 - column],
    (row, column, rows) => [rows - 1 - row, column],
    (row, column) => [column, row],
    (row, column, rows, columns) => [rows - 1 - column, columns - 1 - row],
  ];

/** Whether height and width change places. */
const turnsOver = (id: number) => [1, 3, 6, 7].includes(id);

/** @throws RangeError for an id outside 0..7 */
export function dihedralImage(id: number, rows: number, columns: number): DihedralImage {
  const origin = origins[id];
  if (!origin) throw new RangeError(`there are dihedral symmetries 0 to 7, came ${id}`);
  const image = turnsOver(id) ? { rows: columns, columns: rows } : { rows, columns };
  const cells = new Uint16Array(rows * columns);
  for (let i = 0; i < cells.length; i++) {
    const [row, column] = origin(Math.floor(i / image.columns), i % image.columns, rows, columns);
    cells[i] = row * columns + column;
  }
  return { ...image, cells };
}

/** All eight, as symmetries of square grids that leave tokens as they are. */
export function squareSymmetries(side: number, vocabulary: number): readonly Symmetry[] {
  const tokens = Uint8Array.from({ length: vocabulary }, (_, token) => token);
  return dihedralIds.map((id) => ({ cells: dihedralImage(id, side, side).cells, tokens }));
}

/** The smallest text that any of the symmetries gives a grid: a canonical form where they are a group. */
export function smallestImage(
  symmetries: readonly Symmetry[],
  grid: Uint8Array,
  format: (image: Uint8Array) => string,
): string {
  const texts = symmetries.map((symmetry) => format(applySymmetry(symmetry, grid)));
  return texts.reduce((least, text) => (text < least ? text : least));
}
