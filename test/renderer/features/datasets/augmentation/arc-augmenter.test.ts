import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { augmentGrid, formatAugmentedName, drawAugmentation } from '../../../../../datasets/kinds/arc/augment';
import { placeOnCanvas } from '../../../../../datasets/kinds/arc/grid';
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

describe('a grid on its canvas', () => {
  test('is found wherever it stands', () => {
    fc.assert(
      fc.property(
        anyPlacedPair,
        ([placed]) => void expect(findPlacedGrid(placeOnCanvas(placed!.grid, placed!.shift))).toEqual(placed),
      ),
    );
  });

  test('is not found where a marker or a cell is missing', () => {
    const damaged = (cell: number, token: number) => {
      const tokens = canvas('123', '456');
      tokens[cell] = token;
      return tokens;
    };
    for (const tokens of [damaged(1, 0), damaged(3, 0), damaged(60, 0), damaged(899, 5), new Uint8Array(900)])
      expect(findPlacedGrid(tokens)).toBeNull();
  });
});

describe('a variant of an ARC row', () => {
  test('is undone to the original, wherever it stood and whatever is switched on', () => {
    fc.assert(
      fc.property(anyArcAugmenter, anyChoice, anySeed, (augmenter, enabled, seed) => {
        expect(sameGrids(augmenter.draw(enabled, seed).undone, augmenter.original)).toBe(true);
      }),
    );
  });

  test('is the original when nothing is switched on', () => {
    fc.assert(
      fc.property(
        anyArcAugmenter,
        anySeed,
        ({ draw, original }, seed) => void expect(draw([], seed).grids).toEqual(original),
      ),
      { numRuns: 30 },
    );
  });

  test('shows in every cell the recoloured cell of its origin, each once', () => {
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

  test('moves input and output as one', () => {
    fc.assert(
      fc.property(anyArcAugmenter, anyChoice, anySeed, ({ draw }, enabled, seed) => {
        const { grids, shift } = draw(enabled, seed);
        for (const { inputs } of grids) expect(findPlacedGrid(inputs)?.shift).toEqual(shift);
      }),
    );
  });

  test('has as many forms as the draws show', () => {
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

  test('stands only where all its grids fit', () => {
    expect(countPlacements([placed('1'.repeat(30)), placed('1', '1')])).toBe(29);
  });
});

const placed = (...rows: string[]) => ({ grid: grid(...rows), shift: { rows: 0, columns: 0 } });

describe('the identifier of a variant', () => {
  const anyAugmentation = anySeed.map((seed) => drawAugmentation(Random.seeded(seed)));

  test('of an original is the name sets give the copy', () => {
    fc.assert(
      fc.property(
        anyAugmentation,
        (augmentation) =>
          void expect(composeIdentifier('abc', augmentation)).toBe(formatAugmentedName('abc', augmentation)),
      ),
    );
  });

  test('of a copy names what both did to the original', () => {
    const question = grid('123', '405');
    fc.assert(
      fc.property(anyAugmentation, anyAugmentation, (first, then) => {
        const [, transform, colours] = composeIdentifier(formatAugmentedName('abc', first), then).split('|||');
        const both = { transform: Number(transform!.slice(1)), colours: [...colours!].map(Number) };
        expect(augmentGrid(question, both)).toEqual(augmentGrid(augmentGrid(question, first), then));
      }),
    );
  });

  test('where nobody told the task stands for it', () => {
    expect(composeIdentifier(null, drawAugmentation(Random.seeded(1)))).toMatch(/^task\|\|\|t[0-7]\|\|\|0\d{9}$/);
  });
});

test('a place is said in rows and columns', () => {
  expect(describeShift({ rows: 0, columns: 0 })).toBe('in the upper left corner');
  expect(describeShift({ rows: 1, columns: 0 })).toBe('1 row down');
  expect(describeShift({ rows: 3, columns: 1 })).toBe('3 rows down, 1 column right');
});

describe('what can be augmented', () => {
  const of = (id: string, inputs: ArrayLike<number>, labels: ArrayLike<number> = inputs) =>
    createAugmentable(getKind(id), { inputs, labels, address: 'a/train/3' });

  test('is every ruled kind by its symmetries, and ARC by its own', () => {
    expect(of('maze-5', new Array(25).fill(1)).state).toBe('symmetries');
    expect(of('arc', canvas('12')).state).toBe('arc');
  });

  test('is no custom grid', () => {
    expect(of('custom-3x5:.ab', new Array(15).fill(1))).toEqual({ state: 'none' });
  });

  test('is no row of another size and no canvas without a grid; both are told by their address', () => {
    expect(of('maze-5', new Array(24).fill(1))).toEqual({
      state: 'unreadable',
      message: 'a/train/3: expected 25 cells, found 24.',
    });
    expect(of('arc', new Uint8Array(900))).toEqual({
      state: 'unreadable',
      message: 'a/train/3: expected one grid with its end markers on the canvas, found something else.',
    });
  });

  test('an ARC row without an output is augmented by its input alone', () => {
    const found = of('arc', canvas('12'), new Uint8Array(900));
    expect(found.state === 'arc' && found.augmenter.original).toHaveLength(1);
  });
});
