import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sudoku } from '../../../../datasets/kinds/sudoku/sudoku';
import { PuzzleTextError } from '../../../../datasets/kinds/puzzle-kind';
import { sizes, sudoku4, sudoku9 } from './examples';

describe.each(sizes)('the text form of $kind.name', ({ kind }) => {
  const { cells, vocabulary } = kind.shape;

  test('parses to the formatted tokens', () => {
    const grid = fc.array(fc.integer({ min: 1, max: vocabulary - 1 }), { minLength: cells, maxLength: cells });
    fc.assert(
      fc.property(grid, (tokens) => {
        expect([...kind.parse(kind.format(Uint8Array.from(tokens)))]).toEqual(tokens);
      }),
    );
  });

  test('has a symbol for each token of the vocabulary', () => {
    expect(kind.symbols).toHaveLength(vocabulary);
    expect(kind.symbols.slice(0, 3)).toEqual(['', '.', '1']);
  });

  test('is parsed or rejected with a PuzzleTextError of one line, for any text', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('.', '0', '1', 'x', '\u001b', '🙂'), minLength: cells, maxLength: cells }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          expect(kind.parse(text)).toHaveLength(cells);
        } catch (error) {
          expect(error).toBeInstanceOf(PuzzleTextError);
          expect((error as Error).message).toMatch(/^[\P{C}]+$/u);
        }
      }),
    );
  });
});

describe('parse and format of a sudoku', () => {
  test('parses . and 0 as blanks and ignores white space', () => {
    expect(sudoku4.parse(' 1.0.\n..3.\t.2..\r\n...4 ')).toEqual(sudoku4.parse('1.....3..2.....4'));
    expect([...sudoku4.parse('1.....3..2.....4')]).toEqual([2, 1, 1, 1, 1, 1, 4, 1, 1, 3, 1, 1, 1, 1, 1, 5]);
  });

  test.each([
    ['', 'expected 16 cells, got 0'],
    ['1.....3..2.....', 'expected 16 cells, got 15'],
    ['1.....3..2.....42', 'expected 16 cells, got 17'],
    ['1....a3..2.....4', "unknown character 'a' at row 2, column 2: expected 1 to 4, or . or 0 for a blank"],
    ['1.....5..2.....4', "unknown character '5' at row 2, column 3: expected 1 to 4, or . or 0 for a blank"],
    ['1.....3..2.....🙂', "unknown character '🙂' at row 4, column 4: expected 1 to 4, or . or 0 for a blank"],
    ['1\u001b....3..2.....4', 'unknown character U+001B at row 1, column 2: expected 1 to 4, or . or 0 for a blank'],
    ['1²....3..2.....4', "unknown character '²' at row 1, column 2: expected 1 to 4, or . or 0 for a blank"],
  ])('rejects %j', (text, message) => {
    expect(() => sudoku4.parse(text)).toThrow(PuzzleTextError);
    expect(() => sudoku4.parse(text)).toThrow(message);
  });

  test('formats tokens without a digit as blanks', () => {
    expect(sudoku4.format(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255, ...new Uint8Array(8)))).toBe('..1234..........');
    expect(() => sudoku9.format(new Uint8Array(16))).toThrow('a 9×9 sudoku has 81 cells, got 16');
  });
});

test.each([
  [1, 4],
  [4, 4],
  [2, 5],
  [0, 0],
])('boxes of %i × %i cells are rejected', (rows, columns) => {
  expect(() => sudoku(rows, columns)).toThrow(`sudoku side must be 4–9, got boxes of ${rows}×${columns} cells`);
});
