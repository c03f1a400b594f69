import { describe, expect, test } from 'vitest';
import { distinctWords, methodWords, repeatWords } from '../../../../../renderer/features/datasets/augmentation/describe-count';
import { highlightFrom, describeHighlighted, placeOf } from '../../../../../renderer/features/datasets/augmentation/highlighted-cells';
import { symmetryAugmenter } from '../../../../../renderer/features/datasets/augmentation/symmetry-augmenter';
import { getKind } from '../../../../../datasets/kinds/registry';
import { clues, kind, solution, tokens } from '../../../examples';
import { arcAugmenter } from '../../../../../renderer/features/datasets/augmentation/arc-augmenter';
import { grid } from './puzzles';

const exact = {
  distinct: 1152,
  made: 48,
  namings: 24,
  places: 1,
  isExact: true,
  most: 3072,
  repeats: { draws: 200, again: 3, unchanged: 1 },
};

describe('the line on variants', () => {
  test('says how many there are and how that is known', () => {
    expect(distinctWords(exact)).toBe('1,152 distinct variants of this puzzle, itself among them.');
    expect(methodWords(exact)).toBe('Exact: 48 arrangements were made and compared, each with 24 namings.');
    expect(methodWords({ ...exact, made: 1, places: 30 })).toBe(
      'Exact: 1 arrangement was made and compared, each with 24 namings and at 30 places.',
    );
    expect(methodWords({ ...exact, namings: 1 })).toBe('Exact: 48 arrangements were made and compared.');
  });

  test('says what is only a bound', () => {
    const bound = {
      ...exact,
      distinct: 3_628_800_000,
      made: 10_000,
      namings: 362_880,
      isExact: false,
      most: 1_218_998_108_160,
    };
    expect(distinctWords(bound)).toBe('At least 3.6 · 10⁹ distinct variants of this puzzle, itself among them.');
    expect(methodWords(bound)).toBe(
      '10,000 arrangements were made and compared, each with 362,880 namings; there the count ended. No more than 1.2 · 10¹², the ways to choose.',
    );
  });

  test('says how often draws repeat', () => {
    expect(repeatWords(exact)).toBe('Of 200 drawn (seeds 1 to 200), 3 had come before and 1 was the puzzle itself.');
    expect(repeatWords({ ...exact, repeats: { draws: 200, again: 0, unchanged: 0 } })).toBe(
      'Of 200 drawn (seeds 1 to 200), none came twice and none was the puzzle itself.',
    );
    expect(distinctWords({ ...exact, distinct: 1 })).toBe('One variant of this puzzle: itself.');
  });
});

describe('the cell pointed at', () => {
  const { draw, original, parts } = symmetryAugmenter(kind, {
    inputs: Uint8Array.from(tokens(clues)),
    labels: Uint8Array.from(tokens(solution)),
  });
  const variant = draw(
    parts.map(({ id }) => id),
    4,
  );

  test('lights the same cells from whichever column it is pointed at', () => {
    for (let cell = 0; cell < 16; cell++) {
      const place = placeOf(variant, 'variant', { sheet: 0, cell });
      expect(place).not.toBeNull();
      for (const [column, at] of [
        ['original', cell],
        ['variant', place ?? -1],
        ['undone', cell],
      ] as const) {
        expect(highlightFrom(variant, column, { sheet: 0, cell: at })).toEqual({ sheet: 0, cell });
      }
    }
  });

  test('is told with what stands there, before and after', () => {
    const moved = draw(['digits'], 5);
    const one = moved.sheets[0]!.inputs[0]! - 1;
    expect(describeHighlighted(kind, moved, original, { sheet: 0, cell: 0 })).toBe(
      `Row 1, column 1 (1) → row 1, column 1 (${one}) → row 1, column 1 (1)`,
    );
    expect(one).not.toBe(1);
  });

  test('outside the grid of an ARC canvas has no image', () => {
    const arc = arcAugmenter([{ grid: grid('12'), shift: { rows: 0, columns: 0 } }]);
    const still = arc.draw([], 1);
    expect(highlightFrom(still, 'variant', { sheet: 0, cell: 899 })).toBeNull();
    expect(placeOf(still, 'variant', { sheet: 0, cell: 899 })).toBeNull();
    expect(describeHighlighted(getKind('arc'), still, arc.original, { sheet: 0, cell: 899 })).toBe(
      'Row 30, column 30 (empty) has no image in the variant.',
    );
  });
});
