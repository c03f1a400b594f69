/**
 * The canonical form of a puzzle: the smallest text any symmetry can give it, where a blank is
 * smaller than every digit. Two puzzles have the same form exactly if a symmetry maps one to the other.
 *
 * For a fixed arrangement of cells the smallest relabelling names digits 1, 2, … in order of first
 * appearance. Texts compare from the first row on, so rows are chosen from the top: of the rows
 * that may come next only those with the smallest text can lead to the smallest form, and a
 * beginning larger than that of the best form so far is given up.
 */
import type { SudokuShape } from './shape';
import { lineOrders } from './symmetries';
import { formatSudoku } from './text';

/** A grid with some rows put in their places from the top. */
interface Beginning {
  /** Rows placed so far, by their number in the arranged grid. */
  readonly rows: readonly number[];
  /** Their text, digits renamed. */
  readonly text: string;
  /** Digits in order of first appearance: the digit at place i is renamed i + 1. */
  readonly digits: string;
}

const nothingPlaced: Beginning = { rows: [], text: '', digits: '' };

/** Makes the function that gives a puzzle of this shape its canonical form. */
export function sudokuClassKeys(shape: SudokuShape): (inputs: Uint8Array) => string {
  const columnOrders = lineOrders(shape.side, shape.boxColumns);
  return (inputs) => {
    let best = '';
    for (const lines of orientations(shape, formatSudoku(shape, inputs)))
      for (const order of columnOrders) {
        const arranged = lines.map((line) => order.map((column) => line[column]).join(''));
        best = smallestForm(shape, arranged, nothingPlaced, best);
      }
    return best;
  };
}

/** The rows of the grid and, where boxes are square, those of its transpose. */
function orientations({ side, boxRows, boxColumns }: SudokuShape, text: string): string[][] {
  const range = [...Array(side).keys()];
  const rows = range.map((row) => text.slice(row * side, (row + 1) * side));
  const columns = range.map((column) => range.map((row) => rows[row][column]).join(''));
  return boxRows === boxColumns ? [rows, columns] : [rows];
}

/** The smaller of `best` ('' when there is none yet) and the smallest form that starts with this beginning. */
function smallestForm(shape: SudokuShape, grid: readonly string[], beginning: Beginning, best: string): string {
  if (beginning.rows.length === shape.side) return beginning.text;
  const longer = nextRows(shape, beginning.rows).map((row) => placeRow(grid, beginning, row));
  const smallest = longer.reduce((least, { text }) => (text < least ? text : least), longer[0].text);
  for (const next of longer) {
    if (next.text !== smallest) continue;
    if (best !== '' && next.text > best.slice(0, next.text.length)) break;
    best = smallestForm(shape, grid, next, best);
  }
  return best;
}

/** Rows that may follow: the others of a band begun, else every row of the bands not yet placed. */
function nextRows({ side, boxRows }: SudokuShape, placed: readonly number[]): number[] {
  const bandOf = (row: number) => Math.floor(row / boxRows);
  const begun = placed.length % boxRows === 0 ? null : bandOf(placed[placed.length - 1]);
  const free = [...Array(side).keys()].filter((row) => !placed.includes(row));
  return begun === null ? free : free.filter((row) => bandOf(row) === begun);
}

function placeRow(grid: readonly string[], beginning: Beginning, row: number): Beginning {
  let { text, digits } = beginning;
  for (const character of grid[row]) {
    if (character !== '.' && !digits.includes(character)) digits += character;
    text += character === '.' ? '.' : digits.indexOf(character) + 1;
  }
  return { rows: [...beginning.rows, row], text, digits };
}
