/** The text form of a maze: one character a cell, row by row: `#` wall, space open, `S`, `G`, `o` path. */
import { formatGrid, parseGrid, type GridText } from '../grid-text';
import { mazeSymbols, OPEN, requireMaze, type MazeBoard } from './board';

function textOf({ side }: MazeBoard): GridText {
  const expected = '#, space, S, G or o';
  return {
    rows: side,
    columns: side,
    characters: mazeSymbols,
    aliases: { '.': OPEN },
    skipped: /[\r\n]+/gu,
    expected,
    otherwise: ' ',
  };
}

/**
 * Tokens of a text. Ends of lines are ignored, spaces count: they are open cells. A `.` reads as one too.
 * @throws PuzzleTextError in one line
 */
export function parseMaze(board: MazeBoard, text: string): Uint8Array {
  return parseGrid(textOf(board), text);
}

/** The inverse of `parseMaze`; whatever is no token of a maze is written as a space. */
export function formatMaze(board: MazeBoard, tokens: Uint8Array): string {
  requireMaze(board, tokens);
  return formatGrid(textOf(board), tokens);
}
