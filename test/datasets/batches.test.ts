import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IGNORED, testBatches, TrainBatches, type Batch, type TrainBatchesOptions } from '../../datasets/batches';
import { listClasses } from '../../datasets/kinds/sudoku/classes';
import { seed, sudoku4 } from './kinds/sudoku/examples';

const puzzles = listClasses(sudoku4, 4);
const CELLS = 16;

const trainBatches = (options: Partial<TrainBatchesOptions> = {}) =>
  new TrainBatches({ puzzles, kind: sudoku4, batchSize: 5, augmentation: 'on-the-fly', seed: 1, ...options });

const take = (batches: TrainBatches, count: number) => Array.from({ length: count }, () => batches.next());

const rowsOf = ({ inputs }: Batch) =>
  Array.from({ length: inputs.length / CELLS }, (_, row) =>
    Uint8Array.from(inputs.subarray(row * CELLS, (row + 1) * CELLS)),
  );

const textsOf = (batches: readonly Batch[]) => batches.flatMap(rowsOf).map((row) => sudoku4.format(row));

describe('training batches', () => {
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

  test('draw every puzzle once in an epoch, over the ends of batches', () => {
    const originals = puzzles.map(({ inputs }) => sudoku4.format(inputs)).sort();
    const drawn = textsOf(take(trainBatches({ augmentation: 'none' }), puzzles.length));
    for (let epoch = 0; epoch < 5; epoch++) expect(drawn.slice(epoch * 13, (epoch + 1) * 13).sort()).toEqual(originals);
  });

  test('order every epoch anew', () => {
    const drawn = textsOf(take(trainBatches({ augmentation: 'none', batchSize: 13 }), 2));
    expect(drawn.slice(0, 13)).not.toEqual(drawn.slice(13));
  });

  test('are puzzles of the data set after a symmetry, fresh in every epoch', () => {
    const keys = new Set(puzzles.map(({ inputs }) => sudoku4.classKey(inputs)));
    const drawn = textsOf(take(trainBatches({ batchSize: 13 }), 20));
    for (const text of drawn) expect(keys).toContain(sudoku4.classKey(sudoku4.parse(text)));
    expect(new Set(drawn).size).toBeGreaterThan(200);
  });

  test('may be larger than the data set', () => {
    const drawn = textsOf([trainBatches({ augmentation: 'none', batchSize: 39 }).next()]);
    for (const text of new Set(drawn)) expect(drawn.filter((other) => other === text)).toHaveLength(3);
  });

  test('are the same for the same seed and differ between seeds', () => {
    expect(take(trainBatches({ seed: 3 }), 10)).toEqual(take(trainBatches({ seed: 3 }), 10));
    expect(textsOf(take(trainBatches({ seed: 3 }), 1))).not.toEqual(textsOf(take(trainBatches({ seed: 4 }), 1)));
  });

  test('go on exactly from a saved state, wherever it was taken', () => {
    const augmentation = fc.constantFrom('none' as const, 'on-the-fly' as const);
    fc.assert(
      fc.property(
        seed,
        augmentation,
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 12 }),
        (number, how, batchSize, before) => {
          const options = { seed: number, augmentation: how, batchSize };
          const batches = trainBatches(options);
          take(batches, before);
          const resumed = trainBatches({ ...options, seed: 0 });
          resumed.restore(JSON.parse(JSON.stringify(batches.state())));
          expect(take(resumed, 8)).toEqual(take(batches, 8));
        },
      ),
    );
  });

  test('ignore cells without a label', () => {
    const labels = puzzles[0]!.labels.slice();
    labels[3] = 0;
    const batch = trainBatches({
      puzzles: [{ inputs: puzzles[0]!.inputs, labels }],
      augmentation: 'none',
      batchSize: 1,
    }).next();
    expect([...batch.labels]).toEqual([...labels].map((token) => token || IGNORED));
  });
});

describe('test batches', () => {
  test('give the puzzles in order and pad the last batch', () => {
    const batches = [...testBatches(puzzles, 5)];
    expect(batches.map(({ count }) => count)).toEqual([5, 5, 3]);
    expect(textsOf(batches).slice(0, 13)).toEqual(puzzles.map(({ inputs }) => sudoku4.format(inputs)));
    const last = batches[2]!;
    expect([...last.inputs.subarray(3 * CELLS)]).toEqual(Array(2 * CELLS).fill(0));
    expect([...last.labels.subarray(3 * CELLS)]).toEqual(Array(2 * CELLS).fill(IGNORED));
    expect([...last.puzzleIdentifiers]).toEqual([0, 0, 0, 0, 0]);
  });

  test('need no padding when the puzzles fill them', () => {
    expect([...testBatches(puzzles, 13)].map(({ count }) => count)).toEqual([13]);
  });
});

describe.each([
  ['training', (options: Partial<TrainBatchesOptions>) => trainBatches(options)],
  ['test', (options: Partial<TrainBatchesOptions>) => testBatches(options.puzzles ?? puzzles, options.batchSize ?? 5)],
])('%s batches', (_, make) => {
  test.each([0, -1, 2.5, Number.NaN, Infinity])('refuse a batch size of %d', (batchSize) => {
    expect(() => make({ batchSize })).toThrow(`the batch size must be a whole number of at least 1, came ${batchSize}`);
  });

  test('refuse a data set without puzzles', () => {
    expect(() => make({ puzzles: [] })).toThrow('the data set has no puzzles to make batches of');
  });
});
