/** The board of a maze: n × n cells, and who is next to whom. */

import { palette } from '../../cell-colors';
import { squareNeighbours } from '../neighbours';

/** Token 0 is padding; the order is the reference's vocabulary `# SGo`. */
export const WALL = 1;
export const OPEN = 2;
export const START = 3;
export const GOAL = 4;
export const PATH = 5;

export const mazeSymbols: readonly string[] = ['', '#', ' ', 'S', 'G', 'o'];

/** Walls black, ends blue and orange, the path light blue; open cells as the page. */
export const mazeColours = [null, palette[0], null, palette[1], palette[7], palette[8]] as const;

export interface MazeBoard {
  readonly side: number;
  /** Number of cells: side². */
  readonly cells: number;
  /** Cells above, left, right and below, where there are such. */
  readonly neighbours: readonly (readonly number[])[];
}

/** @throws RangeError for a side outside 5..30 */
export function mazeBoard(side: number): MazeBoard {
  if (!Number.isInteger(side) || side < 5 || side > 30)
    throw new RangeError(`mazes are 5×5 to 30×30 here, came ${side}`);
  const cells = side * side;
  return { side, cells, neighbours: squareNeighbours(side) };
}

/** @throws RangeError when `tokens` is not a whole maze of this size */
export function requireMaze({ side, cells }: MazeBoard, tokens: Uint8Array): void {
  if (tokens.length !== cells) throw new RangeError(`a ${side}×${side} maze has ${cells} cells, came ${tokens.length}`);
}
