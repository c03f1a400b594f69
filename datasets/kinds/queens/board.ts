/** The board of queens completion: n × n cells, some queens given; n queens in all, none attacking another. */

/** Token 0 is padding. */
export const BLANK = 1;
export const QUEEN = 2;
/** A cell without a queen, in an answer. */
export const FREE = 3;

export const queensSymbols: readonly string[] = ['', '.', 'Q', '-'];

/** Rows, columns and the diagonals of more than one cell: each has at most one queen, rows and columns exactly one. */
export interface Line {
  readonly name: string;
  readonly cells: readonly number[];
}

export interface QueensBoard {
  readonly side: number;
  readonly cells: number;
  readonly lines: readonly Line[];
}

/** @throws RangeError for a side outside 4..12 */
export function queensBoard(side: number): QueensBoard {
  if (!Number.isInteger(side) || side < 4 || side > 12)
    throw new RangeError(`boards of queens are 4×4 to 12×12 here, came ${side}`);
  const lines = [
    ...linesOf(side, side, 'row', (row) => row),
    ...linesOf(side, side, 'column', (_, column) => column),
    ...linesOf(side, 2 * side - 1, 'falling diagonal', (row, column) => row - column + side - 1),
    ...linesOf(side, 2 * side - 1, 'rising diagonal', (row, column) => row + column),
  ];
  return { side, cells: side * side, lines: lines.filter(({ cells }) => cells.length > 1) };
}

function linesOf(side: number, count: number, name: string, lineOf: (row: number, column: number) => number): Line[] {
  const cells = [...Array(side * side).keys()];
  return Array.from({ length: count }, (_, line) => ({
    name: `${name} ${line + 1}`,
    cells: cells.filter((cell) => lineOf(Math.floor(cell / side), cell % side) === line),
  }));
}

/** @throws RangeError when `tokens` is not a whole board of this size */
export function requireBoard({ side, cells }: QueensBoard, tokens: Uint8Array): void {
  if (tokens.length !== cells)
    throw new RangeError(`a ${side}×${side} board has ${cells} cells, came ${tokens.length}`);
}
