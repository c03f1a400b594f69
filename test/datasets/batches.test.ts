import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch, GroupBatchesOptions, PuzzleBatchesOptions } from '../../datasets/batches';
import {
  createTrainBatches,
  GroupBatches,
  hasSolutionClues,
  IGNORED_LABEL,
  PuzzleBatches,
  showExtraClues,
  testBatches,
} from '../../datasets/batches';
import type { IdentifiedPuzzle } from '../../datasets/catalog';
import { interleaveGroups, loadBuiltInDataset } from '../../datasets/catalog';
import { listClasses } from '../../datasets/kinds/sudoku/classes';
import { Random } from '../../datasets/random';
import { seed, sudoku4 } from './kinds/sudoku/examples';

const puzzles = listClasses(sudoku4, 4);
const CELLS = 16;

const trainBatches = (options: Partial<PuzzleBatchesOptions> = {}) =>
  new PuzzleBatches({ puzzles, kind: sudoku4, batchSize: 5, seed: 1, ...options });

const take = (batches: { next(): Batch }, count: number) => Array.from({ length: count }, () => batches.next());

const rowsOf = ({ inputs }: Batch) =>
  Array.from({ length: inputs.length / CELLS }, (_, row) =>
    Uint8Array.from(inputs.subarray(row * CELLS, (row + 1) * CELLS)),
  );

const textsOf = (batches: readonly Batch[]) => batches.flatMap(rowsOf).map((row) => sudoku4.format(row));

describe('PuzzleBatches', () => {
  test('have B rows of S cells, labels that solve the inputs, and the blank identifier', () => {
    for (const batch of take(trainBatches(), 20)) {
      expect([batch.inputs.length, batch.labels.length]).toEqual([5 * CELLS, 5 * CELLS]);
      expect([...batch.puzzleIdentifiers]).toEqual([0, 0, 0, 0, 0]);
      rowsOf(batch).forEach((inputs, row) => {
        const labels = Uint8Array.from(batch.labels.subarray(row * CELLS, (row + 1) * CELLS));
        expect(sudoku4.check(inputs, labels).legal).toBe(true);
      });
    }
  });

  test('draw every puzzle once in an epoch, across batch boundaries', () => {
    const originals = puzzles.map(({ inputs }) => sudoku4.format(inputs)).sort();
    const drawn = textsOf(take(trainBatches({ symmetricCopies: 1 }), puzzles.length));
    for (let epoch = 0; epoch < 5; epoch++) expect(drawn.slice(epoch * 13, (epoch + 1) * 13).sort()).toEqual(originals);
  });

  test('shuffle each epoch differently', () => {
    const drawn = textsOf(take(trainBatches({ symmetricCopies: 1, batchSize: 13 }), 2));
    expect(drawn.slice(0, 13)).not.toEqual(drawn.slice(13));
  });

  test('are symmetric images of dataset puzzles, different in every epoch', () => {
    const keys = new Set(puzzles.map(({ inputs }) => sudoku4.classKey(inputs)));
    const drawn = textsOf(take(trainBatches({ batchSize: 13 }), 20));
    for (const text of drawn) expect(keys).toContain(sudoku4.classKey(sudoku4.parse(text)));
    expect(new Set(drawn).size).toBeGreaterThan(200);
  });

  test('may be larger than the dataset', () => {
    const drawn = textsOf([trainBatches({ symmetricCopies: 1, batchSize: 39 }).next()]);
    for (const text of new Set(drawn)) expect(drawn.filter((other) => other === text)).toHaveLength(3);
  });

  test('are the same for the same seed and differ between seeds', () => {
    expect(take(trainBatches({ seed: 3 }), 10)).toEqual(take(trainBatches({ seed: 3 }), 10));
    expect(textsOf(take(trainBatches({ seed: 3 }), 1))).not.toEqual(textsOf(take(trainBatches({ seed: 4 }), 1)));
  });

  test('resume with the same batches from any saved state', () => {
    const symmetricCopies = fc.constantFrom(undefined, 1, 3);
    fc.assert(
      fc.property(
        seed,
        symmetricCopies,
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 12 }),
        (number, how, batchSize, before) => {
          const options = { seed: number, symmetricCopies: how, batchSize };
          const batches = trainBatches(options);
          take(batches, before);
          const resumed = trainBatches(options);
          take(resumed, 5);
          resumed.restore(JSON.parse(JSON.stringify(batches.state())));
          expect(take(resumed, 8)).toEqual(take(batches, 8));
        },
      ),
    );
  });

  test('are drawn from the same symmetric copies in every epoch, the puzzle itself among them', () => {
    const epoch = { puzzles: puzzles.slice(0, 4), symmetricCopies: 8, batchSize: 32, seed: 5 };
    const batches = trainBatches(epoch);
    const [first, second] = [textsOf([batches.next()]).sort(), textsOf([batches.next()]).sort()];
    expect(second).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(25);
    const originals = textsOf([trainBatches({ ...epoch, symmetricCopies: 1, batchSize: 4 }).next()]);
    expect(first).toEqual(expect.arrayContaining(originals));
    expect(textsOf([trainBatches({ ...epoch, seed: 6 }).next()]).sort()).not.toEqual(first);
  });

  test('ignore cells without a label', () => {
    const labels = puzzles[0]!.labels.slice();
    labels[3] = 0;
    const batch = trainBatches({
      puzzles: [{ inputs: puzzles[0]!.inputs, labels }],
      symmetricCopies: 1,
      batchSize: 1,
    }).next();
    expect([...batch.labels]).toEqual([...labels].map((token) => token || IGNORED_LABEL));
  });
});

