import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNKNOWN } from '../../../datasets/kinds/puzzle-kind';
import { tokenCounter, ratingFacet, tokenRange, distinctTokenCounter } from '../../../datasets/kinds/facets';
import { getKind, kindFamilies } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';
import { applyToPuzzle } from '../../../datasets/symmetry';

const ids = kindFamilies.map(({ exampleId }) => exampleId);
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const grid = fc.uint8Array({ maxLength: 40 });

describe.each(ids)('facets of %s', (id) => {
  const kind = getKind(id);
  const cells = kind.rows * kind.columns;

  test('have unique ids, a name and a unit', () => {
    expect(new Set(kind.facets.map((facet) => facet.id)).size).toBe(kind.facets.length);
    expect(kind.facets.map((facet) => facet.id)).not.toContain('rating');
    for (const { name, unit } of kind.facets) expect(name && unit).toBeTruthy();
  });

  test('are integers of at least 0 for any tokens', () => {
    const tokens = fc.uint8Array({ minLength: cells, maxLength: cells });
    fc.assert(
      fc.property(tokens, tokens, (inputs, labels) => {
        for (const { compute: of } of kind.facets)
          expect(of({ inputs, labels })).toSatisfy(
            (value: number) => Number.isInteger(value) && value >= 0 && value < 2 ** 31,
          );
      }),
      { numRuns: 20 },
    );
  });

  test.skipIf(!kind.generator)('are the same for symmetric puzzles', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const puzzle = kind.generator!.generate(Random.seeded(number));
        const moved = applyToPuzzle(kind.drawSymmetry(Random.seeded(number)), puzzle);
        for (const { compute: of } of kind.facets) expect(of(moved)).toBe(of(puzzle));
      }),
      { numRuns: 10 },
    );
  });
});

describe('a facet', () => {
  const value = (id: string, facet: string, question: string, answer = question) => {
    const kind = getKind(id);
    return kind.facets
      .find((candidate) => candidate.id === facet)
      ?.compute({ inputs: kind.parse(question), labels: kind.parse(answer) });
  };

  test('of sudokus counts givens', () => {
    expect(value('sudoku-4x4', 'givens', '12.. .... .... ...1')).toBe(3);
  });

  test('of mazes is the path length that the generator uses as rating', () => {
    const kind = getKind('maze-9');
    const [path] = kind.facets;
    fc.assert(
      fc.property(seed, (number) => {
        const puzzle = kind.generator!.generate(Random.seeded(number));
        expect(path!.compute(puzzle)).toBe(kind.generator!.rate(puzzle.inputs));
      }),
      { numRuns: 20 },
    );
  });

  test('of nonograms counts the filled cells and runs of the answer', () => {
    const kind = getKind('nonogram-5');
    const [filled] = kind.facets;
    const puzzle = kind.generator!.generate(Random.seeded(5));
    expect(filled!.compute(puzzle)).toBe(puzzle.labels.filter((token) => kind.symbols[token] === '■').length);
    expect(value('nonogram-4', 'runs', '__1___ __11_1 _2???? __???? _1???? 11????')).toBe(8);
  });

  test('of numberlinks counts pairs and the cells of the longest path', () => {
    expect(value('numberlink-4', 'pairs', '1..1 2..2 3..3 4..4')).toBe(4);
    expect(value('numberlink-4', 'longest', '1..1 2... ...2 3..3', '1111 2222 2222 3333')).toBe(8);
  });

  test('of ARC counts cells and colours at any position of the grids', () => {
    const kind = getKind('arc');
    expect(
      kind.facets.map(({ compute: of }) => of({ inputs: kind.parse('010/222'), labels: kind.parse('01') })),
    ).toEqual([6, 2, 3]);
  });

  test('of a rating is unknown without one', () => {
    const puzzle = { inputs: Uint8Array.of(1), labels: Uint8Array.of(1) };
    expect(ratingFacet('guesses').compute({ ...puzzle, rating: 7 })).toBe(7);
    expect(ratingFacet('guesses').compute(puzzle)).toBe(UNKNOWN);
  });
});

test('tokenCounter and distinctTokenCounter agree with a set', () => {
  const tokens = fc.uniqueArray(fc.nat(255));
  fc.assert(
    fc.property(tokens, grid, grid, (counted, one, other) => {
      const countDistinct = distinctTokenCounter(counted);
      for (const cells of [one, other, one]) {
        const members = [...cells].filter((token) => counted.includes(token));
        expect(tokenCounter(counted)(cells)).toBe(members.length);
        expect(countDistinct(cells)).toBe(new Set(members).size);
      }
    }),
  );
  expect(tokenRange(2, 5)).toEqual([2, 3, 4, 5]);
});
