/** Queries over the rows of a split: filters, sort orders and histograms. Facets are held in memory, four bytes for each row and facet. */
import { MessageError } from '../../renderer/messages/message';
import type { FacetSpec } from '../kinds/puzzle-kind';
import type { RowSource, WaitOptions } from './scan';
import { Scan, TimeSlicer } from './scan';

/** A range, both ends included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export interface Filter {
  /** By id of the facet. A puzzle of which a facet is not known is outside all bounds from 0 on. */
  readonly facets?: Readonly<Record<string, Bounds>> | undefined;
  /**
   * Cells of the question as `createMatcher` reads them, or a row's address: `17`, `train/17` or in full. A
   * number can be both, and finds both. Empty: any.
   */
  readonly text?: string | undefined;
}

export interface Sort {
  /** Id of a facet, or `index`. Equal rows are in ascending order of their index. */
  readonly by: string;
  readonly descending?: boolean | undefined;
}

/** The name of the order of the set itself. */
export const SORT_BY_INDEX = 'index';

/** @throws MessageError naming the known facets */
export function requireFacets(
  facets: readonly FacetSpec[],
  { filter, sort }: { readonly filter?: Filter | undefined; readonly sort?: Sort | undefined },
): void {
  const ids = [...Object.keys(filter?.facets ?? {}), ...(sort && sort.by !== SORT_BY_INDEX ? [sort.by] : [])];
  for (const id of ids)
    if (!facets.some((facet) => facet.id === id))
      throw new MessageError('datasets.browse.unknownFacet', { id, known: facets.map((facet) => facet.id) });
}

export interface FacetColumn {
  readonly facet: FacetSpec;
  /** By row; `UNKNOWN` where the value is unknown. */
  readonly values: Int32Array;
  /** Minimum and maximum of the known values of the whole split; null if none is known. */
  readonly extent: { readonly min: number; readonly max: number } | null;
}

/** Filled by one scan at the first request. */
export class FacetColumns {
  private filled: readonly FacetColumn[] | null = null;
  private scan: { readonly values: readonly Int32Array[]; readonly rows: Scan } | null = null;

  constructor(private readonly rows: RowSource) {}

  /** @throws the signal's reason; where a row cannot be read */
  async read(wait: WaitOptions = {}): Promise<readonly FacetColumn[]> {
    if (this.filled) return this.filled;
    this.scan ??= this.begin();
    await this.scan.rows.finish(wait);
    const { values } = this.scan;
    const columns: FacetColumn[] = [];
    for (const [i, facet] of this.rows.facets.entries())
      columns.push({ facet, values: values[i]!, extent: await findExtent(values[i]!) });
    return (this.filled ??= columns);
  }

  private begin() {
    const { facets, count } = this.rows;
    const values = facets.map(() => new Int32Array(count));
    const rows = new Scan(this.rows, (puzzle, row) => {
      for (let i = 0; i < facets.length; i++) values[i]![row] = facets[i]!.compute(puzzle);
    });
    return { values, rows };
  }
}

async function findExtent(values: Int32Array): Promise<FacetColumn['extent']> {
  let [min, max] = [Infinity, -Infinity];
  await new TimeSlicer().inBlocks(values.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (values[row]! < 0) continue;
      if (values[row]! < min) min = values[row]!;
      if (values[row]! > max) max = values[row]!;
    }
  });
  return max < 0 ? null : { min, max };
}

export interface FilterConditions {
  readonly count: number;
  /** The columns with bounds. */
  readonly bounds: readonly (Bounds & { readonly column: FacetColumn })[];
  /** 1 for rows that the text matches; null without a text. */
  readonly found: Uint8Array | null;
  readonly signal?: AbortSignal | undefined;
}

/** Ascending. @throws the signal's reason */
export async function findMatchingRows({ count, bounds, found, signal }: FilterConditions): Promise<Uint32Array> {
  const rows = new Uint32Array(count);
  let length = 0;
  await new TimeSlicer(signal).inBlocks(count, (from, to) => {
    for (let row = from; row < to; row++)
      if ((!found || found[row] === 1) && firstMiss(bounds, row, 0) < 0) rows[length++] = row;
  });
  // A copy: a view of a few rows would keep the memory of all.
  return rows.slice(0, length);
}

/** Which condition from `start` on the row does not pass, -1 for none. */
function firstMiss(bounds: FilterConditions['bounds'], row: number, start: number): number {
  for (let i = start; i < bounds.length; i++) {
    const { column, min, max } = bounds[i]!;
    if (!(column.values[row]! >= min && column.values[row]! <= max)) return i;
  }
  return -1;
}

/** Rows with the same, or nearly the same, value. */
interface Bin extends Bounds {
  readonly count: number;
}

