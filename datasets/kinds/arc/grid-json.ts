/** Grids in JSON: a list of rows, each a list of colours. Whatever else a file holds there is refused by row and column. */
import { FormatError } from '../../formats/format-error';
import type { ArcGrid } from './grid';
import { COLOURS, MOST_SIDE } from './task';

/**
 * Reads no more than it must to see that a value is no grid, so hostile ones cost nothing.
 * @param where file, task, pair and grid, for the message
 * @throws FormatError
 */
export function readGrid(value: unknown, where: string): ArcGrid {
  const rows = readList(value, where, 'rows').map((row, r) => readRow(row, `${where}, row ${r + 1}`));
  const ragged = rows.findIndex(({ length }) => length !== rows[0]!.length);
  if (ragged > 0)
    throw new FormatError(
      `${where}, row ${ragged + 1}`,
      `${rows[0]!.length} colours, as in row 1`,
      String(rows[ragged]!.length),
    );
  return { rows: rows.length, columns: rows[0]!.length, cells: Uint8Array.from(rows.flat()) };
}

function readRow(value: unknown, where: string): number[] {
  return readList(value, where, 'colours').map((colour, column) => {
    if (isColour(colour)) return colour;
    throw new FormatError(`${where}, column ${column + 1}`, `a colour from 0 to ${COLOURS - 1}`, described(colour));
  });
}

function readList(value: unknown, where: string, of: string): unknown[] {
  const expected = `a list of 1 to ${MOST_SIDE} ${of}`;
  if (!Array.isArray(value)) throw new FormatError(where, expected, described(value));
  if (value.length < 1 || value.length > MOST_SIDE) throw new FormatError(where, expected, String(value.length));
  return value;
}

function isColour(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < COLOURS;
}

/** A value from JSON in a few words; never its whole, which may be large or deep. */
export function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return `the text '${value.slice(0, 40)}'`;
  return String(value);
}
