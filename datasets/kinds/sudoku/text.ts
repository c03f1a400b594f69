/** The text form of a sudoku: one character a cell, row by row; `.` or `0` for a blank. */
import { PuzzleTextError } from '../../puzzle';
import { visible } from '../visible';
import { addressIn } from '../../violations';
import { BLANK, FIRST_DIGIT, isDigit, requireGrid, type SudokuShape } from './shape';

/** Symbol of each token, by token number; padding has none. */
export function sudokuSymbols(shape: SudokuShape): readonly string[] {
  return ['', '.', ...Array.from({ length: shape.side }, (_, digit) => String(digit + 1))];
}

/**
 * Tokens of a text, white space ignored.
 * @throws PuzzleTextError in one line: wrong number of cells, or a character that is no digit of this size
 */
export function parseSudoku(shape: SudokuShape, text: string): Uint8Array {
  const characters = [...text.replace(/\s+/gu, '')];
  if (characters.length !== shape.cells) throw new PuzzleTextError(`expected ${shape.cells} cells, came ${characters.length}`);
  return Uint8Array.from(characters, (character, cell) => tokenOf(shape, character, cell));
}

function tokenOf(shape: SudokuShape, character: string, cell: number): number {
  if (character === '.' || character === '0') return BLANK;
  const token = /^[1-9]$/.test(character) ? Number(character) - 1 + FIRST_DIGIT : 0;
  if (isDigit(shape, token)) return token;
  throw new PuzzleTextError(
    `unknown character ${visible(character)} at ${addressIn(shape.side, cell)}: expected 1 to ${shape.side}, or . or 0 for a blank`,
  );
}

/** The inverse of `parseSudoku`; whatever is no digit is written as a blank. */
export function formatSudoku(shape: SudokuShape, tokens: Uint8Array): string {
  requireGrid(shape, tokens);
  return Array.from(tokens, (token) => (isDigit(shape, token) ? String(token - FIRST_DIGIT + 1) : '.')).join('');
}
