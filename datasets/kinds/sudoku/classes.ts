/**
 * Symmetry classes of sudokus: one puzzle of each class with a number of clues, and the canonical form of a puzzle.
 */
import type { Puzzle } from '../puzzle-kind';
import { generateSudoku, isUnique, type SudokuOptions } from './generate';
import { BLANK, FIRST_DIGIT, isDigit, requireClueCount, requireGrid, type SudokuShape } from './shape';
import type { SudokuKind } from './sudoku';
import { lineOrders } from './symmetries';

/**
 * Lists one puzzle of every class by exhaustive search. A symmetry maps any puzzle to one whose solution is a chosen grid
 * of its class, so it is enough to try all clue sets of one grid of each class of full grids. For 4×4: 2 grids of 288,
 * C(16, clues) sets each. Larger sides have too many.
 */
export function listClasses(kind: SudokuKind, clues: number): Puzzle[] {
  requireClueCount(kind.shape, clues);
  const classes = new Map<string, Puzzle>();
  for (const labels of listGridClasses(kind))
    for (const cells of subsets(kind.shape.cells, clues)) {
      const inputs = new Uint8Array(labels.length).fill(BLANK);
      for (const cell of cells) inputs[cell] = labels[cell]!;
      if (isUnique(kind.shape, inputs)) addIfNewClass(kind, classes, { inputs, labels });
    }
  return [...classes.values()];
}

/** One full grid of each symmetry class. */
export function listGridClasses(kind: SudokuKind): Uint8Array[] {
  const grids = kind.solve(new Uint8Array(kind.shape.cells).fill(BLANK), { maxSolutions: Infinity }).solutions;
  return [...new Map(grids.map((grid) => [kind.classKey(grid), grid])).values()];
}

interface ClassOptions extends SudokuOptions {
  /** Number of classes to collect. */
  readonly count: number;
}

/**
 * Draws one puzzle of `count` different classes from the seeded generator, in order of appearance.
 * @throws RangeError when a thousand puzzles in a row have no new class
 */
export function samplePuzzleClasses(kind: SudokuKind, options: ClassOptions): Puzzle[] {
  const classes = new Map<string, Puzzle>();
  for (let misses = 0; classes.size < options.count;) {
    const isNew = addIfNewClass(kind, classes, generateSudoku(kind.shape, options));
    misses = isNew ? 0 : misses + 1;
    if (misses === 1000)
      throw new RangeError(
        `found only ${classes.size} of ${options.count} classes of ${kind.id} with ${options.clues} clues`,
      );
  }
  return [...classes.values()];
}

/** Adds the puzzle unless its class is known; returns whether it was added. */
function addIfNewClass(kind: SudokuKind, classes: Map<string, Puzzle>, puzzle: Puzzle): boolean {
  const key = kind.classKey(puzzle.inputs);
  if (classes.has(key)) return false;
  classes.set(key, puzzle);
  return true;
}

/** All sets of `size` numbers from `from` to below `below`, each ascending. */
function* subsets(below: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let first = from; first <= below - size; first++)
      for (const rest of subsets(below, size - 1, first + 1)) yield [first, ...rest];
}

/** The digits of a puzzle (0 for a blank), row-major, with an order of its columns. */
interface Arrangement {
  readonly shape: SudokuShape;
  readonly digits: Uint8Array;
  readonly columnOrder: readonly number[];
}

/** An arrangement whose first rows are chosen, from the top. */
interface PartialForm {
  /** Chosen rows, by their index in the arrangement. */
  readonly rows: readonly number[];
  /** Chosen rows as decimal numbers with renamed digits. */
  readonly form: readonly number[];
  /** New name of each digit; 0 before it first appears. */
  readonly names: readonly number[];
  readonly named: number;
}

/**
 * Creates the function that returns the canonical form of a puzzle of this shape: its smallest text under all symmetries,
 * where a blank is smaller than every digit. Two puzzles have the same form exactly if a symmetry maps one to the other.
 *
 * For a fixed arrangement of cells the smallest relabelling names digits 1, 2, … in order of first appearance. Rows are
 * chosen from the top: of the possible next rows only the smallest can lead to the smallest form, and a partial form
 * larger than the best form so far is dropped. Rows are compared as decimal numbers with blank = 0, which order like
 * their texts.
 */
export function createSudokuClassKey(shape: SudokuShape): (inputs: Uint8Array) => string {
  const columnOrders = lineOrders(shape.side, shape.boxColumns);
  const nothingPlaced = { rows: [], form: [], names: Array<number>(shape.side + 1).fill(0), named: 0 };
  return (inputs) => {
    let best: readonly number[] = [Infinity];
    for (const digits of orientations(shape, inputs))
      for (const columnOrder of columnOrders) best = smallestForm({ shape, digits, columnOrder }, nothingPlaced, best);
    return best
      .map((row) => String(row).padStart(shape.side, '0'))
      .join('')
      .replaceAll('0', '.');
  };
}

/** The grid's digits and, where boxes are square, those of its transpose. */
function orientations(shape: SudokuShape, inputs: Uint8Array): Uint8Array[] {
  requireGrid(shape, inputs);
  const { side, boxRows, boxColumns } = shape;
  const digits = inputs.map((token) => (isDigit(shape, token) ? token - FIRST_DIGIT + 1 : 0));
  const transposed = digits.map((_, cell) => digits[(cell % side) * side + Math.floor(cell / side)]!);
  return boxRows === boxColumns ? [digits, transposed] : [digits];
}

/** The smaller of `best` and the smallest form that continues this partial form. */
function smallestForm(arrangement: Arrangement, partial: PartialForm, best: readonly number[]): readonly number[] {
  const depth = partial.rows.length;
  if (depth === arrangement.shape.side) return partial.form;
  const longer = nextRows(arrangement.shape, partial.rows).map((row) => placeRow(arrangement, partial, row));
  const smallest = Math.min(...longer.map(({ form }) => form[depth]!));
  let better = best;
  for (const next of longer)
    if (next.form[depth] === smallest && !exceeds(next.form, better)) better = smallestForm(arrangement, next, better);
  return better;
}

/** Whether a partial form is larger than the same rows of the best form. */
function exceeds(form: readonly number[], best: readonly number[]): boolean {
  const at = form.findIndex((row, i) => row !== best[i]);
  return at >= 0 && form[at]! > best[at]!;
}

/** Possible next rows: the rest of a band that is begun, else every row of the other bands. */
function nextRows({ side, boxRows }: SudokuShape, placed: readonly number[]): number[] {
  const inBandBegun = placed.length % boxRows > 0;
  const first = inBandBegun ? placed[placed.length - 1]! - (placed[placed.length - 1]! % boxRows) : 0;
  const rows: number[] = [];
  for (let row = first; row < (inBandBegun ? first + boxRows : side); row++) if (!placed.includes(row)) rows.push(row);
  return rows;
}

function placeRow({ shape, digits, columnOrder }: Arrangement, partial: PartialForm, row: number): PartialForm {
  const names = [...partial.names];
  let { named } = partial;
  let reading = 0;
  for (const column of columnOrder) {
    const digit = digits[row * shape.side + column]!;
    if (digit > 0 && names[digit] === 0) names[digit] = ++named;
    reading = reading * 10 + names[digit]!;
  }
  return { rows: [...partial.rows, row], form: [...partial.form, reading], names, named };
}
