/**
 * Exact depth-first search for the solutions of a sudoku, always at the cell with the fewest candidates. A digit with only
 * one possible cell in a row, column or box is the only candidate of that cell. Sets of digits are bit masks: bit d is
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

/** The next cell of the search and its candidates; none means a dead end. */
interface Choice {
  readonly cell: number;
  readonly candidates: number;
}

const deadEnd: Choice = { cell: -1, candidates: 0 };

class Grid {
  readonly search: SolutionSearch;
  private readonly grid: Uint8Array;
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
      this.toggle(cell, digit);
      this.grid[cell] = clues[cell]!;
    }
    return true;
  }

  run(): void {
    const choice = this.choose();
    if (choice === null) this.search.found(this.grid.slice());
    else this.search.branch(this.inOrder(choice.candidates), (digit) => this.attempt(choice.cell, digit));
  }

  private attempt(cell: number, digit: number): void {
    this.toggle(cell, digit);
    this.grid[cell] = FIRST_DIGIT + 31 - Math.clz32(digit);
    this.run();
    this.grid[cell] = 0;
    this.toggle(cell, digit);
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

  /** The empty cell with the fewest candidates, or null when the grid is full. */
  private choose(): Choice | null {
    let best: Choice | null = null;
    let fewest = Infinity;
    for (let cell = 0; cell < this.grid.length; cell++) {
      if (this.grid[cell]) continue;
      const candidates = this.candidates(cell);
      const count = bitCount(candidates);
      if (count >= fewest) continue;
      best = { cell, candidates };
      fewest = count;
      if (fewest <= 1) return best;
    }
    return best && (this.onlyPlace() ?? best);
  }

  /** A digit with one possible cell in some unit; a dead end when a digit has none; null when there is neither. */
  private onlyPlace(): Choice | null {
    for (const { cells } of this.shape.units) {
      let standing = 0;
      let once = 0;
      let twice = 0;
      for (const cell of cells) {
        if (this.grid[cell]) {
          standing |= 1 << (this.grid[cell] - FIRST_DIGIT);
          continue;
        }
        const candidates = this.candidates(cell);
        twice |= once & candidates;
        once |= candidates;
      }
      if ((standing | once) !== this.allDigits) return deadEnd;
      const single = once & ~twice;
      if (single) return this.placeOf(single & -single, cells);
    }
    return null;
  }

  private placeOf(digit: number, cells: readonly number[]): Choice {
    const cell = cells.find((place) => !this.grid[place] && this.candidates(place) & digit);
    return cell === undefined ? deadEnd : { cell, candidates: digit };
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
