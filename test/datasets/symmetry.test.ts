import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applySymmetry, composeSymmetries, identitySymmetry, invertSymmetry } from '../../datasets/symmetry';
import { puzzleOf, sizes, symmetryOf } from './kinds/sudoku/examples';

describe.each(sizes)('symmetries of $kind.name', ({ kind, givens }) => {
  const { cells, vocabulary } = kind.shape;
  const identity = identitySymmetry(cells, vocabulary);
  const puzzle = puzzleOf(kind, givens);
  const symmetry = symmetryOf(kind);

  test('the identity changes nothing', () => {
    fc.assert(
      fc.property(puzzle, ({ inputs }) => {
        expect(applySymmetry(identity, inputs)).toEqual(inputs);
      }),
      { numRuns: 20 },
    );
  });

  test('the inverse undoes a symmetry, from either side', () => {
    fc.assert(
      fc.property(symmetry, (g) => {
        expect(composeSymmetries(g, invertSymmetry(g))).toEqual(identity);
        expect(composeSymmetries(invertSymmetry(g), g)).toEqual(identity);
      }),
    );
  });

  test('the inverse brings back every cell of a puzzle', () => {
    fc.assert(
      fc.property(symmetry, puzzle, (g, { inputs }) => {
        expect(applySymmetry(invertSymmetry(g), applySymmetry(g, inputs))).toEqual(inputs);
      }),
      { numRuns: 50 },
    );
  });

  test('a composition does one symmetry after the other', () => {
    fc.assert(
      fc.property(symmetry, symmetry, puzzle, (first, then, { labels }) => {
        expect(applySymmetry(composeSymmetries(first, then), labels)).toEqual(
          applySymmetry(then, applySymmetry(first, labels)),
        );
      }),
      { numRuns: 50 },
    );
  });
});

test('a symmetry of another size is refused', () => {
  expect(() => applySymmetry(identitySymmetry(16, 6), new Uint8Array(15))).toThrow(
    'a symmetry of 16 cells cannot move 15 cells',
  );
});
