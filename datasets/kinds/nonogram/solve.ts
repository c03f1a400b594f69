/**
 * Exact search: every line keeps the patterns that agree with what is known; cells that all of them
 * share become known, until nothing follows any more. Then a cell is guessed.
 */
import type { SearchLimits, SearchResult } from '../puzzle-kind';
import { Search } from '../search';
import { clueOf, EMPTY, FILLED, requireBoard, type Line, type NonogramBoard } from './board';

/** @throws RangeError when `inputs` is not a whole grid of this size */
export function solveNonogram(board: NonogramBoard, inputs: Uint8Array, limits: SearchLimits): SearchResult {
  requireBoard(board, inputs);
  const search = new Search(limits);
  const clues = board.lines.map((line) => patternsFor(board, inputs, line));
  const settle = (grid: Uint8Array): void => {
    if (!propagate(board, grid, clues)) return;
    const cell = firstUnknown(board, grid);
    if (cell === undefined) return search.found(grid);
    search.branch([FILLED, EMPTY], (token) => {
      const guessed = grid.slice();
      guessed[cell] = token;
      settle(guessed);
    });
  };
  settle(inputs.slice());
  return search.result();
}

/** All ways to fill a line that its clue allows; none for runs that do not fit. */
export function patternsFor(board: NonogramBoard, inputs: Uint8Array, line: Line): readonly number[] {
  return board.patterns.get(clueOf(inputs, line).join(' ')) ?? [];
}

/** The patterns of a line that agree with the cells known. */
export function agreeing(grid: Uint8Array, { cells }: Line, patterns: readonly number[]): readonly number[] {
  let filled = 0;
  let empty = 0;
  cells.forEach((cell, at) => {
    if (grid[cell] === FILLED) filled |= 1 << at;
    else if (grid[cell] === EMPTY) empty |= 1 << at;
  });
  return patterns.filter((pattern) => (pattern & empty) === 0 && (pattern & filled) === filled);
}

/** Writes into the grid what follows line by line; false when a line has no pattern left. */
function propagate(board: NonogramBoard, grid: Uint8Array, clues: readonly (readonly number[])[]): boolean {
  for (let changed = true; changed;) {
    changed = false;
    for (const [index, line] of board.lines.entries()) {
      const left = agreeing(grid, line, clues[index]!);
      if (left.length === 0) return false;
      if (writeShared(grid, line, left)) changed = true;
    }
  }
  return true;
}

/** Whether a cell became known. */
function writeShared(grid: Uint8Array, { cells }: Line, patterns: readonly number[]): boolean {
  const always = patterns.reduce((shared, pattern) => shared & pattern);
  const ever = patterns.reduce((shared, pattern) => shared | pattern);
  const isKnown = (cell: number) => grid[cell] === FILLED || grid[cell] === EMPTY;
  const news = [...cells.keys()].filter(
    (at) => !isKnown(cells[at]!) && (((always >> at) & 1) === 1 || ((ever >> at) & 1) === 0),
  );
  for (const at of news) grid[cells[at]!] = (always >> at) & 1 ? FILLED : EMPTY;
  return news.length > 0;
}

function firstUnknown({ lines, side }: NonogramBoard, grid: Uint8Array): number | undefined {
  return lines
    .slice(0, side)
    .flatMap(({ cells }) => cells)
    .find((cell) => grid[cell] !== FILLED && grid[cell] !== EMPTY);
}