describe('testBatches', () => {
  test('returns the puzzles in order and pads the last batch', () => {
    const batches = [...testBatches(puzzles, 5)];
    expect(batches.map(({ count }) => count)).toEqual([5, 5, 3]);
    expect(textsOf(batches).slice(0, 13)).toEqual(puzzles.map(({ inputs }) => sudoku4.format(inputs)));
    const last = batches[2]!;
    expect([...last.inputs.subarray(3 * CELLS)]).toEqual(Array(2 * CELLS).fill(0));
    expect([...last.labels.subarray(3 * CELLS)]).toEqual(Array(2 * CELLS).fill(IGNORED_LABEL));
    expect([...last.puzzleIdentifiers]).toEqual([0, 0, 0, 0, 0]);
  });

  test('pads nothing when the puzzles fill the batches', () => {
    expect([...testBatches(puzzles, 13)].map(({ count }) => count)).toEqual([13]);
  });
});

describe.each([
  ['training', (options: Partial<PuzzleBatchesOptions>) => trainBatches(options)],
  ['test', (options: Partial<PuzzleBatchesOptions>) => testBatches(options.puzzles ?? puzzles, options.batchSize ?? 5)],
])('%s batches', (_, make) => {
  test.each([0, -1, 2.5, Number.NaN, Infinity])('reject a batch size of %d', (batchSize) => {
    expect(() => make({ batchSize })).toThrow(`the batch size must be a whole number of at least 1, got ${batchSize}`);
  });

  test('reject a dataset without puzzles', () => {
    expect(() => make({ puzzles: [] })).toThrow('a batch needs at least one puzzle');
  });
});

/** Examples of two cells: the identifier of the puzzle, and the index of the example within the puzzle. */
function puzzlesOf(sizes: readonly (readonly number[])[]): IdentifiedPuzzle[] {
  let identifier = 0;
  return sizes.flatMap((group, index) =>
    group.flatMap((examples) => {
      identifier++;
      return Array.from({ length: examples }, (_, i) => ({
        inputs: Uint8Array.of(identifier, i),
        labels: Uint8Array.of(i + 1, 0),
        identifier,
        group: index,
      }));
    }),
  );
}

