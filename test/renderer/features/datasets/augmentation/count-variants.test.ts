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

describe('the text on the number of variants', () => {
  test('states the count and the method', () => {
    expect(describeDistinct(exact)).toBe('1,152 distinct variants of this puzzle, including itself.');
    expect(describeMethod(exact)).toBe(
      'Exact count: 48 arrangements were generated and compared. Each arrangement can be relabelled in 24 ways.',
    );
    expect(describeMethod({ ...exact, arrangements: 1, placements: 30 })).toBe(
      'Exact count: 1 arrangement was generated and compared. Each arrangement can be relabelled in 24 ways. Each fits at 30 positions.',
    );
    expect(describeMethod({ ...exact, namings: 1 })).toBe('Exact count: 48 arrangements were generated and compared.');
  });

  test('states that a count is a lower bound', () => {
    const bound = {
      ...exact,
      distinct: 3_628_800_000,
      arrangements: 10_000,
      namings: 362_880,
      isExact: false,
      upperBound: 1_218_998_108_160,
    };
    expect(describeDistinct(bound)).toBe('At least 3.63 · 10⁹ distinct variants of this puzzle, including itself.');
    expect(describeMethod(bound)).toBe(
      'Lower bound: counting stopped after 10,000 arrangements. The upper bound is 1.22 · 10¹². Each arrangement can be relabelled in 362,880 ways.',
    );
  });

  test('states how often draws repeat', () => {
    expect(describeRepeats(exact)).toBe(
      'Of 200 draws (seeds 1 to 200), 3 repeated earlier ones and 1 was the puzzle itself.',
    );
    expect(describeRepeats({ ...exact, repeats: { draws: 200, repeated: 0, unchanged: 0 } })).toBe(
      'Of 200 draws (seeds 1 to 200), none repeated an earlier one and none was the puzzle itself.',
    );
    expect(describeDistinct({ ...exact, distinct: 1 })).toBe('This puzzle has no other variants.');
  });
});
