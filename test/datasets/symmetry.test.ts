import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PuzzleKind, Symmetry, SymmetrySubgroup } from '../../datasets/kinds/puzzle-kind';
import { getKind, kindFamilies } from '../../datasets/kinds/registry';
import { Random } from '../../datasets/random';
import {
  applySymmetry,
  applyToPuzzle,
  composeSymmetries,
  composeAllSymmetries,
  identitySymmetry,
  invertSymmetry,
} from '../../datasets/symmetry';
import { puzzleOf, sizes, symmetryOf } from './kinds/sudoku/examples';

describe.each(sizes)('symmetries of $kind.name', ({ kind, clues }) => {
  const { cells, vocabulary } = kind.shape;
  const identity = identitySymmetry(cells, vocabulary);
  const puzzle = puzzleOf(kind, clues);
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

  test('the inverse restores every cell of a puzzle', () => {
    fc.assert(
      fc.property(symmetry, puzzle, (g, { inputs }) => {
        expect(applySymmetry(invertSymmetry(g), applySymmetry(g, inputs))).toEqual(inputs);
      }),
      { numRuns: 50 },
    );
  });

  test('a composition applies one symmetry after the other', () => {
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

test('a symmetry of another size is rejected', () => {
  expect(() => applySymmetry(identitySymmetry(16, 6), new Uint8Array(15))).toThrow(
    'a symmetry of 16 cells cannot move 15 cells',
  );
});

// The subgroups of each kind's symmetries: augmentation composes one element of each.

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const ids = kindFamilies
  .filter(({ detector }) => detector === null)
  .flatMap(({ exampleId, listIds }) => [...new Set([...listIds().slice(0, 1), exampleId])]);
const text = ({ cells, tokens }: Symmetry) => `${cells.join()};${tokens.join()}`;
const identityOf = ({ rows, columns, symbols }: PuzzleKind) => identitySymmetry(rows * columns, symbols.length);

/** The group that the generators generate. */
function generateGroup(identity: Symmetry, generators: readonly Symmetry[]): Set<string> {
  const found = new Map([[text(identity), identity]]);
  for (const element of found.values())
    for (const generator of generators) {
      const next = composeSymmetries(element, generator);
      found.set(text(next), next);
    }
  return new Set(found.keys());
}

function drawAll(kind: PuzzleKind, random: Random): Symmetry {
  return composeAllSymmetries(
    kind,
    kind.symmetrySubgroups.map((subgroup) => subgroup.draw(random)),
  );
}

describe.each(ids)('the subgroups of %s', (id) => {
  const kind = getKind(id);
  const subgroups = kind.symmetrySubgroups;

  test('have unique names', () => {
    expect(new Set(subgroups.map((subgroup) => subgroup.id)).size).toBe(subgroups.length);
    expect(subgroups.length).toBeGreaterThan(1);
  });

  test('have the stated order, and draw every element', () => {
    for (const subgroup of subgroups.filter(({ order }) => order <= 1296)) {
      const group = generateGroup(identityOf(kind), subgroup.generators);
      expect(group.size).toBe(subgroup.order);
      if (subgroup.order <= 24) expect(drawElements(subgroup)).toEqual(group);
    }
  });

  test('draw symmetries that move only what their generators move', () => {
    const moved = ({ cells, tokens }: Symmetry) => [
      ...[...cells].flatMap((from, to) => (from === to ? [] : [`cell ${to}`])),
      ...[...tokens].flatMap((to, from) => (from === to ? [] : [`token ${from}`])),
    ];
    fc.assert(
      fc.property(seed, fc.nat(subgroups.length - 1), (number, at) => {
        const reachable = new Set(subgroups[at]!.generators.flatMap(moved));
        for (const one of moved(subgroups[at]!.draw(Random.seeded(number)))) expect(reachable).toContain(one);
      }),
      { numRuns: 40 },
    );
  });

  test('that relabel move no cell, and permute their tokens in every order', () => {
    for (const { relabels, order, generators } of subgroups.filter((subgroup) => subgroup.relabels)) {
      expect(order).toBe(relabels?.reduce((product, _, i) => product * (i + 1), 1));
      for (const { cells, tokens } of generators) {
        expect([...cells.keys()]).toEqual([...cells]);
        expect(
          [...tokens].flatMap((to, from) => (from === to ? [] : [from])).every((token) => relabels?.includes(token)),
        ).toBe(true);
      }
    }
  });

  test.runIf(kind.generator)('keep solutions and class when composed in order', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const random = Random.seeded(number);
        const puzzle = kind.generator?.generate(random);
        if (!puzzle) throw new Error('the kind has a generator');
        const moved = applyToPuzzle(drawAll(kind, random), puzzle);
        expect(kind.solve(moved.inputs, { maxSolutions: 2 }).solutions).toEqual([moved.labels]);
        expect(kind.classKey(moved.inputs)).toBe(kind.classKey(puzzle.inputs));
      }),
      { numRuns: 10 },
    );
  });
});

/** Elements met in 1000 draws; the probability of missing one of 24 is about 1e-17. */
function drawElements(subgroup: SymmetrySubgroup): Set<string> {
  const random = Random.seeded(1);
  return new Set(Array.from({ length: 1000 }, () => text(subgroup.draw(random))));
}

test.each([
  ['sudoku-4x4', 3072],
  ['sudoku-6x6', 2_488_320],
  ['sudoku-9x9', 362_880 * 1296 ** 2 * 2],
  ['maze-11', 8],
  ['queens-8', 8],
  ['nonogram-5', 8],
  ['numberlink-6', 8 * 362_880],
])('the orders of the subgroups of %s multiply to %i', (id, order) => {
  expect(getKind(id).symmetrySubgroups.reduce((product, subgroup) => product * subgroup.order, 1)).toBe(order);
});

test.each(['sudoku-4x4', 'maze-5', 'queens-4', 'nonogram-4'])(
  'compositions of one element of each subgroup of %s are all that drawSymmetry draws',
  (id) => {
    const kind = getKind(id);
    const random = Random.seeded(2);
    const set = (draw: () => Symmetry) => new Set(Array.from({ length: 60_000 }, () => text(draw())));
    expect(set(() => drawAll(kind, random))).toEqual(set(() => kind.drawSymmetry(random)));
  },
);

test('each of the 128 arrangements of 4×4 sudokus is equally likely', () => {
  const kind = getKind('sudoku-4x4');
  const random = Random.seeded(3);
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_800; i++) {
    const arrangement = drawAll(kind, random).cells.join();
    counts.set(arrangement, (counts.get(arrangement) ?? 0) + 1);
  }
  expect(counts.size).toBe(128);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
  // 127 degrees of freedom: mean 127, standard deviation 16; 207 is five of those above.
  expect(chiSquare).toBeLessThan(207);
});

test('custom grids have no symmetries', () => {
  const kind = getKind('custom-3x5:.ab');
  expect(kind.symmetrySubgroups).toEqual([]);
  expect(composeAllSymmetries(kind, [])).toEqual(identityOf(kind));
});
