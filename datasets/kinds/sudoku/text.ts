/** The text form of a sudoku: one character a cell, row by row; `.` or `0` for a blank. */
import { formatGrid, parseGrid, type GridText } from '../grid-text';
import { BLANK, requireGrid, type SudokuShape } from './shape';

/** Symbol of each token, by token number; padding has none. */
export function sudokuSymbols(shape: SudokuShape): readonly string[] {
  return ['', '.', ...Array.from({ length: shape.side }, (_, digit) => String(digit + 1))];
}

function textOf(shape: SudokuShape): GridText {
  const { side } = shape;
  const expected = `1 to ${side}, or . or 0 for a blank`;
  return {
    rows: side,
    columns: side,
    characters: sudokuSymbols(shape),
    aliases: { '0': BLANK },
    expected,
    otherwise: '.',
  };
}

/**
 * Tokens of a text, white space ignored.
 * @throws PuzzleTextError in one line: wrong number of cells, or a character that is no digit of this size
 */
export function parseSudoku(shape: SudokuShape, text: string): Uint8Array {
  return parseGrid(textOf(shape), text);
}

/** The inverse of `parseSudoku`; whatever is no digit is written as a blank. */
export function formatSudoku(shape: SudokuShape, tokens: Uint8Array): string {
  requireGrid(shape, tokens);
  return formatGrid(textOf(shape), tokens);
}
