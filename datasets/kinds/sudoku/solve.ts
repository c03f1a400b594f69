/**
 * Exact depth-first search for the solutions of a sudoku. What is forced is placed first: the only candidate of a cell, and a digit with only
 * one possible cell in a row, column or box. Guesses are made at the cell with the fewest candidates. Sets of digits are bit masks: bit d is
 * digit d + 1.
 */
import type { SearchLimits, SearchResult } from '../puzzle-kind';
import type { Random } from '../../random';
import { SolutionSearch } from '../rules';
import { FIRST_DIGIT, isDigit, requireGrid, type SudokuShape } from './shape';

export interface SearchOptions extends SearchLimits {
  /** Tries the candidates of a cell in random order; in ascending order when absent. */
  readonly random?: Random;
}

/**
 * Generated puzzles take well under a millisecond; 9×9 clues without a solution can take very long without a limit
 * (Norvig's "impossible" puzzle 22 s).
 * @throws RangeError when `clues` is not a whole grid of this shape
 */
export function solveSudoku(shape: SudokuShape, clues: Uint8Array, options: SearchOptions): SearchResult {
  requireGrid(shape, clues);
  const grid = new Grid(shape, options);
  if (grid.placeClues(clues)) grid.run();
  return grid.search.result();
}

class Grid {
  readonly search: SolutionSearch;
  private readonly grid: Uint8Array;
  /** Filled cells in the order in which they were filled. */
  private readonly placed: Uint8Array;
  private count = 0;
  private readonly allDigits: number;
  /** Digits placed in each row, column and box. */
  private readonly inRow: Uint16Array;
  private readonly inColumn: Uint16Array;
  private readonly inBox: Uint16Array;

  constructor(
    private readonly shape: SudokuShape,
    private readonly options: SearchOptions,
  ) {
    const { side, cells } = shape;
    this.search = new SolutionSearch(options);
    this.grid = new Uint8Array(cells);
    this.placed = new Uint8Array(cells);
    this.allDigits = (1 << side) - 1;
    this.inRow = new Uint16Array(side);
    this.inColumn = new Uint16Array(side);
    this.inBox = new Uint16Array(side);
  }

  /** False when two clues contradict each other. */
  placeClues(clues: Uint8Array): boolean {
    for (let cell = 0; cell < clues.length; cell++) {
      if (!isDigit(this.shape, clues[cell]!)) continue;
      const digit = 1 << (clues[cell]! - FIRST_DIGIT);
      if (!(this.candidates(cell) & digit)) return false;
      this.place(cell, digit);
    }
    return true;
  }

  run(): void {
    const before = this.count;
    if (this.placeForced()) {
      if (this.count === this.grid.length) this.search.found(this.grid.slice());
      else this.guess();
    }
    this.undo(before);
  }

  private place(cell: number, digit: number): void {
    this.toggle(cell, digit);
    this.grid[cell] = FIRST_DIGIT + 31 - Math.clz32(digit);
    this.placed[this.count++] = cell;
  }

  /** Removes all but the first digits placed. */
  private undo(count: number): void {
    while (this.count > count) {
      const cell = this.placed[--this.count]!;
      this.toggle(cell, 1 << (this.grid[cell]! - FIRST_DIGIT));
      this.grid[cell] = 0;
    }
  }

  /** Adds a digit to the sets of its row, column and box, or removes it. */
  private toggle(cell: number, digit: number): void {
    const { rowOf, columnOf, boxOf } = this.shape;
    this.inRow[rowOf[cell]!]! ^= digit;
    this.inColumn[columnOf[cell]!]! ^= digit;
    this.inBox[boxOf[cell]!]! ^= digit;
  }

  private candidates(cell: number): number {
    const { rowOf, columnOf, boxOf } = this.shape;
    return this.allDigits & ~(this.inRow[rowOf[cell]!]! | this.inColumn[columnOf[cell]!]! | this.inBox[boxOf[cell]!]!);
  }

  /** Places digits while any is forced; false at a dead end. */
  private placeForced(): boolean {
    for (;;) {
      const before = this.count;
      if (!this.placeOnlyCandidates()) return false;
      if (this.count > before) continue;
      if (!this.placeOnlyCells()) return false;
      if (this.count === before) return true;
    }
  }

  private placeOnlyCandidates(): boolean {
    for (let cell = 0; cell < this.grid.length; cell++) {
      if (this.grid[cell]) continue;
      const candidates = this.candidates(cell);
      if (candidates === 0) return false;
      if ((candidates & (candidates - 1)) === 0) this.place(cell, candidates);
    }
    return true;
  }

  private placeOnlyCells(): boolean {
    for (const { cells } of this.shape.units) if (!this.placeOnlyCellsOf(cells)) return false;
    return true;
  }

  /** In a row, column or box; false where a digit has no cell. */
  private placeOnlyCellsOf(cells: readonly number[]): boolean {
    let standing = 0;
    let once = 0;
    let twice = 0;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      const token = this.grid[cell]!;
      const candidates = token ? 0 : this.candidates(cell);
      if (token) standing |= 1 << (token - FIRST_DIGIT);
      twice |= once & candidates;
      once |= candidates;
    }
    if ((standing | once) !== this.allDigits) return false;
    for (let singles = once & ~twice; singles; singles &= singles - 1)
      if (!this.placeIn(cells, singles & -singles)) return false;
    return true;
  }

  private placeIn(cells: readonly number[], digit: number): boolean {
    const cell = cells.find((place) => !this.grid[place] && this.candidates(place) & digit);
    if (cell !== undefined) this.place(cell, digit);
    return cell !== undefined;
  }

  /** Tries the candidates of the first cell that has the fewest. */
  private guess(): void {
    let [best, digits, fewest] = [-1, 0, Infinity];
    for (let cell = 0; cell < this.grid.length; cell++) {
      if (this.grid[cell]) continue;
      const candidates = this.candidates(cell);
      const count = bitCount(candidates);
      if (count < fewest) [best, digits, fewest] = [cell, candidates, count];
    }
    this.search.branch(this.inOrder(digits), (digit) => this.attempt(best, digit));
  }

  private attempt(cell: number, digit: number): void {
    const before = this.count;
    this.place(cell, digit);
    this.run();
    this.undo(before);
  }

  /** The digits of a set, each as a mask of one bit. */
  private inOrder(digits: number): number[] {
    const list: number[] = [];
    for (let rest = digits; rest; rest &= rest - 1) list.push(rest & -rest);
    return this.options.random ? this.options.random.shuffle(list) : list;
  }
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest; rest &= rest - 1) count++;
  return count;
}
