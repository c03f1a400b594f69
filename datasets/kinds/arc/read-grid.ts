/** Reads grids of ARC from JSON. */
import { message, type Text } from '../../../renderer/messages/message';
import { FormatError } from '../../formats/format-error';
import type { ArcGrid } from './grid';
import { COLOURS, MAX_SIDE } from './task';

/** A grid with more rows or columns than the canvas. */
export class GridTooLargeError extends FormatError {}

/**
 * Stops at the first sign that a value is not a grid, so that hostile values cost nothing.
 * @param where file, task, pair and grid
 * @throws GridTooLargeError; FormatError for anything else that is not a grid
 */
export function readGrid(value: unknown, where: Text): ArcGrid {
  const expected = message('formats.task.rowList', { max: MAX_SIDE });
  const rows = readList(value, where, expected).map((row, r) => readRow(row, rowPlace(where, r)));
  const ragged = rows.findIndex(({ length }) => length !== rows[0]!.length);
  if (ragged > 0)
    throw new FormatError(
      rowPlace(where, ragged),
      message('formats.task.colours', { count: rows[0]!.length }),
      String(rows[ragged]!.length),
    );
  return { rows: rows.length, columns: rows[0]!.length, cells: Uint8Array.from(rows.flat()) };
}

const rowPlace = (where: Text, row: number): Text => message('formats.place.gridRow', { where, row: row + 1 });

function readRow(value: unknown, where: Text): number[] {
  const expected = message('formats.task.colourList', { max: MAX_SIDE });
  return readList(value, where, expected).map((colour, column) => {
    if (isColour(colour)) return colour;
    throw new FormatError(
      message('formats.place.column', { where, column: column + 1 }),
      message('formats.task.colour', { max: COLOURS - 1 }),
      describeValue(colour),
    );
  });
}

function readList(value: unknown, where: Text, expected: Text): unknown[] {
  if (!Array.isArray(value)) throw new FormatError(where, expected, describeValue(value));
  if (value.length < 1) throw new FormatError(where, expected, String(value.length));
  if (value.length > MAX_SIDE) throw new GridTooLargeError(where, expected, String(value.length));
  return value;
}

function isColour(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < COLOURS;
}

/** A short description of a value from JSON, which may be large or deep. */
export function describeValue(value: unknown): Text {
  if (value === undefined) return message('formats.nothing');
  if (Array.isArray(value)) return message('formats.task.list', { count: value.length });
  if (typeof value === 'object' && value !== null) return message('formats.task.object');
  if (typeof value === 'string') return message('formats.task.text', { text: value.slice(0, 40) });
  return JSON.stringify(value);
}

/** Whether a value says that an output is not known: nothing, null, or a grid without cells. */
export function isUnknownOutput(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) && (value.length === 0 || (value.length === 1 && isUnknownOutput(value[0])));
}
