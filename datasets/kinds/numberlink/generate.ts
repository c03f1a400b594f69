/** New numberlinks: a board is cut into random paths; their ends are the puzzle if they have no other solution. */
import type { Difficulty, Puzzle, PuzzleGenerator } from '../puzzle-kind';
import type { Random } from '../../random';
import { BLANK, FIRST_NUMBER, MOST_PAIRS, type NumberlinkBoard } from './board';
import { solveNumberlink } from './solve';

/** Boards cut before a band is given up. */
const MOST_TRIES = 200_000;

/** How often a path takes any way: always the narrowest makes spirals only, never makes boards that cannot be filled. */
const STRAYING = 0.6;

const bands: readonly Difficulty[] = [
  { id: 'easy', least: 0, most: 20 },
  { id: 'medium', least: 21, most: 80 },
  { id: 'hard', least: 81, most: Infinity },
];

/** Rated by guesses of the search in `solve.ts`, which looks one cell ahead only. */
export function numberlinkGenerator(board: NumberlinkBoard): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bands.slice(0, board.side < 6 ? 1 : board.side < 7 ? 2 : 3),
    rate: (inputs) => solveNumberlink(board, inputs, { solutions: 2 }).guesses,
    generate: (random, difficulty) => generateNumberlink(board, random, difficulty),
  };
}

function generateNumberlink(
  board: NumberlinkBoard,
  random: Random,
  band: Difficulty = { id: 'any', least: 0, most: Infinity },
): Puzzle {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const paths = cut(board, random);
    if (!paths) continue;
    const puzzle = puzzleOf(board, paths);
    const { solutions, guesses } = solveNumberlink(board, puzzle.inputs, { solutions: 2 });
    if (solutions.length === 1 && guesses >= band.least && guesses <= band.most) return puzzle;
  }
  throw new RangeError(`no ${band.id} ${board.side}×${board.side} numberlink came up in ${MOST_TRIES} tries`);
}

function puzzleOf({ cells }: NumberlinkBoard, paths: readonly (readonly number[])[]): Puzzle {
  const inputs = new Uint8Array(cells).fill(BLANK);
  const labels = new Uint8Array(cells);
  paths.forEach((path, index) => {
    for (const cell of path) labels[cell] = FIRST_NUMBER + index;
    inputs[path[0]!] = inputs[path[path.length - 1]!] = FIRST_NUMBER + index;
  });
  return { inputs, labels };
}

/** Paths of three cells or more over the whole board, none touching itself; null when the cutting left a rest. */
function cut(board: NumberlinkBoard, random: Random): number[][] | null {
  const taken = new Uint8Array(board.cells);
  const paths: number[][] = [];
  for (let start = narrowest(board, taken, random); start >= 0; start = narrowest(board, taken, random)) {
    const path = walk(board, taken, start, random);
    if (path.length < 3 || paths.length === MOST_PAIRS) return null;
    paths.push(path);
  }
  return random.shuffle(paths);
}

/** A free cell with the fewest free neighbours: left for later it would be cut off. -1 when none is free. */
function narrowest(board: NumberlinkBoard, taken: Uint8Array, random: Random): number {
  const free = random.shuffle([...taken.keys()].filter((cell) => taken[cell] === 0));
  return narrowestOf(free, (cell) => freeAround(board, taken, cell).length);
}

/** Goes on from cell to cell at random, mostly into a narrow place rather than past it, until no cell is left that does not touch the path. */
function walk(board: NumberlinkBoard, taken: Uint8Array, start: number, random: Random): number[] {
  const path = [start];
  taken[start] = 1;
  for (let head = start; ; head = path[path.length - 1]!) {
    const ways = random
      .shuffle(freeAround(board, taken, head))
      .filter((to) => board.neighbours[to]!.filter((near) => path.includes(near)).length === 1);
    if (ways.length === 0) return path;
    const next =
      random.uniform() < STRAYING ? ways[0]! : narrowestOf(ways, (to) => freeAround(board, taken, to).length);
    path.push(next);
    taken[next] = 1;
  }
}

function narrowestOf(cells: readonly number[], widthOf: (cell: number) => number): number {
  const widths = cells.map(widthOf);
  return cells[widths.indexOf(Math.min(...widths))] ?? -1;
}

function freeAround({ neighbours }: NumberlinkBoard, taken: Uint8Array, cell: number): number[] {
  return neighbours[cell]!.filter((next) => taken[next] === 0);
}
