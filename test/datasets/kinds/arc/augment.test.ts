import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  augmentGrid,
  formatAugmentedName,
  drawAugmentation,
  drawAugmentations,
  parseAugmentedName,
  restoreGrid,
} from '../../../../datasets/kinds/arc/augment';
import { hashGrid, hashPuzzle } from '../../../../datasets/kinds/arc/grid';
import { Random } from '../../../../datasets/random';
import { anyGrid, anyPair, anySeed, grid } from './examples';

const anyAugmentation = anySeed.map((seed) => drawAugmentation(Random.seeded(seed)));

describe('an augmentation', () => {
  test('is undone exactly for grids of any shape', () => {
    fc.assert(
      fc.property(
        anyGrid(),
        anyAugmentation,
        (any, augmentation) => void expect(restoreGrid(augmentGrid(any, augmentation), augmentation)).toEqual(any),
      ),
    );
  });

  test('keeps the background colour and permutes the others', () => {
    fc.assert(
      fc.property(anyAugmentation, ({ colours }) => {
        expect(colours[0]).toBe(0);
        expect([...colours].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      }),
    );
  });

  test('is parsed from its name, for any task name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        anyAugmentation,
        (task, augmentation) =>
          void expect(parseAugmentedName(formatAugmentedName(task, augmentation))).toEqual({ task, augmentation }),
      ),
    );
  });

  test('parseAugmentedName treats other names as originals', () => {
    for (const name of ['abc', 'abc|||t8|||0123456789', 'abc|||t0|||1023456789', 'abc|||t0|||012345678']) {
      expect(parseAugmentedName(name)).toEqual({
        task: name,
        augmentation: { transform: 0, colours: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      });
    }
  });
});

describe('drawAugmentations', () => {
  test('gives distinct variants other than the original, at most the requested number', () => {
    fc.assert(
      fc.property(
        fc.array(anyPair(4), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 20 }),
        anySeed,
        (pairs, count, seed) => {
          const augmentations = drawAugmentations(pairs, count, Random.seeded(seed));
          const hashes = augmentations.map((augmentation) =>
            hashPuzzle(
              pairs.map(({ input, output }) => ({
                input: augmentGrid(input, augmentation),
                output: augmentGrid(output, augmentation),
              })),
            ),
          );
          expect(augmentations.length).toBeLessThanOrEqual(count);
          expect(new Set([...hashes, hashPuzzle(pairs)]).size).toBe(hashes.length + 1);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('hashGrid and hashPuzzle', () => {
  test('differ between shapes', () => {
    expect(new Set([grid('0000'), grid('00', '00'), grid('0', '0', '0', '0')].map(hashGrid)).size).toBe(3);
  });

  test('of puzzles are independent of the order of pairs', () => {
    fc.assert(
      fc.property(
        fc.array(anyPair(4), { minLength: 1, maxLength: 4 }),
        (pairs) => void expect(hashPuzzle([...pairs].reverse())).toBe(hashPuzzle(pairs)),
      ),
    );
  });
});
