/**
 * The canonical form of a puzzle: the smallest text any symmetry can give it, where a blank is
 * smaller than every digit. Two puzzles have the same form exactly if a symmetry maps one to the other.
 *
 * For a fixed arrangement of cells the smallest relabelling names digits 1, 2, … in order of first
 * appearance. Texts compare from the first row on, so rows are chosen from the top: of the rows
 * that may come next only those that read smallest can lead to the smallest form, and a beginning
 * larger than that of the best form so far is given up. Rows are compared as decimal numbers,
 * blank = 0, which order like their texts.
 */
import { FIRST_DIGIT, isDigit, requireGrid, type SudokuShape } from './shape';
import { lineOrders } from './symmetries';

/** The digits of a puzzle (0 for a blank), row-major, with an order of its columns. */
interface Arrangement {
  readonly shape: SudokuShape;
  readonly digits: Uint8Array;
  readonly columnOrder: readonly number[];
}

/** An arrangement with some rows put in their places from the top. */
interface Beginning {
  /** Rows placed so far, by their number in the arrangement. */
  readonly rows: readonly number[];
  /** How each of them reads, digits renamed. */
  readonly form: readonly number[];
  /** New name of each digit that has appeared, else 0; by digit. */
  readonly names: readonly number[];
  readonly named: number;
}

/** Makes the function that gives a puzzle of this shape its canonical form, in the text form of puzzles. */
export function sudokuClassKeys(shape: SudokuShape): (inputs: Uint8Array) => string {
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

/** The smaller of `best` and the smallest form that starts with this beginning. */
function smallestForm(arrangement: Arrangement, beginning: Beginning, best: readonly number[]): readonly number[] {
  const depth = beginning.rows.length;
  if (depth === arrangement.shape.side) return beginning.form;
  const longer = nextRows(arrangement.shape, beginning.rows).map((row) => placeRow(arrangement, beginning, row));
  const smallest = Math.min(...longer.map(({ form }) => form[depth]!));
  let better = best;
  for (const next of longer)
    if (next.form[depth] === smallest && !exceeds(next.form, better)) better = smallestForm(arrangement, next, better);
  return better;
}

/** Whether a beginning reads larger than the best form's. */
function exceeds(form: readonly number[], best: readonly number[]): boolean {
  const at = form.findIndex((row, i) => row !== best[i]);
  return at >= 0 && form[at]! > best[at]!;
}

/** Rows that may follow: the others of a band begun, else every row of the bands not yet placed. */
function nextRows({ side, boxRows }: SudokuShape, placed: readonly number[]): number[] {
  const inBandBegun = placed.length % boxRows > 0;
  const first = inBandBegun ? placed[placed.length - 1]! - (placed[placed.length - 1]! % boxRows) : 0;
  const rows: number[] = [];
  for (let row = first; row < (inBandBegun ? first + boxRows : side); row++) if (!placed.includes(row)) rows.push(row);
  return rows;
}

function placeRow({ shape, digits, columnOrder }: Arrangement, beginning: Beginning, row: number): Beginning {
  const names = [...beginning.names];
  let { named } = beginning;
  let reading = 0;
  for (const column of columnOrder) {
    const digit = digits[row * shape.side + column]!;
    if (digit > 0 && names[digit] === 0) names[digit] = ++named;
    reading = reading * 10 + names[digit]!;
  }
  return { rows: [...beginning.rows, row], form: [...beginning.form, reading], names, named };
}
