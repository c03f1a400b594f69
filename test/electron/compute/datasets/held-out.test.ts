/** Which datasets take a share for the test set, and which puzzles it holds out. */
import { expect, test } from 'vitest';
import type { PuzzleSource } from '../../../../datasets/formats/puzzle-source';
import { generatePuzzles } from '../../../../datasets/generate-puzzles';
import type { RatedPuzzle } from '../../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../../datasets/kinds/registry';
import { Random } from '../../../../datasets/random';
import { createSplits, takesTestShare } from '../../../../electron/compute/datasets/held-out';
import { Job } from '../../../../electron/compute/job';
import { message } from '../../../../renderer/messages/message';

const kind = getKind('sudoku-4x4');
const puzzles = [...generatePuzzles(kind, { count: 20, random: Random.seeded(1) })].map((puzzle, index) => ({
  ...puzzle,
  rating: index,
}));

const sourceOf = (counts: PuzzleSource['counts']): PuzzleSource => ({
  form: message('formats.dataset.csvForm'),
  kind,
  counts,
  async *read() {
    yield* puzzles;
  },
});

async function collect(source: Iterable<RatedPuzzle> | AsyncIterable<RatedPuzzle>): Promise<RatedPuzzle[]> {
  const all: RatedPuzzle[] = [];
  for await (const puzzle of source) all.push(puzzle);
  return all;
}

test('only a source with a train split and without a test split takes a share', () => {
  expect(takesTestShare(sourceOf({ train: 20 }))).toBe(true);
  expect(takesTestShare(sourceOf({ test: 20 }))).toBe(false);
  expect(takesTestShare(sourceOf({ train: 20, test: 20 }))).toBe(false);
  const tasks = { ...sourceOf({ train: 20 }), kind: getKind('arc') };
  expect(takesTestShare(tasks)).toBe(true);
  expect(takesTestShare({ ...tasks, folder: 'tasks' })).toBe(false);
});

test('the held-out puzzles are those that are not trained on, with their ratings', async () => {
  const { train, test: held } = await createSplits(sourceOf({ train: null }), 0.25, new Job());
  const [trained, tested] = [await collect(train), await collect(held)];
  expect([trained.length, tested.length]).toEqual([15, 5]);
  expect([...trained, ...tested].sort((one, other) => (one.rating ?? 0) - (other.rating ?? 0))).toEqual(puzzles);
});
