/** N-queens completion on n × n cells, some queens given; n queens in all, none attacking another: board, rules and facets. */
import { message, type Message } from '../../../renderer/messages/message';
import { cluesFacet } from '../facets';
import type { FacetSpec, RuleReport } from '../puzzle-kind';
import { createRuleReport, type Violation } from '../rules';
import { describeCell } from '../text';

/** Token 0 is padding. */
export const BLANK = 1;
export const QUEEN = 2;
/** A cell without a queen, in an answer. */
export const FREE = 3;

export const queensSymbols: readonly string[] = ['', '.', 'Q', '-'];

/** Rows, columns and the diagonals of more than one cell: each has at most one queen, rows and columns exactly one. */
interface Line {
  readonly name: Message;
  readonly cells: readonly number[];
}

export interface QueensBoard {
  readonly side: number;
  readonly cells: number;
  readonly lines: readonly Line[];
}

/** `Queens 8×8` */
export const queensName = ({ side }: Pick<QueensBoard, 'side'>): Message => message('kinds.queens.name', { side });

/** @throws RangeError for a side outside 4..12 */
export function queensBoard(side: number): QueensBoard {
  if (!Number.isInteger(side) || side < 4 || side > 12) throw new RangeError(`queens side must be 4–12, got ${side}`);
  const lines = [
    ...createLines(
      side,
      side,
      (number) => message('kinds.line.row', { number }),
      (row) => row,
    ),
    ...createLines(
      side,
      side,
      (number) => message('kinds.line.column', { number }),
      (_, column) => column,
    ),
    ...createLines(
      side,
      2 * side - 1,
      (number) => message('kinds.line.fallingDiagonal', { number }),
      (row, column) => row - column + side - 1,
    ),
    ...createLines(
      side,
      2 * side - 1,
      (number) => message('kinds.line.risingDiagonal', { number }),
      (row, column) => row + column,
    ),
  ];
  return { side, cells: side * side, lines: lines.filter(({ cells }) => cells.length > 1) };
}

function createLines(
  side: number,
  count: number,
  nameOf: (number: number) => Message,
  lineOf: (row: number, column: number) => number,
): Line[] {
  const cells = [...Array(side * side).keys()];
  return Array.from({ length: count }, (_, line) => ({
    name: nameOf(line + 1),
    cells: cells.filter((cell) => lineOf(Math.floor(cell / side), cell % side) === line),
  }));
}

/** @throws RangeError when `tokens` is not a whole board of this size */
export function requireBoard({ side, cells }: QueensBoard, tokens: Uint8Array): void {
  if (tokens.length !== cells) throw new RangeError(`a ${side}×${side} board has ${cells} cells, got ${tokens.length}`);
}

/**
 * Rules are: no row, column or diagonal has two queens, and every clue stays. An answer is complete
 * when no cell is blank and every row has its queen.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkQueens(board: QueensBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireBoard(board, inputs);
  requireBoard(board, answer);
  const queens = answer.filter((token) => token === QUEEN).length;
  const complete = queens === board.side && answer.every((token) => token === QUEEN || token === FREE);
  return createRuleReport([...findAttacks(board, answer), ...findChangedClues(board, inputs, answer)], complete);
}

function findAttacks({ lines }: QueensBoard, answer: Uint8Array): Violation[] {
  return lines.flatMap(({ name, cells }) => {
    const queens = cells.filter((cell) => answer[cell] === QUEEN);
    return queens.length > 1
      ? [{ describe: () => message('kinds.queens.attack', { line: name, count: queens.length }), cells: queens }]
      : [];
  });
}

function findChangedClues({ side }: QueensBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const isClue = (token: number) => token !== BLANK && token !== 0;
  const changed = [...inputs.keys()].filter((cell) => isClue(inputs[cell]!) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => ({
    describe: () =>
      message(inputs[cell] === QUEEN ? 'kinds.queens.queenRemoved' : 'kinds.queens.freeChanged', {
        cell: describeCell(side, cell),
      }),
    cells: [cell],
  }));
}

export const queensFacets: readonly FacetSpec[] = [cluesFacet([QUEEN])];
