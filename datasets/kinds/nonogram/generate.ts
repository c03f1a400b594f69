/** New nonograms: a random picture whose clues have it as their only solution. */
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import type { Random } from '../../random';
import { BLANK, EMPTY, FILLED, runsOf, writeClues, type NonogramBoard } from './board';
import { solveNonogram } from './solve';

/** Share of the cells that are filled: with fewer, far more pictures share their clues with another. */
const FILLED_SHARE = 0.58;

/** Pictures drawn before a band is given up. */
const MOST_TRIES = 2000;

const bands: readonly Difficulty[] = [
  { id: 'easy', least: 0, most: 0 },
  { id: 'hard', least: 1, most: Infinity },
];

/** Rated by guesses: 0 where every cell follows from single lines. */
export function nonogramGenerator(board: NonogramBoard): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bands,
    rate: (inputs) => solveNonogram(board, inputs, { solutions: 2 }).guesses,
    generate: (random, difficulty) => generateNonogram(board, random, difficulty),
  };
}

function generateNonogram(
  board: NonogramBoard,
  random: Random,
  band: Difficulty = { id: 'any', least: 0, most: Infinity },
): Puzzle {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const labels = picture(board, random);
    const inputs = labels.map((token) => (token === FILLED || token === EMPTY ? BLANK : token));
    const { solutions, guesses } = solveNonogram(board, inputs, { solutions: 2 });
    if (solutions.length === 1 && guesses >= band.least && guesses <= band.most) return { inputs, labels };
  }
  throw new RangeError(`no ${band.id} ${board.side}×${board.side} nonogram came up in ${MOST_TRIES} tries`);
}

/** A picture with its clues. */
function picture(board: NonogramBoard, random: Random): Uint8Array {
  const grid = new Uint8Array(board.width * board.width);
  for (const { cells } of board.lines.slice(0, board.side))
    for (const cell of cells) grid[cell] = random.uniform() < FILLED_SHARE ? FILLED : EMPTY;
  writeClues(
    board,
    grid,
    board.lines.map(({ cells }) => runsOf(cells.map((cell) => grid[cell] === FILLED))),
  );
  return grid;
}
