/** Rows that pass a filter, and what they are by facet. */
import type { Column } from './columns';
import { Pace } from './pace';
import type { Bounds } from './query';

export interface Conditions {
  readonly count: number;
  /** The columns with bounds. */
  readonly bounds: readonly (Bounds & { readonly column: Column })[];
  /** 1 for rows that the text finds; null where none is asked for. */
  readonly found: Uint8Array | null;
  readonly signal?: AbortSignal | undefined;
}

/** Ascending. @throws the signal's reason */
export async function matchingRows({ count, bounds, found, signal }: Conditions): Promise<Uint32Array> {
  const rows = new Uint32Array(count);
  let length = 0;
  await new Pace(signal).inBlocks(count, (from, to) => {
    for (let row = from; row < to; row++)
      if ((!found || found[row] === 1) && firstMiss(bounds, row, 0) < 0) rows[length++] = row;
  });
  // A copy: the view of a few rows would keep the room for all.
  return rows.slice(0, length);
}

/** Which condition from `start` on the row does not pass, -1 for none. */
function firstMiss(bounds: Conditions['bounds'], row: number, start: number): number {
  for (let i = start; i < bounds.length; i++) {
    const { column, least, most } = bounds[i]!;
    if (!(column.values[row]! >= least && column.values[row]! <= most)) return i;
  }
  return -1;
}

/** Rows with the same, or nearly the same, value. */
export interface Bin extends Bounds {
  readonly count: number;
}

export interface Histogram {
  /** Of the facet. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** From the least to the most value of the whole split, empty ones too, all equally wide. */
  readonly bins: readonly Bin[];
  /** Rows of which the facet is not known. */
  readonly unknown: number;
}

export interface Histograms {
  /** Rows that pass the whole filter. */
  readonly total: number;
  /** As of `Browser.facets`; each under the conditions of all others, not its own. */
  readonly histograms: readonly Histogram[];
}

/** More bars than this are too thin to click. */
const MOST_BINS = 40;

/**
 * For each column the rows that pass every condition but its own: a bar outside the bounds still says
 * how many rows it would bring. The bins are those of all rows, so bars keep their place under any filter.
 * @throws the signal's reason
 */
export async function histogramsOf(
  columns: readonly Column[],
  { count, bounds, found, signal }: Conditions,
): Promise<Histograms> {
  const tallies = columns.map(tallyOf);
  let total = 0;
  const tallyOfBound = bounds.map(({ column }) => tallies[columns.indexOf(column)]);
  await new Pace(signal).inBlocks(count, (from, to) => {
    for (let row = from; row < to; row++) {
      if (found && found[row] !== 1) continue;
      const miss = firstMiss(bounds, row, 0);
      if (miss < 0) {
        total++;
        for (const tally of tallies) add(tally, row);
      } else if (firstMiss(bounds, row, miss + 1) < 0) add(tallyOfBound[miss]!, row);
    }
  });
  return { total, histograms: tallies.map(histogramOf) };
}

interface Tally {
  readonly column: Column;
  readonly first: number;
  readonly width: number;
  /** By bin; the last is of rows of which the facet is not known. */
  readonly counts: Uint32Array;
}

function tallyOf(column: Column): Tally {
  const { extent } = column;
  if (!extent) return { column, first: 0, width: 1, counts: new Uint32Array(1) };
  const width = widthOf(extent);
  const first = Math.floor(extent.least / width) * width;
  return { column, first, width, counts: new Uint32Array(Math.floor((extent.most - first) / width) + 2) };
}

/** The least of 1, 2, 5, 10, 20, 50, … with few enough bins. */
function widthOf({ least, most }: Bounds): number {
  for (let power = 1; ; power *= 10)
    for (const width of [power, 2 * power, 5 * power])
      if (Math.floor(most / width) - Math.floor(least / width) < MOST_BINS) return width;
}

function add({ column, first, width, counts }: Tally, row: number): void {
  const value = column.values[row]!;
  counts[value < 0 ? counts.length - 1 : Math.floor((value - first) / width)]!++;
}

function histogramOf({ column, first, width, counts }: Tally): Histogram {
  const { id, name, unit } = column.facet;
  const bins = Array.from(counts.subarray(0, -1), (count, i) => ({
    least: first + i * width,
    most: first + (i + 1) * width - 1,
    count,
  }));
  return { id, name, unit, bins, unknown: counts[counts.length - 1]! };
}
