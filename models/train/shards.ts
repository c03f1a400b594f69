/**
 * Shards: the parts of a batch that engine workers compute at the same time. Their number is part of a run's configuration, and
 * their gradients are added in order, so the weights after a step do not depend on the number of workers.
 */
import type { ModelConfig } from '../family/config';
import { countPositions, stateWidth } from '../family/config';

/** Examples `from` to `from + size` of a batch. */
export interface Shard {
  readonly from: number;
  readonly size: number;
}

/** With more, two cores are slower: 9×9 at width 128, batch 64, 16 shards took 5 % longer than 8, and 8 as much more than 4. */
const MAX_SHARDS = 8;
/** Rows of the matrix products of a shard: with fewer, reading the weights takes longer than computing. */
const MIN_ROWS = 256;
/** Values of a state of a shard: with fewer, a node computes for less time than it takes to start. */
const MIN_VALUES = 2 ** 15;

/** Number of shards for a batch: a power of two, the same on every machine. */
export function countShards(config: ModelConfig, batchSize: number): number {
  const rows = batchSize * countPositions(config);
  const most = Math.min(MAX_SHARDS, batchSize, rows / MIN_ROWS, (rows * stateWidth(config)) / MIN_VALUES);
  return most < 2 ? 1 : 2 ** Math.floor(Math.log2(most));
}

/** Consecutive shards of nearly equal size. */
export function splitIntoShards(batchSize: number, count: number): Shard[] {
  const bound = (index: number) => Math.round((index * batchSize) / count);
  return Array.from({ length: count }, (_, index) => ({ from: bound(index), size: bound(index + 1) - bound(index) }));
}

/** Largest number of weights that are updated at once: 2 MB of each vector. */
export const MAX_RANGE = 2 ** 19;

/** Weights `from` to `to` of the flat vectors. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Ranges of nearly equal size of the flat weights. */
export function splitIntoRanges(length: number): Range[] {
  const count = Math.ceil(length / MAX_RANGE);
  return splitIntoShards(length, count).map(({ from, size }) => ({ from, to: from + size }));
}
