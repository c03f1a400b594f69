import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { augmentGrid, formatAugmentedName, drawAugmentation } from '../../../../../datasets/kinds/arc/augment';
import { placeOnCanvas, unshifted } from '../../../../../datasets/kinds/arc/grid';
import { Random } from '../../../../../datasets/random';
import {
  arcAugmenter,
  countPlacements,
  findPlacedGrid,
} from '../../../../../renderer/features/datasets/augmentation/arc-augmenter';
import { composeIdentifier, describeShift } from '../../../../../renderer/features/datasets/augmentation/arc-vote';
import { createAugmentable } from '../../../../../renderer/features/datasets/augmentation/create-augmenter';
import { gridsKey, sameGrids } from '../../../../../renderer/features/datasets/augmentation/variant';
import { anyArcAugmenter, anyPlacedPair, anySeed, canvas, choices, counted, grid } from './puzzles';

const ids = ['colours', 'transform', 'translation'];
const anyChoice = fc.constantFrom(...choices(ids));

describe('findPlacedGrid', () => {
  test('finds a grid at any position of the canvas', () => {
    fc.assert(
      fc.property(
        anyPlacedPair,
        ([placed]) => void expect(findPlacedGrid(placeOnCanvas(placed!.grid, placed!.shift))).toEqual(placed),
      ),
    );
  });

  test('returns null when an end marker or a cell is missing', () => {
    const damaged = (cell: number, token: number) => {
      const tokens = canvas('123', '456');
      tokens[cell] = token;
      return tokens;
    };
    for (const tokens of [damaged(1, 0), damaged(3, 0), damaged(60, 0), damaged(899, 5), new Uint8Array(900)])
      expect(findPlacedGrid(tokens)).toBeNull();
  });
});

