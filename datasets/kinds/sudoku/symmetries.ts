/**
 * The symmetry group of sudoku: digits relabelled, bands and rows in a band permuted, stacks and
 * columns in a stack permuted, and, where boxes are square, the grid transposed. Orders:
 * 4×4: 4! · 8 · 8 · 2 = 3,072;  6×6: 6! · 48 · 72 = 2,488,320;  9×9: 9! · 1296² · 2 ≈ 1.2 · 10¹².
 */
import type { Symmetry } from '../puzzle-kind';
import type { Random } from '../../random';
import { BLANK, FIRST_DIGIT, type SudokuShape } from './shape';

export interface SudokuMove {
  /** Done first; only where boxes are square. */
  readonly transpose: boolean;
  /** New cell (i, j) is old cell (rowOrder[i], columnOrder[j]). */
  readonly rowOrder: readonly number[];
  readonly columnOrder: readonly number[];
  /** Token that each digit's token becomes, by digit - 1. */
  readonly digitTokens: readonly number[];
}

/** The move as a symmetry of cells and tokens. */
export function sudokuSymmetry(shape: SudokuShape, move: SudokuMove): Symmetry {
  const { rowOf, columnOf, side } = shape;
  const cells = new Uint16Array(shape.cells);
  for (let cell = 0; cell < cells.length; cell++) {
    const row = move.rowOrder[rowOf[cell]!]!;
    const column = move.columnOrder[columnOf[cell]!]!;
    cells[cell] = move.transpose ? column * side + row : row * side + column;
  }
  return { cells, tokens: Uint8Array.of(0, BLANK, ...move.digitTokens) };
}

/** Uniform over the whole group: its elements and the independent draws below correspond one to one. */
export function drawSudokuSymmetry(shape: SudokuShape, random: Random): Symmetry {
  const { boxRows, boxColumns, side } = shape;
  return sudokuSymmetry(shape, {
    transpose: boxRows === boxColumns && random.integer(0, 1) === 1,
    rowOrder: drawLineOrder(side, boxRows, random),
    columnOrder: drawLineOrder(side, boxColumns, random),
    digitTokens: random.shuffle(Array.from({ length: side }, (_, digit) => digit + FIRST_DIGIT)),
  });
}

/** A random order of `side` lines that keeps together each block of `blockSize` neighbours. */
function drawLineOrder(side: number, blockSize: number, random: Random): number[] {
  const blocks = Array.from({ length: side / blockSize }, (_, block) => block * blockSize);
  return random
    .shuffle(blocks)
    .flatMap((first) => random.shuffle(Array.from({ length: blockSize }, (_, i) => first + i)));
}

/** Every order of `side` lines that keeps together each block of `blockSize` neighbours. */
export function lineOrders(side: number, blockSize: number): number[][] {
  const inBlock = permutations(Array.from({ length: blockSize }, (_, i) => i));
  const blockOrders = permutations(Array.from({ length: side / blockSize }, (_, block) => block * blockSize));
  return blockOrders.flatMap((blocks) =>
    blocks.reduce<number[][]>(
      (orders, first) =>
        orders.flatMap((order) => inBlock.map((lines) => [...order, ...lines.map((line) => first + line)])),
      [[]],
    ),
  );
}

/** All orders of the items, in lexicographic order of their places. */
export function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}
