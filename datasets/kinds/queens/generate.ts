/** New boards: a random full solution, from which queens go while it stays the only completion. */
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import type { Random } from '../../random';
import { BLANK, QUEEN, type QueensBoard } from './board';
import { solveQueens } from './solve';

/** Full boards drawn before a band is given up. */
const MOST_TRIES = 1000;

export function queensGenerator(board: QueensBoard): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bandsOf(board),
    rate: (inputs) => solveQueens(board, inputs, { solutions: 2 }).guesses,
    generate: (random, difficulty) => generateQueens(board, random, difficulty),
  };
}

function bandsOf({ side }: QueensBoard): Difficulty[] {
  const bands = [
    { id: 'easy', least: 0, most: 3 },
    { id: 'medium', least: 4, most: 9 },
    { id: 'hard', least: 10, most: Infinity },
  ];
  return bands.slice(0, side < 6 ? 1 : side < 8 ? 2 : 3);
}

function generateQueens(
  board: QueensBoard,
  random: Random,
  band: Difficulty = { id: 'any', least: 0, most: Infinity },
): Puzzle {
  const blank = new Uint8Array(board.cells).fill(BLANK);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [labels] = solveQueens(board, blank, { solutions: 1, random }).solutions;
    const inputs = fewestQueens(board, labels!, random, band.most);
    if (solveQueens(board, inputs, { solutions: 2 }).guesses >= band.least) return { inputs, labels: labels! };
  }
  throw new RangeError(`no ${band.id} ${board.side}×${board.side} board of queens came up in ${MOST_TRIES} tries`);
}

/** Takes each queen away, in random order, if the rest still has one completion and needs no more guesses than `most`. */
function fewestQueens(board: QueensBoard, labels: Uint8Array, random: Random, most: number): Uint8Array {
  const inputs = labels.map((token) => (token === QUEEN ? QUEEN : BLANK));
  for (const cell of random.shuffle([...inputs.keys()].filter((place) => inputs[place] === QUEEN))) {
    inputs[cell] = BLANK;
    const { solutions, guesses } = solveQueens(board, inputs, { solutions: 2 });
    if (solutions.length !== 1 || guesses > most) inputs[cell] = QUEEN;
  }
  return inputs;
}
