/**
 * Puzzles of a chosen difficulty. The rating is the number of guesses that the search of `solve.ts`
 * makes to find the solution and to exclude any other: 0 where every cell follows from single
 * candidates and single places.
 */
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import type { Random } from '../../random';
import { drawGrid, removeClues } from './generate';
import type { SudokuShape } from './shape';
import { solveSudoku } from './solve';

const bands: readonly Difficulty[] = [
  { id: 'easy', least: 0, most: 0 },
  { id: 'medium', least: 1, most: 5 },
  { id: 'hard', least: 6, most: 19 },
  { id: 'extreme', least: 20, most: Infinity },
];

/** The smaller grids have fewer bands: a 4×4 with one solution hardly ever needs a guess, a 6×6 few. */
const bandsOfSide: Record<number, number> = { 4: 1, 6: 2, 9: 4 };

/** Minimal puzzles drawn before a band is given up. */
const MOST_TRIES = 2000;

export function sudokuGenerator(shape: SudokuShape): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bands.slice(0, bandsOfSide[shape.side] ?? bands.length),
    rate: (inputs) => rateSudoku(shape, inputs),
    generate: (random, difficulty) => generateRated(shape, random, difficulty),
  };
}

export function rateSudoku(shape: SudokuShape, inputs: Uint8Array): number {
  return solveSudoku(shape, inputs, { solutions: 2 }).guesses;
}

/**
 * A puzzle whose rating lies in the band. A minimal puzzle (no clue can go) that is too hard gets
 * clues back until it is not; one that is too easy is thrown away.
 */
function generateRated(
  shape: SudokuShape,
  random: Random,
  band: Difficulty = { id: 'any', least: 0, most: Infinity },
): Puzzle {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const labels = drawGrid(shape, random);
    const inputs = removeClues(shape, labels, random, 0);
    easeTo(shape, { inputs, labels }, band.most, random);
    if (rateSudoku(shape, inputs) >= band.least) return { inputs, labels };
  }
  throw new RangeError(`no ${band.id} ${shape.side}×${shape.side} sudoku came up in ${MOST_TRIES} tries`);
}

/** Gives clues back, in random order, until no more than `most` guesses are needed. */
function easeTo(shape: SudokuShape, { inputs, labels }: Puzzle, most: number, random: Random): void {
  const missing = random.shuffle([...inputs.keys()].filter((cell) => inputs[cell] !== labels[cell]));
  for (const cell of missing) {
    if (rateSudoku(shape, inputs) <= most) return;
    inputs[cell] = labels[cell]!;
  }
}
