/** The text form of a maze: one character a cell, row by row: `#` wall, space open, `S`, `G`, `o` path. */
import { PuzzleTextError } from '../../puzzle';
import { addressIn } from '../../violations';
import { visible } from '../visible';
import { mazeSymbols, requireMaze, type MazeBoard } from './board';

/**
 * Tokens of a text. Ends of lines are ignored, spaces count: they are open cells. A `.` reads as one too.
 * @throws PuzzleTextError in one line
 */
export function parseMaze({ side, cells }: MazeBoard, text: string): Uint8Array {
  const characters = [...text.replace(/[\r\n]+/gu, '')];
  if (characters.length !== cells) throw new PuzzleTextError(`expected ${cells} cells (${side} rows of ${side}), came ${characters.length}`);
  return Uint8Array.from(characters, (character, cell) => {
    const token = mazeSymbols.indexOf(character === '.' ? ' ' : character);
    if (token > 0) return token;
    throw new PuzzleTextError(`unknown character ${visible(character)} at ${addressIn(side, cell)}: expected #, space, S, G or o`);
  });
}

/** The inverse of `parseMaze`; whatever is no token of a maze is written as a space. */
export function formatMaze(board: MazeBoard, tokens: Uint8Array): string {
  requireMaze(board, tokens);
  return Array.from(tokens, (token) => mazeSymbols[token] || ' ').join('');
}
