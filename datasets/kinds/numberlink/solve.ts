/**
 * Exact search: cell by cell from the top left each gets a number, and a cell whose neighbours are all
 * set has to have as many of its own number as it needs: one at an end, two on the way. What closes a
 * ring without ends is refused when the board is full.
 */
import type { SearchLimits, SearchResult } from '../puzzle-kind';
import { Search } from '../search';
import { isNumber, requireBoard, type NumberlinkBoard } from './board';

/** @throws RangeError when `inputs` is not a whole board of this size */
export function solveNumberlink(board: NumberlinkBoard, inputs: Uint8Array, limits: SearchLimits): SearchResult {
  requireBoard(board, inputs);
  const search = new Search(limits);
  const numbers = pairsOf(inputs);
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
function pairsOf(inputs: Uint8Array): number[] | null {
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

/** Whether the number can stand here: no cell around has too many like it, and those that are closed in have enough. */
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
