/** A random sample of the puzzles of a split, in proportion to their difficulties: the first puzzles of a file are often alike. */
import { isInBand, type Difficulty, type PuzzleKind, type RatedPuzzle } from './kinds/puzzle-kind';
import { readRating } from './kinds/facets';
import { Random } from './random';
import { interleaveEvenly } from './split';

/** Seed of the sample unless another one is chosen: every model is evaluated on the same puzzles of a split. */
export const SAMPLE_SEED = 1;

export interface SampleOptions {
  /** Maximum number of puzzles. */
  readonly size: number;
  readonly seed: number;
}

/** What was drawn. */
export interface Sample {
  /** Puzzles of the split. */
  readonly of: number;
  /** Null where they are the first ones: in the order of the split, or of each group in turn. */
  readonly seed: number | null;
  /** Whether each difficulty, or each group, has its share; else all puzzles were drawn alike. */
  readonly isStratified: boolean;
}

export interface SampledPuzzles<P> {
  /** In the order of the split. */
  readonly puzzles: AsyncIterable<P>;
  /** Null where the split is read whole and its size was not known before. */
  readonly total: number | null;
  /** Null when these are all puzzles of the split. */
  readonly sample: Sample | null;
  /** Rows of the puzzles in the split, ascending; null when these are all. */
  readonly rows: readonly number[] | null;
}

/**
 * Draws puzzles of a split of any size. It is read twice, once for the ratings, so that no puzzle has to stay in memory.
 * @param read starts to read the split from its first puzzle
 * @throws errors of reading; the signal's reason
 */
export async function samplePuzzles<P extends RatedPuzzle>(
  kind: PuzzleKind,
  read: () => AsyncIterable<P>,
  options: SampleOptions & { readonly total?: number | null; readonly signal?: AbortSignal },
): Promise<SampledPuzzles<P>> {
  if (options.size >= (options.total ?? Infinity))
    return { puzzles: read(), total: options.total ?? null, sample: null, rows: null };
  const strata = await readStrata(kind, read(), options.signal);
  const of = strata.length;
  if (of <= options.size) return { puzzles: read(), total: of, sample: null, rows: null };
  const rows = drawRows(strata, options).sort((one, other) => one - other);
  const isStratified = strata.some((stratum) => stratum !== strata[0]);
  const sample = { of, seed: options.seed, isStratified };
  return { puzzles: pick(read(), new Set(rows)), total: rows.length, sample, rows };
}

async function readStrata<P extends RatedPuzzle>(
  kind: PuzzleKind,
  puzzles: AsyncIterable<P>,
  signal?: AbortSignal,
): Promise<number[]> {
  const stratumOf = stratumFinder(kind);
  const strata: number[] = [];
  for await (const puzzle of puzzles) {
    signal?.throwIfAborted();
    strata.push(stratumOf(puzzle));
  }
  return strata;
}

/** Returns the difficulty of a puzzle as a number; -1 for puzzles without a rating. */
export function stratumFinder(kind: PuzzleKind): (puzzle: RatedPuzzle) => number {
  const bands: readonly Difficulty[] = kind.generator?.difficulties ?? [];
  return (puzzle) => {
    const rating = readRating(kind, puzzle);
    return bands.findIndex((band) => isInBand(band, rating));
  };
}

/**
 * Draws rows at random: of each stratum in proportion to its size, to a whole row. Any prefix of the result has its share of each.
 * @param strata number of the stratum of each row
 */
export function drawRows(strata: readonly number[], { size, seed }: SampleOptions): number[] {
  const random = Random.seeded(seed);
  const rows = new Map<number, number[]>();
  strata.forEach((stratum, row) => {
    const known = rows.get(stratum);
    if (known) known.push(row);
    else rows.set(stratum, [row]);
  });
  // Their order must not depend on which stratum comes first in the file.
  const lists = [...rows].sort(([one], [other]) => one - other).map(([, list]) => random.shuffle(list));
  const counts = allocate(
    lists.map(({ length }) => length),
    Math.min(size, strata.length),
  );
  return interleaveEvenly(lists.map((list, index) => list.slice(0, counts[index])));
}

/** Whole numbers in proportion to `sizes` that add up to `total`: the largest remainders are rounded up. */
function allocate(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const quotas = sizes.map((size) => (size * total) / all);
  const counts = quotas.map(Math.floor);
  const left = total - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - counts[index]! }))
    .sort((one, other) => other.remainder - one.remainder);
  for (const { index } of byRemainder.slice(0, left)) counts[index]!++;
  return counts;
}

async function* pick<P>(puzzles: AsyncIterable<P>, rows: ReadonlySet<number>): AsyncGenerator<P> {
  let [row, left] = [0, rows.size];
  for await (const puzzle of puzzles) {
    if (!rows.has(row++)) continue;
    yield puzzle;
    if (--left === 0) return;
  }
}
