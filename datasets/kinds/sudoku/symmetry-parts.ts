/** The symmetry group of sudoku in parts: digits, lines within blocks, blocks of lines, and transposition. */
import type { Symmetry, SymmetryPart } from '../puzzle-kind';
import type { Random } from '../../random';
import { factorial, neighbourSwaps, oneOf, relabelling } from '../../symmetry-parts';
import { FIRST_DIGIT, type SudokuShape } from './shape';
import { sudokuSymmetry, type SudokuMove } from './symmetries';

export function sudokuSymmetryParts(shape: SudokuShape): readonly SymmetryPart[] {
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
      ? [oneOf({ id: 'transposition', name: 'Transposition' }, [moved({}), moved({ transpose: true })])]
      : [];
  return [
    relabelling({ id: 'digits', name: 'Digits', cells, vocabulary, from: FIRST_DIGIT, count: side }),
    linesWithinBlocks({ id: 'rows', name: 'Rows within bands', side, blockSize: boxRows, by: byRows }),
    blocksOfLines({ id: 'bands', name: 'Bands', side, blockSize: boxRows, by: byRows }),
    linesWithinBlocks({ id: 'columns', name: 'Columns within stacks', side, blockSize: boxColumns, by: byColumns }),
    blocksOfLines({ id: 'stacks', name: 'Stacks', side, blockSize: boxColumns, by: byColumns }),
    ...transpositions,
  ];
}

interface LineOptions {
  readonly id: string;
  readonly name: string;
  readonly side: number;
  /** Lines that stay together. */
  readonly blockSize: number;
  readonly by: (order: readonly number[]) => Symmetry;
}

/** Lines change places with those of their own block. */
function linesWithinBlocks({ id, name, side, blockSize, by }: LineOptions): SymmetryPart {
  const blocks = range(side / blockSize);
  const orderOf = (within: readonly (readonly number[])[]) =>
    by(within.flatMap((lines, block) => lines.map((line) => block * blockSize + line)));
  const swaps = blocks.flatMap((block) =>
    neighbourSwaps(blockSize).map((swap) => blocks.map((other) => (other === block ? swap : range(blockSize)))),
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

/** Whole blocks change places. */
function blocksOfLines({ id, name, side, blockSize, by }: LineOptions): SymmetryPart {
  const blocks = side / blockSize;
  const orderOf = (order: readonly number[]) =>
    by(order.flatMap((block) => range(blockSize).map((line) => block * blockSize + line)));
  return {
    id,
    name,
    order: factorial(blocks),
    generators: neighbourSwaps(blocks).map(orderOf),
    relabels: null,
    draw: (random: Random) => orderOf(random.shuffle(range(blocks))),
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
