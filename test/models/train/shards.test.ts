/** Splitting a batch into shards. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countShards, splitIntoShards } from '../../../models/train/shards';
import { tinyMlpT } from '../family/tiny';

test('shards are consecutive, cover the batch, and differ by at most one example', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 16 }), (batchSize, parts) => {
      const count = Math.min(batchSize, parts);
      const shards = splitIntoShards(batchSize, count);
      expect(shards.map(({ from }) => from)).toEqual(
        shards.map((_, index) => shards.slice(0, index).reduce((sum, { size }) => sum + size, 0)),
      );
      const sizes = shards.map(({ size }) => size);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(batchSize);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test.each([
  ['a tiny batch', 8, 4, 64, 1],
  ['4×4 puzzles at width 64', 16, 64, 64, 2],
  ['9×9 puzzles at width 128', 81, 64, 128, 8],
  ['9×9 puzzles of the published size', 97, 8, 512, 2],
])('%s: the number of shards depends on rows and width', (_, seqLen, batchSize, hiddenSize, expected) => {
  expect(countShards({ ...tinyMlpT, seqLen, hiddenSize }, batchSize)).toBe(expected);
});