interface Histogram {
  /** Of the facet. */
  readonly id: string;
  readonly name: FacetSpec['name'];
  readonly unit: FacetSpec['unit'];
  /** Bins of equal width from the minimum to the maximum of the whole split, including empty ones. */
  readonly bins: readonly Bin[];
  /** Rows of which the facet is not known. */
  readonly unknown: number;
}

export interface Histograms {
  /** Rows that pass the whole filter. */
  readonly total: number;
  /** As of `SplitBrowser.facets`; each under the conditions of all others, not its own. */
  readonly histograms: readonly Histogram[];
}

/** More bars than this are too thin to click. */
const MAX_BINS = 40;

/**
 * Counts for each column the rows that pass every condition except its own: a bar outside the bounds still shows how many
 * rows it would add. Bins are those of all rows, so they stay the same under any filter.
 * @throws the signal's reason
 */
export async function countHistograms(
  columns: readonly FacetColumn[],
  { count, bounds, found, signal }: FilterConditions,
): Promise<Histograms> {
  const tallies = columns.map(createTally);
  let total = 0;
  const tallyOfBound = bounds.map(({ column }) => tallies[columns.indexOf(column)]);
  await new TimeSlicer(signal).inBlocks(count, (from, to) => {
    for (let row = from; row < to; row++) {
      if (found && found[row] !== 1) continue;
      const miss = firstMiss(bounds, row, 0);
      if (miss < 0) {
        total++;
        for (const tally of tallies) add(tally, row);
      } else if (firstMiss(bounds, row, miss + 1) < 0) add(tallyOfBound[miss]!, row);
    }
  });
  return { total, histograms: tallies.map(toHistogram) };
}

interface Tally {
  readonly column: FacetColumn;
  readonly first: number;
  readonly width: number;
  /** By bin; the last is of rows of which the facet is not known. */
  readonly counts: Uint32Array;
}

function createTally(column: FacetColumn): Tally {
  const { extent } = column;
  if (!extent) return { column, first: 0, width: 1, counts: new Uint32Array(1) };
  const width = chooseBinWidth(extent);
  const first = Math.floor(extent.min / width) * width;
  return { column, first, width, counts: new Uint32Array(Math.floor((extent.max - first) / width) + 2) };
}

/** The smallest of 1, 2, 5, 10, 20, 50, … with few enough bins. */
function chooseBinWidth({ min, max }: Bounds): number {
  for (let power = 1; ; power *= 10)
    for (const width of [power, 2 * power, 5 * power])
      if (Math.floor(max / width) - Math.floor(min / width) < MAX_BINS) return width;
}

function add({ column, first, width, counts }: Tally, row: number): void {
  const value = column.values[row]!;
  counts[value < 0 ? counts.length - 1 : Math.floor((value - first) / width)]!++;
}

function toHistogram({ column, first, width, counts }: Tally): Histogram {
  const { id, name, unit } = column.facet;
  const bins = Array.from(counts.subarray(0, -1), (count, i) => ({
    min: first + i * width,
    max: first + (i + 1) * width - 1,
    count,
  }));
  return { id, name, unit, bins, unknown: counts[counts.length - 1]! };
}

interface Ordering {
  readonly values: Int32Array;
  readonly descending: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Digits of the sort. */
const BITS = 16;
const MASK = (1 << BITS) - 1;

/**
 * Sorts rows by their values; stable in both directions. A counting sort by the lower 16 bits and, if the values differ by
 * more, the upper 16 bits.
 * @throws the signal's reason
 */
export async function sortRows(rows: Uint32Array, { values, descending, signal }: Ordering): Promise<Uint32Array> {
  const pace = new TimeSlicer(signal);
  let [min, max] = [Infinity, -Infinity];
  await pace.inBlocks(rows.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const value = values[rows[i]!]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  });
  const key = descending ? (row: number) => max - values[row]! : (row: number) => values[row]! - min;
  let sorted = rows;
  for (const shift of max - min > MASK ? [0, BITS] : [0])
    sorted = await pass(sorted, (row) => (key(row) >>> shift) & MASK, pace);
  return sorted;
}

async function pass(rows: Uint32Array, digit: (row: number) => number, pace: TimeSlicer): Promise<Uint32Array> {
  /** First how many rows have a digit below this one, then where the next row of the digit goes. */
  const starts = new Uint32Array(MASK + 2);
  await pace.inBlocks(rows.length, (from, to) => {
    for (let i = from; i < to; i++) starts[digit(rows[i]!) + 1]!++;
  });
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const sorted = new Uint32Array(rows.length);
  await pace.inBlocks(rows.length, (from, to) => {
    for (let i = from; i < to; i++) sorted[starts[digit(rows[i]!)]!++] = rows[i]!;
  });
  return sorted;
}
