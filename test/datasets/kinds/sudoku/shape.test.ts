import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inEnglish } from '../../../english';
import { puzzleOf, sizes, sudoku4 } from './examples';

const check = (clues: string, answer: string) => inEnglish(sudoku4.check(sudoku4.parse(clues), sudoku4.parse(answer)));
const noClues = '.'.repeat(16);

describe('check of a sudoku', () => {
  test('accepts a full grid that keeps clues and rules', () => {
    expect(check('1..4............', '1234341221434321')).toEqual({
      legal: true,
      brokenCells: [],
      brokenRules: 0,
      violations: [],
    });
  });

  test('reports an answer with a blank as not legal, without a broken rule', () => {
    expect(check(noClues, '123434122143432.')).toEqual({
      legal: false,
      brokenCells: [],
      brokenRules: 0,
      violations: [],
    });
  });

  test('reports an answer with padding as not legal', () => {
    const answer = sudoku4.parse('1234341221434321');
    answer[5] = 0;
    expect(sudoku4.check(sudoku4.parse(noClues), answer)).toMatchObject({ legal: false, brokenRules: 0 });
  });

  test('names the row, column or box with a repeated digit, and its cells', () => {
    expect(check(noClues, '1..1............')).toMatchObject({
      brokenCells: [0, 3],
      violations: ['row 1 has 1 more than once'],
    });
    expect(check(noClues, '2...........2...')).toMatchObject({
      brokenCells: [0, 12],
      violations: ['column 1 has 2 more than once'],
    });
    expect(check(noClues, '..........4....4')).toMatchObject({
      brokenCells: [10, 15],
      violations: ['box 4 has 4 more than once'],
    });
  });

  test('counts a row with two repeated digits as one broken rule', () => {
    expect(check(noClues, '1212............')).toEqual({
      legal: false,
      brokenCells: [0, 1, 2, 3],
      brokenRules: 1,
      violations: ['row 1 has 1 and 2 more than once'],
    });
  });

  test('lists a cell that breaks several rules once', () => {
    expect(check(noClues, '11..1...........')).toMatchObject({ brokenCells: [0, 1, 4], brokenRules: 3 });
  });

  test('counts a changed and an erased clue as broken rules', () => {
    expect(check('1..2............', '3...............')).toEqual({
      legal: false,
      brokenCells: [0, 3],
      brokenRules: 2,
      violations: ['the clue 1 at row 1, column 1 was changed to 3', 'the clue 2 at row 1, column 4 was erased'],
    });
  });

  test('rejects a legal grid that changes a clue', () => {
    expect(check('4...............', '1234341221434321')).toMatchObject({
      legal: false,
      brokenCells: [0],
      brokenRules: 1,
    });
  });

  test.each(sizes)('detects any single wrong digit in a solution of $kind.name', ({ kind, clues }) => {
    fc.assert(
      fc.property(
        puzzleOf(kind, clues),
        fc.nat({ max: kind.shape.cells - 1 }),
        fc.integer({ min: 1, max: kind.shape.side - 1 }),
        (puzzle, cell, shift) => {
          const answer = puzzle.labels.slice();
          answer[cell] = ((answer[cell]! - 2 + shift) % kind.shape.side) + 2;
          const report = kind.check(puzzle.inputs, answer);
          expect(report.legal).toBe(false);
          expect(report.brokenCells).toContain(cell);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('rejects grids of another size', () => {
    expect(() => sudoku4.check(new Uint8Array(16), new Uint8Array(36))).toThrow('a 4×4 sudoku has 16 cells, got 36');
  });
});
