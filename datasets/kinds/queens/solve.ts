/**
 * Exact search, row by row, always in the row with the fewest columns left; sets of lines are bit masks. And new
 * boards: a random full solution, from which queens are removed while it stays the only completion.
 */
import type { Random } from '../../random';
import type { Difficulty, Puzzle, PuzzleGenerator, SearchLimits, SearchResult } from '../puzzle-kind';
import { noneFound, SolutionSearch, type Band } from '../rules';
import { BLANK, FREE, QUEEN, queensName, requireBoard, type QueensBoard } from './board';

interface QueensSearch extends SearchLimits {
  /** Tries the columns of a row in random order; ascending without it. */
  readonly random?: Random;
}

/** @throws RangeError when `inputs` is not a whole board of this size */
export function solveQueens(board: QueensBoard, inputs: Uint8Array, options: QueensSearch): SearchResult {
  requireBoard(board, inputs);
  const position = new Position(board, options);
  if (position.placeClues(inputs)) position.run();
  return position.search.result();
}

class Position {
  readonly search: SolutionSearch;
  /** Column of the queen in each row, -1 where there is none yet. */
  private readonly queens: Int8Array;
  /** Cells that are known to have no queen, a mask of columns for each row. */
  private readonly barred: Uint16Array;
  private columns = 0;
  private falling = 0;
  private rising = 0;

  constructor(
    private readonly board: QueensBoard,
    private readonly options: QueensSearch,
  ) {
    this.search = new SolutionSearch(options);
    this.queens = new Int8Array(board.side).fill(-1);
    this.barred = new Uint16Array(board.side);
  }

  /** False when two given queens attack each other. */
  placeClues(inputs: Uint8Array): boolean {
    const { side } = this.board;
    for (let cell = 0; cell < inputs.length; cell++) {
      const row = Math.floor(cell / side);
      if (inputs[cell] === FREE) this.barred[row]! |= 1 << (cell % side);
      if (inputs[cell] !== QUEEN) continue;
      if (this.queens[row]! >= 0 || !this.isFree(row, cell % side)) return false;
      this.toggle(row, cell % side);
      this.queens[row] = cell % side;
    }
    return true;
  }

  run(): void {
    const row = this.narrowestRow();
    if (row < 0) return this.search.found(this.answer());
    const columns = this.freeColumns(row);
    this.search.branch(this.options.random?.shuffle(columns) ?? columns, (column) => this.attempt(row, column));
  }

  private attempt(row: number, column: number): void {
    this.toggle(row, column);
    this.queens[row] = column;
    this.run();
    this.queens[row] = -1;
    this.toggle(row, column);
  }

  /** Sets or takes away the lines of a queen. */
  private toggle(row: number, column: number): void {
    this.columns ^= 1 << column;
    this.falling ^= 1 << (row - column + this.board.side - 1);
    this.rising ^= 1 << (row + column);
  }

  private isFree(row: number, column: number): boolean {
    const taken =
      (this.columns >> column) |
      (this.falling >> (row - column + this.board.side - 1)) |
      (this.rising >> (row + column));
    return ((taken | (this.barred[row]! >> column)) & 1) === 0;
  }

  private freeColumns(row: number): number[] {
    return [...this.queens.keys()].filter((column) => this.isFree(row, column));
  }

  /** The row without a queen that has the fewest free columns; -1 when all rows have one. */
  private narrowestRow(): number {
    const open = [...this.queens.keys()].filter((row) => this.queens[row]! < 0);
    const widths = open.map((row) => this.freeColumns(row).length);
    return open[widths.indexOf(Math.min(...widths))] ?? -1;
  }

  private answer(): Uint8Array {
    const answer = new Uint8Array(this.board.cells).fill(FREE);
    this.queens.forEach((column, row) => (answer[row * this.board.side + column] = QUEEN));
    return answer;
  }
}

/** Full boards drawn before a band is given up. */
const MAX_TRIES = 1000;

export function queensGenerator(board: QueensBoard): PuzzleGenerator {
  return {
    unit: 'guesses',
    difficulties: listDifficulties(board),
    rate: (inputs) => solveQueens(board, inputs, { maxSolutions: 2 }).guesses,
    generate: (random, difficulty) => generateQueens(board, random, difficulty),
  };
}

function listDifficulties({ side }: QueensBoard): Difficulty[] {
  const bands: readonly Difficulty[] = [
    { id: 'easy', min: 0, max: 3 },
    { id: 'medium', min: 4, max: 9 },
    { id: 'hard', min: 10, max: Infinity },
  ];
  return bands.slice(0, side < 6 ? 1 : side < 8 ? 2 : 3);
}

function generateQueens(board: QueensBoard, random: Random, band: Band = { id: 'any', min: 0, max: Infinity }): Puzzle {
  const blank = new Uint8Array(board.cells).fill(BLANK);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const [labels] = solveQueens(board, blank, { maxSolutions: 1, random }).solutions;
    const inputs = removeQueens(board, labels!, random, band.max);
    if (solveQueens(board, inputs, { maxSolutions: 2 }).guesses >= band.min) return { inputs, labels: labels! };
  }
  throw noneFound(queensName(board), band, MAX_TRIES);
}

/** Takes each queen away, in random order, if the rest still has one completion and needs no more guesses than `max`. */
function removeQueens(board: QueensBoard, labels: Uint8Array, random: Random, max: number): Uint8Array {
  const inputs = labels.map((token) => (token === QUEEN ? QUEEN : BLANK));
  for (const cell of random.shuffle([...inputs.keys()].filter((place) => inputs[place] === QUEEN))) {
    inputs[cell] = BLANK;
    const { solutions, guesses } = solveQueens(board, inputs, { maxSolutions: 2 });
    if (solutions.length !== 1 || guesses > max) inputs[cell] = QUEEN;
  }
  return inputs;
}
