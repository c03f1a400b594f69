/**
 * Exact search: cell by cell from the top left each gets a number, and a cell whose neighbours are all
 * set has to have as many of its own number as it needs: one at an end, two on the way. What closes a
 * ring without ends is refused when the board is full.
 */
import type { Random } from '../../random';
import type { Difficulty, Puzzle, PuzzleGenerator, SearchLimits, SearchResult } from '../puzzle-kind';
import { noneFound, SolutionSearch, type Band } from '../rules';
import { BLANK, FIRST_NUMBER, isNumber, MAX_PAIRS, numberlinkName, requireBoard, type NumberlinkBoard } from './board';

/** @throws RangeError when `inputs` is not a whole board of this size */
export function solveNumberlink(board: NumberlinkBoard, inputs: Uint8Array, limits: SearchLimits): SearchResult {
  requireBoard(board, inputs);
  const search = new SolutionSearch(limits);
  const numbers = countPairs(inputs);
  if (!numbers || !inputs.every((token, cell) => !isNumber(token) || !isOvercrowded(board, inputs, inputs, cell)))
    return search.result();
  const answer = inputs.map((token) => (isNumber(token) ? token : 0));
  const fill = (cell: number): void => {
    if (cell === board.cells) return isLinked(board, inputs, answer) ? search.found(answer.slice()) : undefined;
    const clue = inputs[cell]!;
    const given = isNumber(clue);
    const candidates = (given ? [clue] : numbers).filter((number) => fits(board, inputs, answer, cell, number));
    search.branch(candidates, (number) => {
      answer[cell] = number;
      fill(cell + 1);
    });
    if (!given) answer[cell] = 0;
  };
  fill(0);
  return search.result();
}

/** The numbers on the board; null unless each is there twice. */
function countPairs(inputs: Uint8Array): number[] | null {
  const numbers = [...new Set(inputs.filter(isNumber))].sort((a, b) => a - b);
  const areTwice = numbers.every((number) => inputs.filter((token) => token === number).length === 2);
  return areTwice && numbers.length > 0 ? numbers : null;
}

/** Neighbours of its own number that a cell has to have. */
const neededAt = (inputs: Uint8Array, cell: number) => (isNumber(inputs[cell]!) ? 1 : 2);

function sameAround({ neighbours }: NumberlinkBoard, answer: Uint8Array, cell: number): number {
  return neighbours[cell]!.filter((next) => answer[next] === answer[cell]).length;
}

function isOvercrowded(board: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array, cell: number): boolean {
  return sameAround(board, answer, cell) > neededAt(inputs, cell);
}

/** Whether the number fits here: no cell around has too many like it, and those that are closed in have enough. */
function fits(board: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array, cell: number, number: number): boolean {
  const before = answer[cell]!;
  answer[cell] = number;
  const fine = [cell, ...board.neighbours[cell]!].every(
    (near) => answer[near] === 0 || isPossible(board, inputs, answer, near, cell),
  );
  answer[cell] = before;
  return fine;
}

/** `upTo`: cells up to this one are set for good. */
function isPossible(
  board: NumberlinkBoard,
  inputs: Uint8Array,
  answer: Uint8Array,
  cell: number,
  upTo: number,
): boolean {
  const same = sameAround(board, answer, cell);
  const open = board.neighbours[cell]!.filter((next) => next > upTo && answer[next] === 0).length;
  const needed = neededAt(inputs, cell);
  return same <= needed && same + open >= needed;
}

/** Whether every cell is on the path that starts at an end of its number. */
export function isLinked({ neighbours, cells }: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array): boolean {
  const seen = new Set<number>();
  const queue = [...inputs.keys()].filter((cell) => isNumber(inputs[cell]!));
  for (let cell = queue.pop(); cell !== undefined; cell = queue.pop()) {
    if (seen.has(cell)) continue;
    seen.add(cell);
    for (const next of neighbours[cell]!) if (answer[next] === answer[cell]) queue.push(next);
  }
  return seen.size === cells;
}

