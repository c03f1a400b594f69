/** Rows to augment: generated ones of every kind with symmetries, and ARC pairs on their canvas. */
import fc from 'fast-check';
import { getKind, listGenerated } from '../../../../../datasets/kinds/registry';
import { placeOnCanvas, SIDE } from '../../../../../datasets/kinds/arc/grid';
import type { ArcGrid } from '../../../../../datasets/kinds/arc/grid';
import { Random } from '../../../../../datasets/random';
import { arcAugmenter, type ArcAugmenter } from '../../../../../renderer/features/datasets/augmentation/arc-augmenter';
import { symmetryAugmenter } from '../../../../../renderer/features/datasets/augmentation/create-augmenter';
import type { Augmenter } from '../../../../../renderer/features/datasets/augmentation/variant';

export const kindIds = listGenerated('puzzles').flatMap(({ listIds }) => listIds().slice(0, 1));

export const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** The augmenter of a generated puzzle. */
export function augmenterFor(id: string, seed: number): Augmenter {
  const kind = getKind(id);
  const puzzle = kind.generator?.generate(Random.seeded(seed));
  if (!puzzle) throw new Error(`${id} has no generator`);
  return symmetryAugmenter(kind, puzzle);
}

/** `grid('012', '300')` */
export function grid(...rows: string[]): ArcGrid {
  return { rows: rows.length, columns: rows[0]!.length, cells: Uint8Array.from(rows.join(''), Number) };
}

export const canvas = (...rows: string[]): Uint8Array => placeOnCanvas(grid(...rows));

const anyGrid = (side: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: side }), fc.integer({ min: 1, max: side }), anySeed)
    .map(([rows, columns, seed]): ArcGrid => {
      const random = Random.seeded(seed);
      return { rows, columns, cells: Uint8Array.from({ length: rows * columns }, () => random.integer(0, 9)) };
    });

/** An ARC pair at a random position of a canvas of the side. */
const placedPairs = (side: number) =>
  fc.tuple(anyGrid(side), anyGrid(side), anySeed).map(([input, output, seed]) => {
    const random = Random.seeded(seed);
    const shift = {
      rows: random.integer(0, side - Math.max(input.rows, output.rows)),
      columns: random.integer(0, side - Math.max(input.columns, output.columns)),
    };
    return [input, output].map((one) => ({ grid: one, shift }));
  });

export const anyPlacedPair = placedPairs(SIDE);

/** On the canvas of each ARC kind. */
export const anyArcAugmenter: fc.Arbitrary<ArcAugmenter> = fc
  .constantFrom(10, SIDE)
  .chain((side) => placedPairs(side).map((placed) => arcAugmenter(placed, side)));

/** All subsets of the parts. */
export function choices(ids: readonly string[]): string[][] {
  return ids.reduce<string[][]>((sets, id) => [...sets, ...sets.map((set) => [...set, id])], [[]]);
}

/** Runs a count to its end and returns the result. */
export function counted<T>(counting: Generator<number, T>): T {
  for (;;) {
    const { done, value } = counting.next();
    if (done) return value;
  }
}
