/** Random samples of the puzzles of a split. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind } from '../../datasets/kinds/registry';
import type { RatedPuzzle } from '../../datasets/kinds/puzzle-kind';
import { drawRows, samplePuzzles } from '../../datasets/sample';

const strata = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 300 });
const countOf = (items: readonly number[], value: number) => items.filter((item) => item === value).length;

describe('drawRows', () => {
  test('draws different rows, and every stratum in proportion to its size', () => {
    fc.assert(
      fc.property(strata, fc.integer({ min: 1, max: 400 }), fc.nat(100), (labels, size, seed) => {
        const rows = drawRows(labels, { size, seed });
        expect(new Set(rows).size).toBe(Math.min(size, labels.length));
        const drawn = rows.map((row) => labels[row]!);
        for (const stratum of new Set(labels))
          expect(
            Math.abs(countOf(drawn, stratum) - (countOf(labels, stratum) * rows.length) / labels.length),
          ).toBeLessThan(1);
      }),
    );
  });

  test('draws the same rows for the same seed, others for another', () => {
    const labels = Array<number>(1000).fill(0);
    expect(drawRows(labels, { size: 50, seed: 1 })).toEqual(drawRows(labels, { size: 50, seed: 1 }));
    expect(drawRows(labels, { size: 50, seed: 1 })).not.toEqual(drawRows(labels, { size: 50, seed: 2 }));
  });

  test('draws every row about equally often', () => {
    const hits = new Uint32Array(20);
    for (let seed = 0; seed < 400; seed++)
      for (const row of drawRows(Array<number>(20).fill(0), { size: 5, seed })) hits[row]!++;
    // Mean 100, standard deviation 8.7: five of them to each side.
    for (const count of hits) expect(Math.abs(count - 100)).toBeLessThan(44);
  });
});

describe('samplePuzzles', () => {
  const kind = getKind('sudoku-9x9');
  /** Puzzles that are told apart by their rating, easy ones first. */
  const puzzles: RatedPuzzle[] = [0, 0, 0, 0.5, 0, 0, 5, 5.5, 5, 50, 50, 50].map((rating, index) => ({
    inputs: new Uint8Array(81).fill(index),
    labels: new Uint8Array(81),
    rating,
  }));
  async function* read(): AsyncGenerator<RatedPuzzle> {
    for (const puzzle of puzzles) yield await Promise.resolve(puzzle);
  }
  const draw = async (size: number, seed = 1, total: number | null = null) => {
    const { puzzles: drawn, rows: drawnRows, ...rest } = await samplePuzzles(kind, read, { size, seed, total });
    const rows: RatedPuzzle[] = [];
    for await (const puzzle of drawn) rows.push(puzzle);
    // Rows are numbered in the split; null for all of them.
    expect(rows).toEqual(drawnRows?.map((row) => puzzles[row]) ?? puzzles);
    return { ...rest, rows };
  };

  test('returns all puzzles, without a sample, where they are no more than its size', async () => {
    expect(await draw(12)).toEqual({ total: 12, sample: null, rows: puzzles });
    expect(await draw(Infinity)).toMatchObject({ total: null, sample: null, rows: puzzles });
    expect(await draw(Infinity, 1, 12)).toMatchObject({ total: 12, sample: null });
  });

  test('draws from every difficulty, in the order of the split, and says so', async () => {
    const { rows, ...rest } = await draw(4);
    expect(rest).toEqual({ total: 4, sample: { of: 12, seed: 1, isStratified: true } });
    expect(rows.map(({ rating = 0 }) => Math.floor(rating))).toEqual([0, 0, 5, 50]);
  });
});
