/** A hash of the symmetry class of a sudoku, thousands of times as fast as the canonical form. */
import { FIRST_DIGIT, isDigit, requireGrid, type SudokuShape } from './shape';

const ROUNDS = 4;

/**
 * A hash that is invariant under the symmetries of sudoku, by colour refinement: a cell's colour starts as clue or blank,
 * and in each round combines the colours of its row, column, box and digit. Sums ignore order, so permuted lines and
 * renamed digits give the same hash. Two independent 32-bit lanes: among a million puzzles two classes share a hash with
 * a probability of 1 in 10⁷. In grids that are full, or regular in their blanks, all cells have few colours, and classes would share
 * a hash: there each cell in turn gets a colour of its own (individualisation) and the hashes are summed.
 */
export function sudokuClassHash(shape: SudokuShape, inputs: Uint8Array): string {
  requireGrid(shape, inputs);
  return [0x243f6a88, 0x13198a2e]
    .map((salt) => (hashLane(shape, inputs, salt) >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

function hashLane(shape: SudokuShape, inputs: Uint8Array, salt: number): number {
  const start = new Int32Array(shape.cells);
  for (let cell = 0; cell < shape.cells; cell++) start[cell] = mix(isDigit(shape, inputs[cell]!) ? 1 : 0, salt);
  const colours = refineRounds(shape, inputs, start);
  const hash = hashColours(colours, salt);
  if (areDistinct(colours)) return hash;
  let individual = 0;
  for (let cell = 0; cell < shape.cells; cell++) {
    const marked = colours.slice();
    marked[cell] = mix(colours[cell]!, INDIVIDUAL);
    individual = (individual + mix(hashColours(refineRounds(shape, inputs, marked), salt), salt)) | 0;
  }
  return mix(hash, individual);
}

/** Marks the colour of the one cell that is told apart. */
const INDIVIDUAL = 0x3707344a;

function hashColours(colours: Int32Array, salt: number): number {
  let sum = 0;
  for (let cell = 0; cell < colours.length; cell++) sum = (sum + mix(colours[cell]!, salt)) | 0;
  return sum;
}

/** Slots of a hash table of colours, several times as many as cells; 0 is an empty one. */
const SLOTS = 256;
const slots = new Int32Array(SLOTS);

/** Whether all colours differ; a colour 0 counts as equal to another. */
function areDistinct(colours: Int32Array): boolean {
  slots.fill(0);
  for (let cell = 0; cell < colours.length; cell++) {
    const colour = colours[cell]!;
    let slot = colour & (SLOTS - 1);
    while (slots[slot] !== 0 && slots[slot] !== colour) slot = (slot + 1) & (SLOTS - 1);
    if (slots[slot] === colour) return false;
    slots[slot] = colour;
  }
  return true;
}

/** Changes the colours in place. */
function refineRounds(shape: SudokuShape, inputs: Uint8Array, colours: Int32Array): Int32Array {
  for (let round = 0; round < ROUNDS; round++) refine(shape, inputs, colours);
  return colours;
}

/** Sums of rows, columns, boxes and digits, at most nine of each: a million puzzles are hashed. */
const rowSums = new Int32Array(9);
const columnSums = new Int32Array(9);
const boxSums = new Int32Array(9);
const digitSums = new Int32Array(9);

function refine(shape: SudokuShape, inputs: Uint8Array, colours: Int32Array): void {
  const { side, cells, rowOf, columnOf, boxOf, boxRows, boxColumns } = shape;
  addColours(shape, inputs, colours);
  mixLines(rowSums, side, boxRows);
  mixLines(columnSums, side, boxColumns);
  for (let cell = 0; cell < cells; cell++) {
    const digit = inputs[cell]! - FIRST_DIGIT;
    // Row and column are added, not chained: a transposed grid must have the same hash.
    const lines = (rowSums[rowOf[cell]!]! + columnSums[columnOf[cell]!]!) | 0;
    const others = mix(boxSums[boxOf[cell]!]!, digit >= 0 && digit < side ? digitSums[digit]! : 0);
    colours[cell] = mix(mix(colours[cell]!, lines), others);
  }
}

/** Sums the mixed colours of each row, column, box and digit. */
function addColours(shape: SudokuShape, inputs: Uint8Array, colours: Int32Array): void {
  const { side, cells, rowOf, columnOf, boxOf } = shape;
  for (const sums of [rowSums, columnSums, boxSums, digitSums]) sums.fill(0);
  for (let cell = 0; cell < cells; cell++) {
    const mixed = mix(colours[cell]!, 2);
    rowSums[rowOf[cell]!]! += mixed;
    columnSums[columnOf[cell]!]! += mixed;
    boxSums[boxOf[cell]!]! += mixed;
    const digit = inputs[cell]! - FIRST_DIGIT;
    if (digit >= 0 && digit < side) digitSums[digit]! += mixed;
  }
}

/** Mixes each line with the sum of its band or stack, of `size` lines. */
function mixLines(lines: Int32Array, side: number, size: number): void {
  for (let first = 0; first < side; first += size) {
    let sum = 0;
    for (let line = first; line < first + size; line++) sum = (sum + mix(lines[line]!, 3)) | 0;
    for (let line = first; line < first + size; line++) lines[line] = mix(mix(lines[line]!, sum), 1);
  }
}

/** Mixes two numbers by the finaliser of MurmurHash3 (Appleby 2011): similar inputs give different outputs. */
function mix(one: number, other: number): number {
  let word = (Math.imul(one, 0x9e3779b1) + Math.imul(other, 0x85ebca77) + 0x165667b1) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
