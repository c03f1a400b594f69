/** Which datasets take a share for the test set, and which puzzles it holds out. */
import { describe, expect, test } from 'vitest';
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

const sourceOf = (counts: PuzzleSource['counts'], rows: readonly RatedPuzzle[] = puzzles): PuzzleSource => ({
  form: message('formats.dataset.csvForm'),
  kind,
  counts,
  async *read() {
    yield* rows;
  },
});

/** Every puzzle four times, turned by a quarter each: four puzzles of one symmetry class. */
const turned = Array.from({ length: 4 }, (_, turns) =>
  puzzles.map(({ inputs, labels, rating }) => ({
    inputs: turn(inputs, turns),
    labels: turn(labels, turns),
    rating,
  })),
).flat();

function turn(tokens: Uint8Array, turns: number): Uint8Array {
  if (turns === 0) return tokens;
  const { columns } = kind;
  const quarter = tokens.map(
    (_, cell) => tokens[(columns - 1 - (cell % columns)) * columns + Math.floor(cell / columns)]!,
  );
  return turn(quarter, turns - 1);
}

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

const ratingsOf = (rows: readonly RatedPuzzle[]) => rows.map(({ rating }) => rating ?? 0);
const byRating = (one: RatedPuzzle, other: RatedPuzzle) => (one.rating ?? 0) - (other.rating ?? 0);

describe.each([
  ['kept in memory', {}],
  ['read a second time', { maxKeptBytes: 0 }],
])('held-out puzzles %s', (_, options) => {
  test('are those that are not trained on, with their ratings', async () => {
    const splits = await createSplits(sourceOf({ train: null }), 0.25, new Job(), options);
    const [trained, tested] = [await collect(splits.train), await collect(splits.test)];
    expect([trained.length, tested.length]).toEqual([15, 5]);
    expect([...trained, ...tested].sort(byRating)).toEqual(puzzles);
  });

  test('are whole symmetry classes', async () => {
    const splits = await createSplits(sourceOf({ train: null }, turned), 0.25, new Job(), options);
    const [trained, tested] = [await collect(splits.train), await collect(splits.test)];
    expect([trained.length, tested.length]).toEqual([60, 20]);
    expect(new Set(ratingsOf(tested)).size).toBe(5);
    expect(ratingsOf(trained).filter((rating) => ratingsOf(tested).includes(rating))).toEqual([]);
  });
});

test('a source is read once more only where its held-out puzzles are too many for the memory', async () => {
  const reads = async (maxKeptBytes: number) => {
    let count = 0;
    const source = sourceOf({ train: null });
    const counted = { ...source, read: (split: 'train' | 'test') => (count++, source.read(split)) };
    const { train, test: held } = await createSplits(counted, 0.25, new Job(), { maxKeptBytes });
    expect([(await collect(train)).length, (await collect(held)).length]).toEqual([15, 5]);
    return count;
  };
  const bytes = 5 * kind.rows * kind.columns * 2;
  expect([await reads(bytes), await reads(bytes - 1)]).toEqual([2, 3]);
});
