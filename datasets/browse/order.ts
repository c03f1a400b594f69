/** Rows in the order of a column. */
import { Pace } from './pace';

export interface Ordering {
  readonly values: Int32Array;
  readonly descending: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Digits of the sort. */
const BITS = 16;
const MASK = (1 << BITS) - 1;

/**
 * The rows sorted by their values; equal ones keep their order, whichever way it goes. Counting sort by
 * the lower and, where values differ so much, the upper 16 bits: each pass takes the rows once.
 * @throws the signal's reason
 */
export async function inOrder(rows: Uint32Array, { values, descending, signal }: Ordering): Promise<Uint32Array> {
  const pace = new Pace(signal);
  let [least, most] = [Infinity, -Infinity];
  await pace.inBlocks(rows.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const value = values[rows[i]!]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  });
  const key = descending ? (row: number) => most - values[row]! : (row: number) => values[row]! - least;
  let sorted = rows;
  for (const shift of most - least > MASK ? [0, BITS] : [0])
    sorted = await pass(sorted, (row) => (key(row) >>> shift) & MASK, pace);
  return sorted;
}

async function pass(rows: Uint32Array, digit: (row: number) => number, pace: Pace): Promise<Uint32Array> {
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
