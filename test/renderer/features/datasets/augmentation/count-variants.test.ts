import { describe, expect, test } from 'vitest';
import {
  describeDistinct,
  describeMethod,
  describeRepeats,
} from '../../../../../renderer/features/datasets/augmentation/count-variants';

const exact = {
  distinct: 1152,
  arrangements: 48,
  namings: 24,
  placements: 1,
  isExact: true,
  upperBound: 3072,
  repeats: { draws: 200, repeated: 3, unchanged: 1 },
};

describe('the line on variants', () => {
  test('says how many there are and how that is known', () => {
    expect(describeDistinct(exact)).toBe('1,152 distinct variants of this puzzle, itself among them.');
    expect(describeMethod(exact)).toBe('Exact: 48 arrangements were made and compared, each with 24 namings.');
    expect(describeMethod({ ...exact, arrangements: 1, placements: 30 })).toBe(
      'Exact: 1 arrangement was made and compared, each with 24 namings and at 30 places.',
    );
    expect(describeMethod({ ...exact, namings: 1 })).toBe('Exact: 48 arrangements were made and compared.');
  });

  test('says what is only a bound', () => {
    const bound = {
      ...exact,
      distinct: 3_628_800_000,
      arrangements: 10_000,
      namings: 362_880,
      isExact: false,
      upperBound: 1_218_998_108_160,
    };
    expect(describeDistinct(bound)).toBe('At least 3.6 · 10⁹ distinct variants of this puzzle, itself among them.');
    expect(describeMethod(bound)).toBe(
      '10,000 arrangements were made and compared, each with 362,880 namings; there the count ended. No more than 1.2 · 10¹², the ways to choose.',
    );
  });

  test('says how often draws repeat', () => {
    expect(describeRepeats(exact)).toBe(
      'Of 200 drawn (seeds 1 to 200), 3 had come before and 1 was the puzzle itself.',
    );
    expect(describeRepeats({ ...exact, repeats: { draws: 200, repeated: 0, unchanged: 0 } })).toBe(
      'Of 200 drawn (seeds 1 to 200), none came twice and none was the puzzle itself.',
    );
    expect(describeDistinct({ ...exact, distinct: 1 })).toBe('One variant of this puzzle: itself.');
  });
});
