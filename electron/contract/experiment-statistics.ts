/** Means over seeds with confidence intervals, and differences between conditions. Shares are 0 to 1. */
import { wilsonInterval } from '../../models/evaluate/accuracy';
import { bootstrapMean } from './bootstrap';
import type { ExperimentPoint } from './experiments';

type Interval = readonly [number, number];
type Measured = Pick<ExperimentPoint, 'exactAccuracy' | 'count'>;

export interface SeedMean {
  readonly mean: number;
  /** 95 %. */
  readonly interval: Interval;
  /** How the spread between seeds was estimated; null for one seed, whose interval is that of its puzzles. */
  readonly method: 'student' | 'bootstrap' | null;
  readonly seeds: number;
  /** Puzzles, which are the same for every seed. */
  readonly count: number;
}

/** Two-sided 95 % quantiles of Student's t distribution for 1, 2, … degrees of freedom; above, that of 30 is wide enough. */
const studentQuantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

const studentQuantile = (freedom: number): number => studentQuantiles[Math.min(freedom, studentQuantiles.length) - 1]!;

/** Seeds from which on the interval is that of a bootstrap: of fewer it would be too narrow. */
const BOOTSTRAP_SEEDS = 8;

/**
 * Mean over the seeds of a condition. The interval is the wider one of two: that over the seeds (Student's t, from eight seeds on a percentile
 * bootstrap), and Wilson's over the puzzles. A few seeds that happen to agree do not claim more than their puzzles allow; these count once, since
 * every seed has the same.
 * @throws RangeError without values
 */
export function meanOverSeeds(values: readonly Measured[]): SeedMean {
  if (values.length === 0) throw new RangeError('a mean needs at least one seed');
  const count = countPuzzles(values);
  const mean = average(values);
  const method = methodFor(values.length);
  const ofPuzzles = wilsonInterval(mean * count, count);
  const ofSeeds = method === 'bootstrap' ? bootstrapMean(listShares(values)) : studentInterval(values, mean);
  return {
    mean,
    interval: [Math.min(ofPuzzles[0], Math.max(0, ofSeeds[0])), Math.max(ofPuzzles[1], Math.min(1, ofSeeds[1]))],
    method,
    seeds: values.length,
    count,
  };
}

function methodFor(seeds: number): SeedMean['method'] {
  if (seeds < 2) return null;
  return seeds < BOOTSTRAP_SEEDS ? 'student' : 'bootstrap';
}

const listShares = (values: readonly Measured[]): number[] => values.map(({ exactAccuracy }) => exactAccuracy);

const average = (values: readonly Measured[]): number =>
  values.reduce((sum, { exactAccuracy }) => sum + exactAccuracy, 0) / values.length;

/** Of one seed. */
const countPuzzles = (values: readonly Measured[]): number => Math.max(...values.map(({ count }) => count));

/** Variance of the mean: that between seeds, and at least that of its puzzles. */
function varianceOfMean(values: readonly Measured[]): number {
  const mean = average(values);
  const ofPuzzles = (mean * (1 - mean)) / countPuzzles(values);
  return Math.max(ofPuzzles, varianceBetween(values, mean) / values.length);
}

/** Sample variance; 0 for one seed. */
const varianceBetween = (values: readonly Measured[], mean: number): number =>
  values.length < 2
    ? 0
    : values.reduce((sum, { exactAccuracy }) => sum + (exactAccuracy - mean) ** 2, 0) / (values.length - 1);

/** Only the mean for one seed, whose spread is unknown. */
function studentInterval(values: readonly Measured[], mean: number): Interval {
  if (values.length < 2) return [mean, mean];
  const half = studentQuantile(values.length - 1) * Math.sqrt(varianceBetween(values, mean) / values.length);
  return [mean - half, mean + half];
}

export interface Difference {
  /** Mean of `b` minus mean of `a`. */
  readonly difference: number;
  /** 95 %; null where a condition has one seed: the spread between seeds is unknown then. */
  readonly interval: Interval | null;
}

/** Welch's interval of a difference, with as many degrees of freedom as the smaller group has, which is never too narrow. */
export function differenceOfMeans(a: readonly Measured[], b: readonly Measured[]): Difference {
  const difference = average(b) - average(a);
  const freedom = Math.min(a.length, b.length) - 1;
  if (freedom < 1) return { difference, interval: null };
  const half = studentQuantile(freedom) * Math.sqrt(varianceOfMean(a) + varianceOfMean(b));
  return { difference, interval: [difference - half, difference + half] };
}
