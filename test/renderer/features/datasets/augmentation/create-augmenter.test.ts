import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { symmetryAugmenter } from '../../../../../renderer/features/datasets/augmentation/create-augmenter';
import { gridsKey, sameGrids } from '../../../../../renderer/features/datasets/augmentation/variant';
import { clues, solution, tokens } from '../../../examples';
import { anySeed, augmenterFor, choices, counted, kindIds } from './puzzles';

const sudoku4 = getKind('sudoku-4x4');
const puzzle = { inputs: Uint8Array.from(tokens(clues)), labels: Uint8Array.from(tokens(solution)) };

describe.each(kindIds)('a variant of %s', (id) => {
  const anyParts = fc.nat(63);

  test('is undone to the original for any enabled parts', () => {
    fc.assert(
      fc.property(anySeed, anySeed, anyParts, (puzzleSeed, seed, bits) => {
        const augmenter = augmenterFor(id, puzzleSeed);
        const enabled = augmenter.parts.flatMap((part, i) => ((bits >> i) & 1 ? [part.id] : []));
        expect(sameGrids(augmenter.draw(enabled, seed).undone, augmenter.original)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test('contains every cell of the original once', () => {
    const { draw, parts } = augmenterFor(id, 1);
    const [origins] = draw(
      parts.map((part) => part.id),
      5,
    ).origins;
    expect([...origins!].sort((a, b) => a - b)).toEqual([...origins!.keys()]);
  });

  test('is the original when no part is enabled', () => {
    const { draw, original } = augmenterFor(id, 2);
    expect(draw([], 9).grids).toEqual(original);
  });
});

test('toggling a part does not change the draw of the others', () => {
  const { draw } = symmetryAugmenter(sudoku4, puzzle);
  // Digits and positions are drawn independently, so the positions of both draws are the same.
  expect(draw(['digits', 'bands', 'rows'], 3).origins).toEqual(draw(['bands', 'rows'], 3).origins);
  expect(draw(['digits', 'bands'], 3).origins).toEqual(draw(['bands'], 3).origins);
});

describe('extra clues', () => {
  const { draw, addClues } = symmetryAugmenter(sudoku4, puzzle);
  const variant = draw(['digits'], 3);

  test('are cells of the solution of the variant, and keep its clues', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const [before, after] = [variant.grids[0]!, addClues!(variant, seed)[0]!];
        expect(after.answer).toEqual(before.answer);
        after.inputs.forEach((token, cell) => {
          if (before.inputs[cell] !== sudoku4.blank) expect(token).toBe(before.inputs[cell]);
          else expect([sudoku4.blank, before.answer![cell]]).toContain(token);
        });
      }),
    );
  });

  test('are the same for the same seed, and differ by seed', () => {
    const shownFor = (seed: number) => gridsKey(addClues!(variant, seed));
    expect(shownFor(5)).toBe(shownFor(5));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => shownFor(seed))).size).toBeGreaterThan(10);
  });

  test('are not offered where the clues are not cells of the solution, or no solution is known', () => {
    const unknown = { ...puzzle, labels: new Uint8Array(16) };
    expect(symmetryAugmenter(sudoku4, unknown).addClues).toBeNull();
  });
});

describe('the number of variants', () => {
  const { parts, count, draw } = symmetryAugmenter(sudoku4, puzzle);

  test('equals the number of images, for every choice of parts', () => {
    for (const enabled of choices(parts.map(({ id }) => id))) {
      const { distinct, isExact, upperBound } = counted(count(enabled));
      expect(isExact).toBe(true);
      expect(distinct).toBeLessThanOrEqual(upperBound);
      // With so many draws, the probability of missing a variant is below 1e-9.
      const seen = new Set(
        Array.from({ length: Math.min(3000, distinct * 40) }, (_, seed) => gridsKey(draw(enabled, seed).grids)),
      );
      if (distinct <= 75) expect(seen.size).toBe(distinct);
      else expect(seen.size).toBeLessThanOrEqual(distinct);
    }
  });

  test('divides the order of the group when all parts are enabled', () => {
    const { distinct, upperBound } = counted(count(parts.map(({ id }) => id)));
    expect(upperBound).toBe(3072);
    expect(3072 % distinct).toBe(0);
  });

  test('is a lower bound when there are too many to generate', () => {
    const { count: countLarge, parts: partsLarge } = augmenterFor('sudoku-9x9', 1);
    const { distinct, isExact } = counted(countLarge(partsLarge.map(({ id }) => id)));
    expect(isExact).toBe(false);
    expect(distinct).toBeGreaterThanOrEqual(10_000);
  });

  test('is exact for 6×6 sudokus, because relabellings are not generated', () => {
    const { count: count6, parts: parts6 } = augmenterFor('sudoku-6x6', 1);
    const { distinct, arrangements, namings, upperBound, isExact } = counted(count6(parts6.map(({ id }) => id)));
    expect([isExact, namings, distinct]).toEqual([true, 720, arrangements * 720]);
    expect(upperBound % distinct).toBe(0);
  });

  test('counts draws that repeat and draws that change nothing', () => {
    const { repeats } = counted(count(['transposition']));
    expect(repeats.repeated).toBe(198);
    expect(repeats.unchanged).toBeGreaterThan(60);
    expect(repeats.unchanged).toBeLessThan(140);
    expect(counted(count([])).repeats).toEqual({ draws: 200, repeated: 199, unchanged: 200 });
  });
});
