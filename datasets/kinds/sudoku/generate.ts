/**
 * Generates sudokus: clues are removed from a random full grid while the solution stays unique. The rating is the number
 * of guesses that the search in `solve.ts` needs to find the solution and prove it unique: 0 when every cell follows from
 * single candidates and single positions.
 */
import type { Random } from '../../random';
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import { noneFound, type Band } from '../rules';
import { BLANK, requireClueCount, sudokuName, type SudokuShape } from './shape';
import { solveSudoku } from './solve';

export interface SudokuOptions {
  /** Number of clues of the puzzle. */
  readonly clues: number;
  readonly random: Random;
}

/** Grids tried before giving up: removing clues in random order often stops above the minimum. */
const MAX_GRIDS = 1000;

/**
 * Generates a puzzle with exactly `clues` clues and exactly one solution; not uniform over all such puzzles.
 * @throws RangeError for an impossible number of clues, or one that 1000 grids do not reach
 */
export function generateSudoku(shape: SudokuShape, options: SudokuOptions): Puzzle {
  requireClueCount(shape, options.clues);
  for (let grid = 0; grid < MAX_GRIDS; grid++) {
    const labels = randomGrid(shape, options.random);
    const inputs = removeClues(shape, labels, options.random, options.clues);
    if (countClues(inputs) === options.clues) return { inputs, labels };
  }
  throw new RangeError(
    `no ${shape.side}×${shape.side} sudoku with ${options.clues} clues and one solution found in ${MAX_GRIDS} grids`,
  );
}

/** A random full grid. */
function randomGrid(shape: SudokuShape, random: Random): Uint8Array {
  const blank = new Uint8Array(shape.cells).fill(BLANK);
  return solveSudoku(shape, blank, { maxSolutions: 1, random }).solutions[0]!;
}

/**
 * Removes clues until `clues` are left or every remaining clue is needed. Tries each clue once, in random order: a clue
 * that is needed stays needed, since removing others only adds solutions.
 */
function removeClues(shape: SudokuShape, labels: Uint8Array, random: Random, clues: number): Uint8Array {
  const inputs = labels.slice();
  let left = shape.cells;
  for (const cell of random.shuffle([...inputs.keys()])) {
    if (left === clues) break;
    inputs[cell] = BLANK;
    if (isUnique(shape, inputs)) left--;
    else inputs[cell] = labels[cell]!;
  }
  return inputs;
}

function countClues(inputs: Uint8Array): number {
  return inputs.reduce((count, token) => count + (token === BLANK ? 0 : 1), 0);
}

/** Whether the clues have exactly one solution. */
export function isUnique(shape: SudokuShape, inputs: Uint8Array): boolean {
  return solveSudoku(shape, inputs, { maxSolutions: 2 }).solutions.length === 1;
}

const bands: readonly Difficulty[] = [
  { id: 'easy', min: 0, max: 0 },
  { id: 'medium', min: 1, max: 5 },
  { id: 'hard', min: 6, max: 19 },
  { id: 'extreme', min: 20, max: Infinity },
];

/** Number of bands by side: a 4×4 with one solution hardly ever needs a guess, a 6×6 few. */
const bandsOfSide: Record<number, number> = { 4: 1, 6: 2, 9: 4 };

/** Minimal puzzles drawn before giving up on a band. */
const MAX_TRIES = 2000;

export function sudokuGenerator(shape: SudokuShape): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bands.slice(0, bandsOfSide[shape.side] ?? bands.length),
    rate: (inputs) => rateSudoku(shape, inputs),
    generate: (random, difficulty) => generateRated(shape, random, difficulty),
  };
}

function rateSudoku(shape: SudokuShape, inputs: Uint8Array): number {
  return solveSudoku(shape, inputs, { maxSolutions: 2 }).guesses;
}

/**
 * Generates a puzzle whose rating is in the band. A minimal puzzle (every clue needed) that is too hard gets clues back
 * until it is easy enough; one that is too easy is discarded.
 */
function generateRated(shape: SudokuShape, random: Random, band: Band = { id: 'any', min: 0, max: Infinity }): Puzzle {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const labels = randomGrid(shape, random);
    const inputs = removeClues(shape, labels, random, 0);
    addClues(shape, { inputs, labels }, band.max, random);
    if (rateSudoku(shape, inputs) >= band.min) return { inputs, labels };
  }
  throw noneFound(sudokuName(shape), band, MAX_TRIES);
}

/** Adds clues in random order until at most `max` guesses are needed. */
function addClues(shape: SudokuShape, { inputs, labels }: Puzzle, max: number, random: Random): void {
  const missing = random.shuffle([...inputs.keys()].filter((cell) => inputs[cell] !== labels[cell]));
  for (const cell of missing) {
    if (rateSudoku(shape, inputs) <= max) return;
    inputs[cell] = labels[cell]!;
  }
}
