/** New puzzles: a random full grid, from which clues go while the solution stays the only one. */
import type { Puzzle } from '../puzzle-kind';
import type { Random } from '../../random';
import { BLANK, requireGivens, type SudokuShape } from './shape';
import { solveSudoku } from './solve';

export interface SudokuDraw {
  /** Number of clues that stay. */
  readonly givens: number;
  readonly random: Random;
}

/** Grids tried before giving up: removing clues in a random order often stops above the fewest possible. */
const MOST_GRIDS = 1000;

/**
 * A puzzle with exactly so many givens and exactly one solution. Not uniform over all such puzzles.
 * @throws RangeError for a number of givens that no grid has, or that 1000 grids in a row do not reach
 */
export function generateSudoku(shape: SudokuShape, draw: SudokuDraw): Puzzle {
  requireGivens(shape, draw.givens);
  for (let grid = 0; grid < MOST_GRIDS; grid++) {
    const labels = drawGrid(shape, draw.random);
    const inputs = removeClues(shape, labels, draw.random, draw.givens);
    if (clueCount(inputs) === draw.givens) return { inputs, labels };
  }
  throw new RangeError(
    `no ${shape.side}×${shape.side} sudoku with ${draw.givens} givens and one solution came up in ${MOST_GRIDS} grids`,
  );
}

export function drawGrid(shape: SudokuShape, random: Random): Uint8Array {
  const blank = new Uint8Array(shape.cells).fill(BLANK);
  return solveSudoku(shape, blank, { solutions: 1, random }).solutions[0]!;
}

/**
 * The grid without as many clues as can go until `givens` are left. Looks at each clue once, in random
 * order: a clue that is needed now is needed ever after, as taking others away only adds solutions.
 */
export function removeClues(shape: SudokuShape, labels: Uint8Array, random: Random, givens: number): Uint8Array {
  const inputs = labels.slice();
  let left = shape.cells;
  for (const cell of random.shuffle([...inputs.keys()])) {
    if (left === givens) break;
    inputs[cell] = BLANK;
    if (isUnique(shape, inputs)) left--;
    else inputs[cell] = labels[cell]!;
  }
  return inputs;
}

function clueCount(inputs: Uint8Array): number {
  return inputs.reduce((count, token) => count + (token === BLANK ? 0 : 1), 0);
}

/** Whether the clues have exactly one solution. */
export function isUnique(shape: SudokuShape, inputs: Uint8Array): boolean {
  return solveSudoku(shape, inputs, { solutions: 2 }).solutions.length === 1;
}
