import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SudokuKind } from '../../../../datasets/kinds/sudoku/sudoku';
import { lineOrders } from '../../../../datasets/kinds/sudoku/symmetries';
import type { Symmetry } from '../../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../../datasets/random';
import { applySymmetry, applyToPuzzle, composeSymmetries } from '../../../../datasets/symmetry';
import { puzzleOf, sizes, sudoku4, sudoku6, symmetryOf } from './examples';

const text = ({ cells, tokens }: Symmetry) => `${cells.join()};${tokens.join()}`;

function drawSymmetries(kind: SudokuKind, count: number): Symmetry[] {
  const random = Random.seeded(1);
  return Array.from({ length: count }, () => kind.drawSymmetry(random));
}

describe.each(sizes)('a symmetry of $kind.name', ({ kind, clues }) => {
  test('maps the solution to the only solution of the moved clues', () => {
    fc.assert(
      fc.property(puzzleOf(kind, clues), symmetryOf(kind), (puzzle, g) => {
        const moved = applyToPuzzle(g, puzzle);
        expect(kind.check(moved.inputs, moved.labels).legal).toBe(true);
        expect(kind.solve(moved.inputs, { maxSolutions: 2 }).solutions).toEqual([moved.labels]);
      }),
      { numRuns: 50 },
    );
  });

  test('permutes the cells and keeps padding and blanks', () => {
    fc.assert(
      fc.property(symmetryOf(kind), ({ cells, tokens }) => {
        expect(new Set(cells).size).toBe(kind.shape.cells);
        expect(new Set(tokens).size).toBe(kind.shape.vocabulary);
        expect([...tokens.slice(0, 2)]).toEqual([0, 1]);
      }),
    );
  });

  test('maps rows, columns and boxes to rows, columns and boxes', () => {
    const units = new Set(kind.shape.units.map(({ cells }) => cells.join()));
    fc.assert(
      fc.property(symmetryOf(kind), ({ cells: from }) => {
        for (const { cells } of kind.shape.units)
          expect(units).toContain(
            cells
              .map((cell) => from[cell]!)
              .sort((a, b) => a - b)
              .join(),
          );
      }),
    );
  });
});

describe('the group of 4×4 sudoku', () => {
  const group = new Map(drawSymmetries(sudoku4, 60_000).map((g) => [text(g), g]));

  test('has 128 · 24 = 3072 elements', () => {
    expect(group.size).toBe(3072);
    expect(new Set([...group.values()].map(({ cells }) => cells.join())).size).toBe(128);
  });

  test('is closed under composition', () => {
    const elements = [...group.values()];
    const element = fc.constantFrom(...elements);
    fc.assert(
      fc.property(element, element, (g, h) => {
        expect(group.has(text(composeSymmetries(g, h)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('maps each of the 288 grids to one of them', () => {
    const grids = new Set(
      sudoku4
        .solve(sudoku4.parse('.'.repeat(16)), { maxSolutions: Infinity })
        .solutions.map((grid) => sudoku4.format(grid)),
    );
    for (const g of [...group.values()].slice(0, 30))
      for (const grid of grids) expect(grids).toContain(sudoku4.format(applySymmetry(g, sudoku4.parse(grid))));
  });

  test('is sampled uniformly', () => {
    const counts = new Map<string, number>();
    for (const { cells } of drawSymmetries(sudoku4, 12_800))
      counts.set(cells.join(), (counts.get(cells.join()) ?? 0) + 1);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    // 127 degrees of freedom: mean 127, standard deviation 16; 207 is five of those above.
    expect(chiSquare).toBeLessThan(207);
  });
});

test('6×6 grids are not transposed, because their boxes are wider than high', () => {
  for (const { cells } of drawSymmetries(sudoku6, 500))
    expect(Math.floor(cells[0]! / 6)).toBe(Math.floor(cells[1]! / 6));
});

test.each([
  { side: 4, blockSize: 2, orders: 8 },
  { side: 6, blockSize: 2, orders: 48 },
  { side: 6, blockSize: 3, orders: 72 },
  { side: 9, blockSize: 3, orders: 1296 },
])('$side lines in blocks of $blockSize have $orders orders', ({ side, blockSize, orders }) => {
  expect(new Set(lineOrders(side, blockSize).map(String)).size).toBe(orders);
});
