import { expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { hashDataset } from '../../../../electron/compute/datasets/dataset-hash';
import { listBuffers, packDataset, unpackDataset } from '../../../../electron/compute/datasets/pack-dataset';
import { createTrainBatches } from '../../../../datasets/batches';
import { identifiedSudokus } from '../runs/identified-dataset';
import { plainDataset } from './plain-dataset';

const datasets = [
  ['puzzles', loadBuiltInDataset('sudoku-4x4')],
  ['puzzles with identifiers', identifiedSudokus(7)],
] as const;

test.each(datasets)('%s that were moved to another thread are the same dataset', async (_, dataset) => {
  const packed = packDataset(dataset);
  const moved = structuredClone(packed, { transfer: listBuffers(packed) });
  expect([packed.train.tokens.length, packed.test.tokens.length, packed.train.identifiers?.length ?? 0]).toEqual([
    0, 0, 0,
  ]);
  expect(plainDataset(await unpackDataset(moved))).toEqual(plainDataset(dataset));
});

test.each(datasets)('the hash of %s comes with them, and is that of their tokens', async (_, dataset) => {
  const unpacked = await unpackDataset({ ...packDataset(dataset), hash: 'given' });
  expect(hashDataset(unpacked)).toBe('given');
  expect(hashDataset({ ...unpacked })).toBe(hashDataset(dataset));
  expect(hashDataset({ ...unpacked, train: unpacked.train.slice(1) })).not.toBe(hashDataset(dataset));
});

test.each(datasets)('%s give the same training batches', async (_, dataset) => {
  const options = { batchSize: 5, seed: 3 };
  const [here, moved] = [dataset, await unpackDataset(packDataset(dataset))].map((each) =>
    createTrainBatches(each, options),
  );
  for (let batch = 0; batch < 100; batch++) expect(moved!.next()).toEqual(here!.next());
});

test('unpacking many puzzles lets other tasks run', async () => {
  const dataset = loadBuiltInDataset('sudoku-4x4');
  const train = Array.from({ length: 1_000_000 }, () => dataset.train[0]!);
  let turns = 0;
  const count = () => {
    turns++;
    waiting = setImmediate(count);
  };
  let waiting = setImmediate(count);
  const unpacked = await unpackDataset(packDataset({ ...dataset, train }));
  clearImmediate(waiting);
  expect(unpacked.train).toHaveLength(1_000_000);
  expect(turns).toBeGreaterThan(3);
});

test('keeps ratings, and the puzzles that have none', async () => {
  const dataset = loadBuiltInDataset('sudoku-4x4');
  const ratings = [0, undefined, 7];
  const rated = dataset.test.slice(0, 3).map((puzzle, index) => ({ ...puzzle, rating: ratings[index] }));
  const unpacked = await unpackDataset(packDataset({ ...dataset, test: rated }));
  expect(unpacked.test.map(({ rating }) => rating)).toEqual(ratings);
  expect(unpacked.train[0]!.rating).toBeUndefined();
});
