/**
 * Shards: the parts of a batch that engine workers compute at the same time. Their number is part of a run's configuration, and
 * their gradients are added in order, so the weights after a step do not depend on the number of workers.
 */
import type { ModelConfig } from '../family/config';
import { countPositions } from '../family/config';

/** Examples `from` to `from + size` of a batch. */
export interface Shard {
  readonly from: number;
  readonly size: number;
}

/** More would spend much of a step on adding their gradients. */
const MAX_SHARDS = 16;
/** Rows of the matrix products of a shard: with fewer, reading the weights takes longer than computing. */
const MIN_ROWS = 256;

/** Number of shards for a batch: a power of two, the same on every machine. */
export function countShards(config: ModelConfig, batchSize: number): number {
  const rows = batchSize * countPositions(config);
  const most = Math.min(MAX_SHARDS, batchSize, Math.floor(rows / MIN_ROWS));
  return most < 2 ? 1 : 2 ** Math.floor(Math.log2(most));
}

/** Consecutive shards of nearly equal size. */
export function splitIntoShards(batchSize: number, count: number): Shard[] {
  const bound = (index: number) => Math.round((index * batchSize) / count);
  return Array.from({ length: count }, (_, index) => ({ from: bound(index), size: bound(index + 1) - bound(index) }));
}