describe('arcAugmenter', () => {
  test('undoes a variant to the original, for any position and any enabled parts', () => {
    fc.assert(
      fc.property(anyArcAugmenter, anyChoice, anySeed, (augmenter, enabled, seed) => {
        expect(sameGrids(augmenter.draw(enabled, seed).undone, augmenter.original)).toBe(true);
      }),
    );
  });

  test('returns the original when no part is enabled', () => {
    fc.assert(
      fc.property(
        anyArcAugmenter,
        anySeed,
        ({ draw, original }, seed) => void expect(draw([], seed).grids).toEqual(original),
      ),
      { numRuns: 30 },
    );
  });

  test('maps each cell to the recoloured cell of its origin, each origin once', () => {
    fc.assert(
      fc.property(anyArcAugmenter, anyChoice, anySeed, ({ draw, original, placed }, enabled, seed) => {
        const { grids, origins, augmentation } = draw(enabled, seed);
        grids.forEach(({ inputs }, at) => {
          const images = [...origins[at]!].flatMap((origin, cell) => (origin < 0 ? [] : [{ origin, cell }]));
          expect(images).toHaveLength(placed[at]!.grid.cells.length);
          expect(new Set(images.map(({ origin }) => origin)).size).toBe(images.length);
          for (const { origin, cell } of images)
            expect(inputs[cell]! - 2).toBe(augmentation.colours[original[at]!.inputs[origin]! - 2]);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('moves input and output by the same shift', () => {
    fc.assert(
      fc.property(anyArcAugmenter, anyChoice, anySeed, ({ draw }, enabled, seed) => {
        const { grids, shift } = draw(enabled, seed);
        for (const { inputs } of grids) expect(findPlacedGrid(inputs)?.shift).toEqual(shift);
      }),
    );
  });

  test('counts as many variants as repeated draws produce', () => {
    const augmenter = arcAugmenter([placed('110'), placed('2')]);
    const all = (enabled: string[]) => counted(augmenter.count(enabled));
    expect(all([])).toMatchObject({ distinct: 1, isExact: true });
    expect(all(['transform'])).toMatchObject({ distinct: 4, isExact: true, upperBound: 8 });
    expect(all(['colours'])).toMatchObject({ distinct: 72, isExact: true });
    expect(all(['translation'])).toMatchObject({ distinct: 28 * 30, isExact: true, upperBound: 28 * 30 });
    expect(all(ids)).toMatchObject({ distinct: 4 * 72 * 28 * 30, isExact: true });
    for (const [enabled, distinct] of [
      [['transform'], 4],
      [['colours', 'transform'], 288],
    ] as const) {
      expect(
        new Set(Array.from({ length: 4000 }, (_, seed) => gridsKey(augmenter.draw(enabled, seed).grids))).size,
      ).toBe(distinct);
    }
  });

  test('counts only the placements at which all grids fit', () => {
    expect(countPlacements([placed('1'.repeat(30)), placed('1', '1')])).toBe(29);
    expect(countPlacements([placed('1'.repeat(10)), placed('1', '1')], 10)).toBe(9);
  });
});

const placed = (...rows: string[]) => ({ grid: grid(...rows), shift: { rows: 0, columns: 0 } });

describe('composeIdentifier', () => {
  const anyAugmentation = anySeed.map((seed) => drawAugmentation(Random.seeded(seed)));

  test('equals the augmented name in datasets for a variant of an original', () => {
    fc.assert(
      fc.property(
        anyAugmentation,
        (augmentation) =>
          void expect(composeIdentifier('abc', augmentation)).toBe(formatAugmentedName('abc', augmentation)),
      ),
    );
  });

  test('composes both augmentations for a variant of an augmented copy', () => {
    const question = grid('123', '405');
    fc.assert(
      fc.property(anyAugmentation, anyAugmentation, (first, then) => {
        const [, transform, colours] = composeIdentifier(formatAugmentedName('abc', first), then).split('|||');
        const both = { transform: Number(transform!.slice(1)), colours: [...colours!].map(Number) };
        expect(augmentGrid(question, both)).toEqual(augmentGrid(augmentGrid(question, first), then));
      }),
    );
  });

  test('uses the name "task" when the task is unknown', () => {
    expect(composeIdentifier(null, drawAugmentation(Random.seeded(1)))).toMatch(/^task\|\|\|t[0-7]\|\|\|0\d{9}$/);
  });
});

test('describeShift names the rows and columns of a shift', () => {
  expect(describeShift({ rows: 0, columns: 0 })).toBe('in the upper left corner');
  expect(describeShift({ rows: 1, columns: 0 })).toBe('1 row down');
  expect(describeShift({ rows: 3, columns: 1 })).toBe('3 rows down, 1 column right');
});

describe('createAugmentable', () => {
  const augmentable = (id: string, inputs: ArrayLike<number>, labels: ArrayLike<number> = inputs) =>
    createAugmentable(getKind(id), { inputs, labels, address: 'a/train/3' });

  test('augments kinds with symmetries by these, and ARC by its own transforms', () => {
    expect(augmentable('maze-5', new Array(25).fill(1)).state).toBe('symmetries');
    expect(augmentable('arc', canvas('12')).state).toBe('arc');
    expect(augmentable('arc-10', placeOnCanvas(grid('12'), unshifted, 10)).state).toBe('arc');
  });

  test('returns no augmenter for a custom grid', () => {
    expect(augmentable('custom-3x5:.ab', new Array(15).fill(1))).toEqual({ state: 'none' });
  });

  test('reports a row of another size and a canvas without a grid with their address', () => {
    expect(augmentable('maze-5', new Array(24).fill(1))).toEqual({
      state: 'unreadable',
      message: 'a/train/3: expected 25 cells, found 24.',
    });
    expect(augmentable('arc', new Uint8Array(900))).toEqual({
      state: 'unreadable',
      message: 'a/train/3: expected one grid with its end markers on the canvas, found something else.',
    });
  });

  test('augments only the input of an ARC row without an output', () => {
    const found = augmentable('arc', canvas('12'), new Uint8Array(900));
    expect(found.state === 'arc' && found.augmenter.original).toHaveLength(1);
  });
});