/** Boards cut before a band is given up. */
const MAX_TRIES = 200_000;

/** How often a path takes any way: always the narrowest makes spirals only, never makes boards that cannot be filled. */
const STRAYING = 0.6;

const bands: readonly Difficulty[] = [
  { id: 'easy', min: 0, max: 20 },
  { id: 'medium', min: 21, max: 80 },
  { id: 'hard', min: 81, max: Infinity },
];

/** Rated by guesses of the search in `solve.ts`, which looks one cell ahead only. */
export function numberlinkGenerator(board: NumberlinkBoard): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bands.slice(0, board.side < 6 ? 1 : board.side < 7 ? 2 : 3),
    rate: (inputs) => solveNumberlink(board, inputs, { maxSolutions: 2 }).guesses,
    generate: (random, difficulty) => generateNumberlink(board, random, difficulty),
  };
}

function generateNumberlink(
  board: NumberlinkBoard,
  random: Random,
  band: Band = { id: 'any', min: 0, max: Infinity },
): Puzzle {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const paths = cutIntoPaths(board, random);
    if (!paths) continue;
    const puzzle = createPuzzle(board, paths);
    const { solutions, guesses } = solveNumberlink(board, puzzle.inputs, { maxSolutions: 2 });
    if (solutions.length === 1 && guesses >= band.min && guesses <= band.max) return puzzle;
  }
  throw noneFound(numberlinkName(board), band, MAX_TRIES);
}

function createPuzzle({ cells }: NumberlinkBoard, paths: readonly (readonly number[])[]): Puzzle {
  const inputs = new Uint8Array(cells).fill(BLANK);
  const labels = new Uint8Array(cells);
  paths.forEach((path, index) => {
    for (const cell of path) labels[cell] = FIRST_NUMBER + index;
    inputs[path[0]!] = inputs[path[path.length - 1]!] = FIRST_NUMBER + index;
  });
  return { inputs, labels };
}

/** Paths of three cells or more over the whole board, none touching itself; null when the cutting left a rest. */
function cutIntoPaths(board: NumberlinkBoard, random: Random): number[][] | null {
  const taken = new Uint8Array(board.cells);
  const paths: number[][] = [];
  for (let start = findNarrowest(board, taken, random); start >= 0; start = findNarrowest(board, taken, random)) {
    const path = walk(board, taken, start, random);
    if (path.length < 3 || paths.length === MAX_PAIRS) return null;
    paths.push(path);
  }
  return random.shuffle(paths);
}

/** A free cell with the fewest free neighbours: left for later it would be cut off. -1 when none is free. */
function findNarrowest(board: NumberlinkBoard, taken: Uint8Array, random: Random): number {
  const free = random.shuffle([...taken.keys()].filter((cell) => taken[cell] === 0));
  return chooseNarrowest(free, (cell) => freeNeighbours(board, taken, cell).length);
}

/** A random path from `start`, mostly towards cells with few free neighbours, until every free neighbour touches the path. */
function walk(board: NumberlinkBoard, taken: Uint8Array, start: number, random: Random): number[] {
  const path = [start];
  taken[start] = 1;
  for (let head = start; ; head = path[path.length - 1]!) {
    const ways = random
      .shuffle(freeNeighbours(board, taken, head))
      .filter((to) => board.neighbours[to]!.filter((near) => path.includes(near)).length === 1);
    if (ways.length === 0) return path;
    const next =
      random.uniform() < STRAYING ? ways[0]! : chooseNarrowest(ways, (to) => freeNeighbours(board, taken, to).length);
    path.push(next);
    taken[next] = 1;
  }
}

function chooseNarrowest(cells: readonly number[], widthOf: (cell: number) => number): number {
  const widths = cells.map(widthOf);
  return cells[widths.indexOf(Math.min(...widths))] ?? -1;
}

function freeNeighbours({ neighbours }: NumberlinkBoard, taken: Uint8Array, cell: number): number[] {
  return neighbours[cell]!.filter((next) => taken[next] === 0);
}