// Identifiers 1, 2, 3 | 4, 5 | 6: an epoch has 3 + 2 + 4 examples.
const sizes = [[3, 3, 3], [2, 2], [4]];
const groupOf = (identifier: number) => (identifier <= 3 ? 0 : identifier <= 5 ? 1 : 2);
const groupBatches = (options: Partial<GroupBatchesOptions> = {}) =>
  new GroupBatches({ puzzles: puzzlesOf(sizes), batchSize: 9, seed: 1, ...options });
const groupRows = ({ inputs }: Batch) =>
  Array.from({ length: inputs.length / 2 }, (_, row) => [inputs[2 * row], inputs[2 * row + 1]]);

describe('GroupBatches', () => {
  test('contain the identifier, the labels and the label mask of each row', () => {
    for (const batch of take(groupBatches(), 5)) {
      expect([...batch.puzzleIdentifiers]).toEqual(groupRows(batch).map(([identifier]) => identifier));
      expect([...batch.labels]).toEqual(groupRows(batch).flatMap(([, i]) => [i! + 1, -100]));
    }
  });

  test('contain one puzzle of every group in an epoch, each example once', () => {
    for (const batch of take(groupBatches(), 50)) {
      const puzzles = [...new Set(batch.puzzleIdentifiers)];
      expect(puzzles.map(groupOf).sort()).toEqual([0, 1, 2]);
      expect(new Set(groupRows(batch).map(String)).size).toBe(9);
    }
  });

  test('draw every puzzle of a group, with groups and examples in every order', () => {
    const batches = take(groupBatches(), 300);
    expect(new Set(batches.flatMap(({ puzzleIdentifiers }) => [...puzzleIdentifiers]))).toEqual(
      new Set([1, 2, 3, 4, 5, 6]),
    );
    expect(
      new Set(batches.map(({ puzzleIdentifiers }) => [...new Set(Array.from(puzzleIdentifiers, groupOf))].join('')))
        .size,
    ).toBe(6);
    expect(
      new Set(
        batches.map((batch) =>
          groupRows(batch)
            .filter(([identifier]) => identifier === 6)
            .map(([, i]) => i)
            .join(''),
        ),
      ).size,
    ).toBe(24);
  });

  test('fill up with random examples of the last puzzle', () => {
    const batches = take(groupBatches({ puzzles: puzzlesOf([[4]]), batchSize: 3 }), 100);
    for (const batch of batches) expect(new Set(groupRows(batch).map(String)).size).toBe(3);
    expect(new Set(batches.flatMap((batch) => groupRows(batch).map(([, i]) => i)))).toEqual(new Set([0, 1, 2, 3]));
  });

  test('drop the rest of an epoch, so that no batch spans two epochs', () => {
    for (const batch of take(groupBatches({ batchSize: 7 }), 100)) {
      const puzzles = [...new Set(batch.puzzleIdentifiers)];
      expect(new Set(puzzles.map(groupOf)).size).toBe(puzzles.length);
    }
  });

  test('larger than the dataset continue with the next epochs', () => {
    const [batch] = take(groupBatches({ batchSize: 27 }), 1);
    for (const group of [0, 1, 2])
      expect(Array.from(batch!.puzzleIdentifiers, groupOf).filter((other) => other === group)).toHaveLength(
        [9, 6, 12][group]!,
      );
  });

  test('of a dataset with one example repeat that example', () => {
    const [batch] = take(groupBatches({ puzzles: puzzlesOf([[1]]), batchSize: 4 }), 1);
    expect(groupRows(batch!)).toEqual(Array(4).fill([1, 0]));
  });

  test('resume with the same batches from any saved state', () => {
    const anySizes = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        seed,
        anySizes,
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 12 }),
        (number, some, batchSize, before) => {
          const options = { puzzles: puzzlesOf(some), batchSize, seed: number };
          const batches = groupBatches(options);
          take(batches, before);
          const resumed = groupBatches({ ...options, seed: 0 });
          resumed.restore(JSON.parse(JSON.stringify(batches.state())));
          expect(take(resumed, 8)).toEqual(take(batches, 8));
        },
      ),
    );
  });

  test('are the same for the same seed and differ between seeds', () => {
    expect(take(groupBatches({ seed: 3 }), 5)).toEqual(take(groupBatches({ seed: 3 }), 5));
    expect(take(groupBatches({ seed: 3 }), 5)).not.toEqual(take(groupBatches({ seed: 4 }), 5));
  });

  test('reject an empty dataset and a batch size of 0', () => {
    expect(() => groupBatches({ puzzles: [] })).toThrow('a batch needs at least one puzzle');
    expect(() => groupBatches({ batchSize: 0 })).toThrow('the batch size must be a whole number of at least 1, got 0');
  });
});

