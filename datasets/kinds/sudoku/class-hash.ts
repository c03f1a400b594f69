/**
 * A short invariant of a puzzle under the symmetries of sudoku, by colour refinement: every cell
 * starts as clue or blank and takes up, round after round, what stands in its row, column, box and
 * under its digit. Sums forget order, so permuted lines and renamed digits give the same text.
 */
import { FIRST_DIGIT, isDigit, requireGrid, type SudokuShape } from './shape';

const ROUNDS = 4;

/** Two independent 32-bit lanes make a chance clash among a million puzzles a matter of 1 in 10⁷. */
export function sudokuClassHash(shape: SudokuShape, inputs: Uint8Array): string {
  requireGrid(shape, inputs);
  return [0x243f6a88, 0x13198a2e]
    .map((salt) => (lane(shape, inputs, salt) >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

function lane(shape: SudokuShape, inputs: Uint8Array, salt: number): number {
  let colours: Int32Array = Int32Array.from(inputs, (token) => mixed(isDigit(shape, token) ? 1 : 0, salt));
  for (let round = 0; round < ROUNDS; round++) colours = refined(shape, inputs, colours);
  return colours.reduce((sum, colour) => (sum + mixed(colour, salt)) | 0, 0);
}

function refined(shape: SudokuShape, inputs: Uint8Array, colours: Int32Array): Int32Array {
  const { side, rowOf, columnOf, boxOf, boxRows, boxColumns } = shape;
  const byRow = sums(shape, colours, (cell) => rowOf[cell]!);
  const byColumn = sums(shape, colours, (cell) => columnOf[cell]!);
  const byBox = sums(shape, colours, (cell) => boxOf[cell]!);
  const byDigit = sums(shape, colours, (cell) => (isDigit(shape, inputs[cell]!) ? inputs[cell]! - FIRST_DIGIT : side));
  const byBand = blockSums(byRow.subarray(0, side), boxRows);
  const byStack = blockSums(byColumn.subarray(0, side), boxColumns);
  return colours.map((colour, cell) => {
    const row = mixed(byRow[rowOf[cell]!]!, byBand[Math.floor(rowOf[cell]! / boxRows)]!);
    const column = mixed(byColumn[columnOf[cell]!]!, byStack[Math.floor(columnOf[cell]! / boxColumns)]!);
    const digit = isDigit(shape, inputs[cell]!) ? byDigit[inputs[cell]! - FIRST_DIGIT]! : 0;
    // Row and column are added, not chained: a transposed grid has to read the same.
    return mixed(mixed(colour, (mixed(row, 1) + mixed(column, 1)) | 0), mixed(byBox[boxOf[cell]!]!, digit));
  });
}

/** Sum of the mixed colours of each group of cells; a group beyond the last line takes what belongs to none. */
function sums({ side, cells }: SudokuShape, colours: Int32Array, groupOf: (cell: number) => number): Int32Array {
  const groups = new Int32Array(side + 1);
  for (let cell = 0; cell < cells; cell++) groups[groupOf(cell)]! += mixed(colours[cell]!, 2);
  return groups;
}

/** Sum of the mixed lines of each band or stack. */
function blockSums(lines: Int32Array, size: number): Int32Array {
  const blocks = new Int32Array(lines.length / size);
  lines.forEach((line, index) => (blocks[Math.floor(index / size)]! += mixed(line, 3)));
  return blocks;
}

/** Two numbers to one, by the finaliser of MurmurHash3 (Appleby 2011): near inputs, far outputs. */
function mixed(one: number, other: number): number {
  let word = (Math.imul(one, 0x9e3779b1) + Math.imul(other, 0x85ebca77) + 0x165667b1) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
