/**
 * The symmetry group of sudoku: permutations of digits, of bands and of rows within a band, of stacks and of columns within
 * a stack, and transposition where boxes are square. Orders:
 * 4×4: 4! · 8 · 8 · 2 = 3,072;  6×6: 6! · 48 · 72 = 2,488,320;  9×9: 9! · 1296² · 2 ≈ 1.2 · 10¹².
 */
import { message, type Message } from '../../../renderer/messages/message';
import type { Random } from '../../random';
import { factorial, adjacentSwaps, enumeratedSubgroup, relabellingSubgroup } from '../../symmetry';
import type { Symmetry, SymmetrySubgroup } from '../puzzle-kind';
import { BLANK, FIRST_DIGIT, type SudokuShape } from './shape';

interface SudokuMove {
  /** Applied first; only where boxes are square. */
  readonly transpose: boolean;
  /** New cell (i, j) is old cell (rowOrder[i], columnOrder[j]). */
  readonly rowOrder: readonly number[];
  readonly columnOrder: readonly number[];
  /** New token of each digit, by digit - 1. */
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

/** Draws uniformly from the whole group: its elements correspond one to one to the independent draws below. */
export function drawSudokuSymmetry(shape: SudokuShape, random: Random): Symmetry {
  const { boxRows, boxColumns, side } = shape;
  return sudokuSymmetry(shape, {
    transpose: boxRows === boxColumns && random.integer(0, 1) === 1,
    rowOrder: drawLineOrder(side, boxRows, random),
    columnOrder: drawLineOrder(side, boxColumns, random),
    digitTokens: random.shuffle(Array.from({ length: side }, (_, digit) => digit + FIRST_DIGIT)),
  });
}

/** A random order of `side` lines in which each block of `blockSize` lines stays together. */
function drawLineOrder(side: number, blockSize: number, random: Random): number[] {
  const blocks = Array.from({ length: side / blockSize }, (_, block) => block * blockSize);
  return random
    .shuffle(blocks)
    .flatMap((first) => random.shuffle(Array.from({ length: blockSize }, (_, i) => first + i)));
}

/** Every order of `side` lines in which each block of `blockSize` lines stays together. */
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

/** All permutations of the items, in lexicographic order of their indices. */
export function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

/** The subgroups that can be enabled separately: digits, rows, bands, columns, stacks, transposition. */
export function sudokuSymmetrySubgroups(shape: SudokuShape): readonly SymmetrySubgroup[] {
  const { boxRows, boxColumns, side, cells, vocabulary } = shape;
  const unmoved: SudokuMove = {
    transpose: false,
    rowOrder: range(side),
    columnOrder: range(side),
    digitTokens: range(side).map((digit) => digit + FIRST_DIGIT),
  };
  const moved = (move: Partial<SudokuMove>) => sudokuSymmetry(shape, { ...unmoved, ...move });
  const byRows = (rowOrder: readonly number[]) => moved({ rowOrder });
  const byColumns = (columnOrder: readonly number[]) => moved({ columnOrder });
  const transpositions =
    boxRows === boxColumns
      ? [
          enumeratedSubgroup({ id: 'transposition', name: message('kinds.symmetry.transposition') }, [
            moved({}),
            moved({ transpose: true }),
          ]),
        ]
      : [];
  return [
    relabellingSubgroup({
      id: 'digits',
      name: message('kinds.symmetry.digits'),
      cells,
      vocabulary,
      from: FIRST_DIGIT,
      count: side,
    }),
    linesWithinBlocks({ id: 'rows', name: message('kinds.symmetry.rows'), side, blockSize: boxRows, by: byRows }),
    blocksOfLines({ id: 'bands', name: message('kinds.symmetry.bands'), side, blockSize: boxRows, by: byRows }),
    linesWithinBlocks({
      id: 'columns',
      name: message('kinds.symmetry.columns'),
      side,
      blockSize: boxColumns,
      by: byColumns,
    }),
    blocksOfLines({ id: 'stacks', name: message('kinds.symmetry.stacks'), side, blockSize: boxColumns, by: byColumns }),
    ...transpositions,
  ];
}

interface LineOptions {
  readonly id: string;
  readonly name: Message;
  readonly side: number;
  /** Lines that stay together. */
  readonly blockSize: number;
  readonly by: (order: readonly number[]) => Symmetry;
}

/** Permutations of lines within each block. */
function linesWithinBlocks({ id, name, side, blockSize, by }: LineOptions): SymmetrySubgroup {
  const blocks = range(side / blockSize);
  const orderOf = (within: readonly (readonly number[])[]) =>
    by(within.flatMap((lines, block) => lines.map((line) => block * blockSize + line)));
  const swaps = blocks.flatMap((block) =>
    adjacentSwaps(blockSize).map((swap) => blocks.map((other) => (other === block ? swap : range(blockSize)))),
  );
  return {
    id,
    name,
    order: factorial(blockSize) ** blocks.length,
    generators: swaps.map(orderOf),
    relabels: null,
    draw: (random: Random) => orderOf(blocks.map(() => random.shuffle(range(blockSize)))),
  };
}

/** Permutations of whole blocks. */
function blocksOfLines({ id, name, side, blockSize, by }: LineOptions): SymmetrySubgroup {
  const blocks = side / blockSize;
  const orderOf = (order: readonly number[]) =>
    by(order.flatMap((block) => range(blockSize).map((line) => block * blockSize + line)));
  return {
    id,
    name,
    order: factorial(blocks),
    generators: adjacentSwaps(blocks).map(orderOf),
    relabels: null,
    draw: (random: Random) => orderOf(random.shuffle(range(blocks))),
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
