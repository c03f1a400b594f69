import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPuzzle } from '../../datasets/inspect';
import { puzzleOf, sizes, sudoku4, sudoku9 } from './kinds/sudoku/examples';
import { inEnglish } from '../english';

const check = (clues: string) => inEnglish(checkPuzzle(sudoku4, sudoku4.parse(clues)));

describe('checkPuzzle', () => {
  test.each(sizes)('finds the solution of a proper $kind.name', ({ kind, clues }) => {
    fc.assert(
      fc.property(puzzleOf(kind, clues), ({ inputs, labels }) => {
        expect(checkPuzzle(kind, inputs)).toEqual({ state: 'ok', solution: labels });
      }),
      { numRuns: 20 },
    );
  });

  test('names rows, columns, boxes and digits of contradictory clues', () => {
    expect(check('1..1............')).toEqual({
      state: 'contradiction',
      cells: [0, 3],
      message: 'Contradictory clues: row 1 has 1 more than once.',
    });
    expect(check('3...........3.22')).toEqual({
      state: 'contradiction',
      cells: [0, 12, 14, 15],
      message:
        'Contradictory clues: row 4 has 2 more than once, column 1 has 3 more than once, and box 4 has 2 more than once.',
    });
  });

  test('reports an unsolvable puzzle without contradictory clues', () => {
    expect(check('123...4.........')).toEqual({
      state: 'unsolvable',
      message: 'No solution: the blanks cannot be filled without breaking a rule.',
    });
  });

  test('reports a cell in which two solutions differ', () => {
    expect(check('123434122...4...')).toEqual({
      state: 'ambiguous',
      solutions: ['1234341221434321', '1234341223414123'].map((text) => sudoku4.parse(text)),
      message: 'Several solutions: row 3, column 2 can be 1 or 3.',
    });
  });

  test('returns two different legal solutions of an ambiguous puzzle', () => {
    const inputs = sudoku9.parse('.'.repeat(81));
    const verdict = checkPuzzle(sudoku9, inputs);
    if (verdict.state !== 'ambiguous') throw new Error(`unexpected state ${verdict.state}`);
    const [one, other] = verdict.solutions;
    expect(sudoku9.format(one!)).not.toBe(sudoku9.format(other!));
    for (const solution of [one, other]) expect(sudoku9.check(inputs, solution!).legal).toBe(true);
  });

  test('gives up on clues that need too many guesses', () => {
    // Norvig's "impossible" puzzle: no solution, which takes about 10^7 guesses to prove.
    const clues = sudoku9.parse('.....5.8....6.1.43..........1.5........1.6...3.......553.....61........4.........');
    expect(inEnglish(checkPuzzle(sudoku9, clues))).toEqual({
      state: 'undecided',
      message: 'No solution found after 10,000 guesses, but there may be one.',
    });
  });

  test('accepts a full legal grid as a solved puzzle', () => {
    expect(check('1234341221434321')).toMatchObject({ state: 'ok' });
  });
});
