import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Symmetry } from '../../../../datasets/kinds/puzzle-kind';
import { samplePuzzleClasses, listClasses, listGridClasses } from '../../../../datasets/kinds/sudoku/classes';
import { classes4x4 } from '../../../../datasets/kinds/sudoku/classes-4x4';
import { getKind } from '../../../../datasets/kinds/registry';
import type { SudokuKind } from '../../../../datasets/kinds/sudoku/sudoku';
import { lineOrders, permutations, sudokuSymmetry } from '../../../../datasets/kinds/sudoku/symmetries';
import { Random } from '../../../../datasets/random';
import { applySymmetry } from '../../../../datasets/symmetry';
import { puzzleOf, sizes, sudoku4, sudoku6, symmetryOf } from './examples';

test('the 288 full 4×4 grids fall into 2 classes', () => {
  expect(listGridClasses(sudoku4)).toHaveLength(2);
});

test.each([
  [3, 0],
  [4, 13],
  [5, 96],
  [6, 376],
  [7, 711],
  [8, 1040],
  [9, 980],
  [10, 788],
  [16, 2],
])('4×4 puzzles with %i givens and one solution fall into %i classes', (clues, count) => {
  const classes = listClasses(sudoku4, clues);
  expect(new Set(classes.map(({ inputs }) => sudoku4.classKey(inputs))).size).toBe(count);
  expect(classes).toHaveLength(count);
});

test('the listed classes of 4×4 puzzles with 6 givens are those that the search finds', () => {
  const found = listClasses(sudoku4, 6).map(({ inputs }) => sudoku4.classKey(inputs));
  expect([...classes4x4]).toEqual(found.sort());
});

describe.each(sizes)('samplePuzzleClasses of $kind.name', ({ kind, clues }) => {
  const draw = (seed: number) => samplePuzzleClasses(kind, { clues, count: 12, random: Random.seeded(seed) });

  test('returns the requested number of different classes, each with its solution', () => {
    const classes = draw(1);
    expect(new Set(classes.map(({ inputs }) => kind.classKey(inputs))).size).toBe(12);
    for (const { inputs, labels } of classes)
      expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toEqual([labels]);
  });

  test('returns the same classes for the same seed', () => {
    expect(draw(5)).toEqual(draw(5));
  });
});

test('samplePuzzleClasses throws when there are too few classes', () => {
  expect(() => samplePuzzleClasses(sudoku4, { clues: 4, count: 14, random: Random.seeded(1) })).toThrow(
    'found only 13 of 14 classes of sudoku-4x4 with 4 clues',
  );
});

test.each([-1, 17, 2.5])('listClasses rejects %d givens', (clues) => {
  expect(() => listClasses(sudoku4, clues)).toThrow(`a 4×4 sudoku has 0–16 clues, got ${clues}`);
});

/** Every rearrangement of cells, without relabelling digits. */
function geometricMaps({ shape }: SudokuKind): Symmetry[] {
  const digitTokens = Array.from({ length: shape.side }, (_, digit) => digit + 2);
  const transposes = shape.boxRows === shape.boxColumns ? [false, true] : [false];
  return transposes.flatMap((transpose) =>
    lineOrders(shape.side, shape.boxRows).flatMap((rowOrder) =>
      lineOrders(shape.side, shape.boxColumns).map((columnOrder) =>
        sudokuSymmetry(shape, { transpose, rowOrder, columnOrder, digitTokens }),
      ),
    ),
  );
}

/** The text with digits relabelled in order of first appearance. */
function relabelled(text: string): string {
  const seen = [...new Set(text.replaceAll('.', ''))];
  return text.replace(/\d/g, (digit) => String(seen.indexOf(digit) + 1));
}

/** The definition of the key: the least text over the whole group. */
function bruteForceKey(kind: SudokuKind, maps: readonly Symmetry[], inputs: Uint8Array): string {
  return maps
    .map((map) => relabelled(kind.format(applySymmetry(map, inputs))))
    .reduce((least, text) => (text < least ? text : least));
}

const anyClues = (kind: SudokuKind) =>
  fc
    .array(fc.integer({ min: 1, max: kind.shape.vocabulary - 1 }), {
      minLength: kind.shape.cells,
      maxLength: kind.shape.cells,
    })
    .map((tokens) => Uint8Array.from(tokens));

