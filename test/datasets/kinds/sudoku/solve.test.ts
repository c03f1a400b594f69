import { describe, expect, test } from 'vitest';
import { sudoku4, sudoku6, sudoku9 } from './examples';

const solutions = (kind: typeof sudoku4, clues: string, limit: number) =>
  kind.solve(kind.parse(clues), { maxSolutions: limit }).solutions.map((grid) => kind.format(grid));

describe('solve of a sudoku', () => {
  test('finds all 288 full 4×4 grids, each legal and once', () => {
    const empty = sudoku4.parse('.'.repeat(16));
    const grids = sudoku4.solve(empty, { maxSolutions: Infinity }).solutions;
    expect(new Set(grids.map((grid) => sudoku4.format(grid))).size).toBe(288);
    for (const grid of grids) expect(sudoku4.check(empty, grid).legal).toBe(true);
  });

  test('counts the 6×6 grids with a given first row', () => {
    // 28,200,960 is the known number of 6×6 sudokus; fixing the first row divides it by 6!.
    expect(sudoku6.solve(sudoku6.parse('123456' + '.'.repeat(30)), { maxSolutions: Infinity }).solutions).toHaveLength(
      28_200_960 / 720,
    );
  });

  test.each([
    // Wikipedia's example puzzle.
    [
      '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79',
      '534678912672195348198342567859761423426853791713924856961537284287419635345286179',
    ],
    // 17 givens, the minimum.
    [
      '000000010400000000020000000000050407008000300001090000300400200050100000000806000',
      '693784512487512936125963874932651487568247391741398625319475268856129743274836159',
    ],
  ])('finds the only solution of the 9×9 puzzle %s', (clues, solution) => {
    expect(solutions(sudoku9, clues, 2)).toEqual([solution]);
  });

  test('keeps the clues', () => {
    for (const grid of solutions(sudoku4, '1..............4', 100)) expect(grid).toMatch(/^1.{14}4$/);
  });

  test('stops at the limit', () => {
    expect(solutions(sudoku9, '.'.repeat(81), 7)).toHaveLength(7);
    expect(solutions(sudoku4, '.'.repeat(16), 0)).toEqual([]);
  });

  test('counts guesses, and gives up at the limit', () => {
    const empty = sudoku9.parse('.'.repeat(81));
    const { guesses, gaveUp } = sudoku9.solve(empty, { maxSolutions: 1 });
    expect(guesses).toBeGreaterThan(9);
    expect(gaveUp).toBe(false);
    expect(sudoku9.solve(empty, { maxSolutions: 1, maxGuesses: guesses })).toMatchObject({ guesses, gaveUp: false });
    expect(sudoku9.solve(empty, { maxSolutions: 1, maxGuesses: guesses - 1 })).toEqual({
      solutions: [],
      guesses: guesses - 1,
      gaveUp: true,
    });
  });

  test('needs no guess when every cell follows', () => {
    expect(sudoku4.solve(sudoku4.parse('.2343.122.4.43.1'), { maxSolutions: 2 }).guesses).toBe(0);
  });

  test('finds no solution for contradictory clues or a cell without a candidate', () => {
    expect(solutions(sudoku4, '11..............', 2)).toEqual([]);
    expect(solutions(sudoku4, '123...4.........', 2)).toEqual([]);
  });

  test('treats padding as a blank', () => {
    expect(sudoku4.solve(new Uint8Array(16), { maxSolutions: Infinity }).solutions).toHaveLength(288);
  });

  test('rejects a grid of another size', () => {
    expect(() => sudoku4.solve(new Uint8Array(15), { maxSolutions: 1 })).toThrow('a 4×4 sudoku has 16 cells, got 15');
  });
});
