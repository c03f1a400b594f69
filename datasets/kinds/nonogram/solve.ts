/**
 * Exact search: each line keeps the patterns that agree with the known cells. Cells on which all its patterns agree become
 * known, until nothing changes; then a cell is guessed.
 */
import { message, type Message } from '../../../renderer/messages/message';
import type { Random } from '../../random';
import type { Difficulty, Puzzle, PuzzleGenerator, RuleReport, SearchLimits, SearchResult } from '../puzzle-kind';
import { createRuleReport, noneFound, SolutionSearch, type Band, type Violation } from '../rules';
import { describeCell } from '../text';
import {
  BLANK,
  readClue,
  nonogramName,
  EMPTY,
  FILLED,
  requireBoard,
  findRuns,
  writeClues,
  type BoardLine,
  type NonogramBoard,
} from './board';

/** @throws RangeError when `inputs` is not a whole grid of this size */
export function solveNonogram(board: NonogramBoard, inputs: Uint8Array, limits: SearchLimits): SearchResult {
  requireBoard(board, inputs);
  const search = new SolutionSearch(limits);
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
function patternsFor(board: NonogramBoard, inputs: Uint8Array, line: BoardLine): readonly number[] {
  return board.patterns.get(readClue(inputs, line).join(' ')) ?? [];
}

/** The patterns of a line that agree with the cells known. */
function filterPatterns(grid: Uint8Array, { cells }: BoardLine, patterns: readonly number[]): readonly number[] {
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
      const left = filterPatterns(grid, line, clues[index]!);
      if (left.length === 0) return false;
      if (writeShared(grid, line, left)) changed = true;
    }
  }
  return true;
}

/** Whether a cell became known. */
function writeShared(grid: Uint8Array, { cells }: BoardLine, patterns: readonly number[]): boolean {
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

/**
 * Rules are: the filled cells of each row and column make the runs of its clue, in order; a line with
 * blanks breaks that rule when no way to fill them does; and every clue stays.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkNonogram(board: NonogramBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireBoard(board, inputs);
  requireBoard(board, answer);
  const complete = board.lines.every(({ cells }) =>
    cells.every((cell) => answer[cell] === FILLED || answer[cell] === EMPTY),
  );
  return createRuleReport(
    [...findWrongLines(board, inputs, answer), ...findChangedClues(board, inputs, answer)],
    complete,
  );
}

function findWrongLines(board: NonogramBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const wrong = board.lines.filter(
    (line) => filterPatterns(answer, line, patternsFor(board, inputs, line)).length === 0,
  );
  return wrong.map((line) => {
    const runs = readClue(inputs, line);
    return { describe: () => describeWrongLine(line, runs), cells: line.cells };
  });
}

const describeWrongLine = ({ name: line }: BoardLine, runs: readonly number[]): Message =>
  runs.length === 0
    ? message('kinds.nonogram.mustBeEmpty', { line })
    : message('kinds.nonogram.wrongRuns', { line, runs: runs.join(' ') });

/** Padding is not a clue: the answer's tokens there are ignored. */
function findChangedClues({ width }: NonogramBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter(
    (cell) => inputs[cell] !== 0 && inputs[cell] !== BLANK && answer[cell] !== inputs[cell],
  );
  return changed.map((cell) => ({
    describe: () => message('kinds.nonogram.clueChanged', { cell: describeCell(width, cell) }),
    cells: [cell],
  }));
}

/** Share of the cells that are filled: with fewer, far more pictures share their clues with another. */
const FILLED_SHARE = 0.58;

/** Pictures drawn before a band is given up. */
const MAX_TRIES = 2000;

const bands: readonly Difficulty[] = [
  { id: 'easy', min: 0, max: 0 },
  { id: 'hard', min: 1, max: Infinity },
];

/** Rated by guesses: 0 where every cell follows from single lines. */
export function nonogramGenerator(board: NonogramBoard): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: bands,
    rate: (inputs) => solveNonogram(board, inputs, { maxSolutions: 2 }).guesses,
    generate: (random, difficulty) => generateNonogram(board, random, difficulty),
  };
}

function generateNonogram(
  board: NonogramBoard,
  random: Random,
  band: Band = { id: 'any', min: 0, max: Infinity },
): Puzzle {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const labels = drawPicture(board, random);
    const inputs = labels.map((token) => (token === FILLED || token === EMPTY ? BLANK : token));
    const { solutions, guesses } = solveNonogram(board, inputs, { maxSolutions: 2 });
    if (solutions.length === 1 && guesses >= band.min && guesses <= band.max) return { inputs, labels };
  }
  throw noneFound(nonogramName(board), band, MAX_TRIES);
}

/** A picture with its clues. */
function drawPicture(board: NonogramBoard, random: Random): Uint8Array {
  const grid = new Uint8Array(board.width * board.width);
  for (const { cells } of board.lines.slice(0, board.side))
    for (const cell of cells) grid[cell] = random.uniform() < FILLED_SHARE ? FILLED : EMPTY;
  writeClues(
    board,
    grid,
    board.lines.map(({ cells }) => findRuns(cells.map((cell) => grid[cell] === FILLED))),
  );
  return grid;
}