describe.each(sizes)('class keys of $kind.name', ({ kind, clues }) => {
  test('are the same for a puzzle and each symmetric copy', () => {
    fc.assert(
      fc.property(puzzleOf(kind, clues), symmetryOf(kind), ({ inputs }, g) => {
        expect(kind.classKey(applySymmetry(g, inputs))).toBe(kind.classKey(inputs));
      }),
      { numRuns: 30 },
    );
  });

  test('parse as a member of the class', () => {
    fc.assert(
      fc.property(puzzleOf(kind, clues), ({ inputs }) => {
        const key = kind.classKey(inputs);
        expect(kind.classKey(kind.parse(key))).toBe(key);
        expect(kind.solve(kind.parse(key), { maxSolutions: 2 }).solutions).toHaveLength(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe.each([
  { kind: sudoku4, runs: 300 },
  { kind: sudoku6, runs: 15 },
])('class keys of $kind.name against the whole group', ({ kind, runs }) => {
  const maps = geometricMaps(kind);

  test('are the least text over all symmetries, for legal and illegal clues', () => {
    fc.assert(
      fc.property(anyClues(kind), (inputs) => {
        expect(kind.classKey(inputs)).toBe(bruteForceKey(kind, maps, inputs));
      }),
      { numRuns: runs },
    );
  });
});

test('two 4×4 puzzles share a key exactly if one is in the orbit of the other', () => {
  const maps = geometricMaps(sudoku4);
  const digits = permutations([2, 3, 4, 5]).map((tokens) => Uint8Array.of(0, 1, ...tokens));
  const group = maps.flatMap(({ cells }) => digits.map((tokens) => ({ cells, tokens })));
  fc.assert(
    fc.property(
      puzzleOf(sudoku4, 5),
      fc.array(puzzleOf(sudoku4, 5), { minLength: 20, maxLength: 20 }),
      (puzzle, others) => {
        const orbit = new Set(group.map((g) => sudoku4.format(applySymmetry(g, puzzle.inputs))));
        for (const { inputs } of others)
          expect(sudoku4.classKey(inputs) === sudoku4.classKey(puzzle.inputs)).toBe(orbit.has(sudoku4.format(inputs)));
      },
    ),
    { numRuns: 30 },
  );
});

describe('classHash', () => {
  describe('of grids whose blanks are regular', () => {
    const kind = getKind('sudoku-9x9');
    const random = Random.seeded(3);
    const grids = Array.from({ length: 12 }, () => kind.generator!.generate(random).labels);
    const blanked: readonly (readonly [string, (cell: number) => boolean])[] = [
      ['none', () => false],
      ['a row', (cell) => cell < 9],
      ['a box', (cell) => cell < 27 && cell % 9 < 3],
      ['two columns', (cell) => cell % 9 < 2],
    ];
    test.each(blanked)('%s: differs between grids, and is that of every symmetric copy', (_, isBlank) => {
      const puzzles = grids.map((grid) => grid.map((token, cell) => (isBlank(cell) ? kind.blank : token)));
      expect(new Set(puzzles.map((inputs) => kind.classHash(inputs))).size).toBe(grids.length);
      for (const inputs of puzzles)
        for (let copy = 0; copy < 5; copy++) {
          const moved = applySymmetry(kind.drawSymmetry(random), inputs);
          expect(kind.classHash(moved)).toBe(kind.classHash(inputs));
        }
    });
  });

  test.each(sizes)('is the same for every symmetric copy of a $kind.name', ({ kind, clues }) => {
    fc.assert(
      fc.property(puzzleOf(kind, clues), symmetryOf(kind), ({ inputs }, symmetry) => {
        expect(kind.classHash(applySymmetry(symmetry, inputs))).toBe(kind.classHash(inputs));
      }),
      { numRuns: 50 },
    );
  });

  test.each([4, 5, 6, 7])('differs between all classes of 4×4 puzzles with %i givens', (clues) => {
    const classes = listClasses(sudoku4, clues);
    expect(new Set(classes.map(({ inputs }) => sudoku4.classHash(inputs))).size).toBe(classes.length);
  });

  test('is equal exactly if the class key is equal', () => {
    fc.assert(
      fc.property(puzzleOf(sudoku6, 12), puzzleOf(sudoku6, 12), ({ inputs: one }, { inputs: other }) => {
        expect(sudoku6.classHash(one) === sudoku6.classHash(other)).toBe(
          sudoku6.classKey(one) === sudoku6.classKey(other),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('rejects a grid of another size', () => {
    expect(() => sudoku4.classHash(new Uint8Array(81))).toThrow('a 4×4 sudoku has 16 cells, got 81');
  });
});
