/** Grids of ARC: 1 to 30 rows and columns of ten colours. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { dihedralImage } from '../../dihedral';

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

/** Colours first, then the transform with this id (see `dihedral.ts`). */
export function transformed({ rows, columns, cells }: ArcGrid, id: number, colours: ColourMap): ArcGrid {
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
export function hashOfGrid({ rows, columns, cells }: ArcGrid): string {
  const bytes = new Uint8Array(2 + cells.length);
  bytes.set([rows, columns]);
  bytes.set(cells, 2);
  return bytesToHex(sha256(bytes));
}

/** The same hash for the same pairs in any order and any parts. */
export function hashOfPuzzle(pairs: readonly ArcPair[]): string {
  const texts = pairs.map(({ input, output }) => `${hashOfGrid(input)}|${hashOfGrid(output)}`).sort();
  return bytesToHex(sha256(new TextEncoder().encode(texts.join('|'))));
}