test('createTrainBatches uses groups exactly if the puzzles have identifiers', () => {
  const plain = loadBuiltInDataset('sudoku-4x4');
  const [train, options] = [puzzlesOf(sizes), { batchSize: 4, seed: 1 }];
  expect(createTrainBatches(plain, options)).toBeInstanceOf(PuzzleBatches);
  expect(createTrainBatches({ ...plain, train, identified: { names: [], train, test: [] } }, options)).toBeInstanceOf(
    GroupBatches,
  );
});

test('interleaveGroups alternates between groups and keeps the order within each group', () => {
  const rows = interleaveGroups(puzzlesOf(sizes));
  expect(rows.slice(0, 3)).toEqual([0, 9, 13]);
  const turns = rows.map((row) => puzzlesOf(sizes)[row]!);
  expect(turns.slice(0, 6).map(({ group }) => group)).toEqual([0, 1, 2, 0, 1, 2]);
  for (const group of [0, 1, 2])
    expect(turns.filter((puzzle) => puzzle.group === group)).toEqual(
      puzzlesOf(sizes).filter((puzzle) => puzzle.group === group),
    );
});

describe('extra clues', () => {
  const blank = sudoku4.blank;
  const puzzle = puzzles[0]!;

  test('show cells of the solution, keep the clues, and range from few to nearly all', () => {
    const random = Random.seeded(3);
    const shown = Array.from({ length: 200 }, () => showExtraClues(puzzle, blank, random));
    const counts = shown.map(({ inputs, labels }) => {
      inputs.forEach((token, cell) => expect([blank, labels[cell]]).toContain(token));
      puzzle.inputs.forEach((token, cell) => token !== blank && expect(inputs[cell]).toBe(token));
      return inputs.filter((token) => token !== blank).length;
    });
    const clues = puzzle.inputs.filter((token) => token !== blank).length;
    expect(Math.min(...counts)).toBeLessThan(clues + 2);
    expect(Math.max(...counts)).toBeGreaterThan(14);
  });

  test('are shown in the given share of the puzzles', () => {
    const countOf = (extraClues?: number) => {
      const batch = trainBatches({ batchSize: 400, extraClues, symmetricCopies: 1 }).next();
      return batch.inputs.filter((token) => token !== blank).length / 400;
    };
    const [none, half, all] = [countOf(), countOf(0.5), countOf(1)];
    expect(half - none).toBeGreaterThan(0.3 * (all - none));
    expect(half - none).toBeLessThan(0.7 * (all - none));
    expect(countOf(0)).toBe(none);
  });

  test('continue from a saved state with the same batches', () => {
    const options = { extraClues: 0.5 };
    const first = trainBatches(options);
    first.next();
    const resumed = trainBatches(options);
    resumed.restore(first.state());
    expect(resumed.next()).toEqual(first.next());
  });

  test('need clues that are cells of the solution', () => {
    expect(hasSolutionClues(puzzle, blank)).toBe(true);
    const other = { ...puzzle, inputs: puzzle.inputs.map((token) => (token === blank ? token : 1 + (token % 5))) };
    expect(hasSolutionClues(other, blank)).toBe(false);
  });
});
