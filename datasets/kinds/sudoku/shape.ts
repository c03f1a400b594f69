/**
 * The board of a sudoku: its units, tokens and rules. Boxes of r rows and c columns make a grid of side r·c. A row of boxes
 * is a band (r rows), a column of boxes a stack (c columns).
 */
import { message, type Message } from '../../../renderer/messages/message';
import type { RuleReport } from '../puzzle-kind';
import { createRuleReport, type Violation } from '../rules';
import { describeCell } from '../text';

/** Token 0 is padding, 1 a blank, and digit d is d + 1. */
export const BLANK = 1;
export const FIRST_DIGIT = 2;

/** A row, a column or a box: a set of cells that holds each digit once. */
export interface Unit {
  /** Counted from 1: `row 2`, `column 4`, `box 1`. */
  readonly name: Message;
  readonly cells: readonly number[];
}

export interface SudokuShape {
  readonly boxRows: number;
  readonly boxColumns: number;
  readonly side: number;
  /** Number of cells: side². */
  readonly cells: number;
  /** side + 2: padding, blank and the digits. */
  readonly vocabulary: number;
  readonly rowOf: Uint8Array;
  readonly columnOf: Uint8Array;
  readonly boxOf: Uint8Array;
  /** Rows, then columns, then boxes (boxes from left to right, top to bottom). */
  readonly units: readonly Unit[];
}

/** @throws RangeError for a side outside 4..9: the text form gives a digit one character */
export function sudokuShape(boxRows: number, boxColumns: number): SudokuShape {
  const side = boxRows * boxColumns;
  if (!(boxRows > 1 && boxColumns > 1 && side <= 9))
    throw new RangeError(`sudoku side must be 4–9, got boxes of ${boxRows}×${boxColumns} cells`);
  const cells = side * side;
  const perCell = (value: (row: number, column: number) => number) =>
    Uint8Array.from({ length: cells }, (_, cell) => value(Math.floor(cell / side), cell % side));
  const rowOf = perCell((row) => row);
  const columnOf = perCell((_, column) => column);
  const boxOf = perCell((row, column) => Math.floor(row / boxRows) * boxRows + Math.floor(column / boxColumns));
  const units = [
    ...createUnits((number) => message('kinds.line.row', { number }), rowOf, side),
    ...createUnits((number) => message('kinds.line.column', { number }), columnOf, side),
    ...createUnits((number) => message('kinds.line.box', { number }), boxOf, side),
  ];
  return { boxRows, boxColumns, side, cells, vocabulary: side + 2, rowOf, columnOf, boxOf, units };
}

function createUnits(nameOf: (number: number) => Message, memberOf: Uint8Array, side: number): Unit[] {
  const cellsOf = (unit: number) => [...memberOf.keys()].filter((cell) => memberOf[cell] === unit);
  return Array.from({ length: side }, (_, unit) => ({ name: nameOf(unit + 1), cells: cellsOf(unit) }));
}

/** `Sudoku 9×9` */
export const sudokuName = ({ side }: Pick<SudokuShape, 'side'>): Message => message('kinds.sudoku.name', { side });

export function isDigit(shape: SudokuShape, token: number): boolean {
  return token >= FIRST_DIGIT && token < shape.vocabulary;
}

/** @throws RangeError when `tokens` is not a whole grid of this shape */
export function requireGrid(shape: SudokuShape, tokens: Uint8Array): void {
  if (tokens.length !== shape.cells)
    throw new RangeError(`a ${shape.side}×${shape.side} sudoku has ${shape.cells} cells, got ${tokens.length}`);
}

/** @throws RangeError when a grid of this shape cannot have this number of clues */
export function requireClueCount({ side, cells }: SudokuShape, clues: number): void {
  if (Number.isInteger(clues) && clues >= 0 && clues <= cells) return;
  throw new RangeError(`a ${side}×${side} sudoku has 0–${cells} clues, got ${clues}`);
}

/**
 * Checks the rules: no digit twice in a row, column or box, and every clue kept. A blank breaks no rule, but an answer with
 * blanks is not legal.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkSudoku(shape: SudokuShape, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireGrid(shape, inputs);
  requireGrid(shape, answer);
  if (isSound(shape, inputs, answer)) return isFull(shape, answer) ? legal : unfinished;
  const violations = [...findRepeatedDigits(shape, answer), ...findChangedClues(shape, inputs, answer)];
  return createRuleReport(violations, isFull(shape, answer));
}

function isFull(shape: SudokuShape, answer: Uint8Array): boolean {
  for (let cell = 0; cell < answer.length; cell++) if (!isDigit(shape, answer[cell]!)) return false;
  return true;
}

const [legal, unfinished] = [createRuleReport([], true), createRuleReport([], false)];

/** Digits of each row, column and box, as bits. */
const seen = new Uint16Array(27);

/** Whether no rule is broken: millions of puzzles are checked, and in most of them none is. */
function isSound(shape: SudokuShape, inputs: Uint8Array, answer: Uint8Array): boolean {
  const { cells, side, rowOf, columnOf, boxOf } = shape;
  seen.fill(0);
  for (let cell = 0; cell < cells; cell++) {
    if (answer[cell] !== inputs[cell] && isDigit(shape, inputs[cell]!)) return false;
    if (!isDigit(shape, answer[cell]!)) continue;
    const digit = 1 << answer[cell]!;
    const [row, column, box] = [rowOf[cell]!, side + columnOf[cell]!, 2 * side + boxOf[cell]!];
    if ((seen[row]! | seen[column]! | seen[box]!) & digit) return false;
    seen[row]! |= digit;
    seen[column]! |= digit;
    seen[box]! |= digit;
  }
  return true;
}

function findRepeatedDigits(shape: SudokuShape, answer: Uint8Array): Violation[] {
  return shape.units.flatMap((unit) => {
    const cells = unit.cells.filter((cell) => isDigit(shape, answer[cell]!) && isRepeated(unit, answer, cell));
    if (cells.length === 0) return [];
    const digits = [...new Set(cells.map((cell) => answer[cell]! - FIRST_DIGIT + 1))].sort();
    return [
      { describe: () => message('kinds.sudoku.repeated', { line: unit.name, digits: digits.map(String) }), cells },
    ];
  });
}

function isRepeated({ cells }: Unit, answer: Uint8Array, cell: number): boolean {
  return cells.some((other) => other !== cell && answer[other] === answer[cell]);
}

function findChangedClues(shape: SudokuShape, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter((cell) => isDigit(shape, inputs[cell]!) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => {
    const [clue, now] = [inputs[cell]!, answer[cell]!];
    return { describe: () => describeChange(shape, cell, clue, now), cells: [cell] };
  });
}

function describeChange(shape: SudokuShape, cell: number, before: number, after: number): Message {
  const clue = { clue: before - FIRST_DIGIT + 1, cell: describeCell(shape.side, cell) };
  return isDigit(shape, after)
    ? message('kinds.sudoku.clueChanged', { ...clue, answer: after - FIRST_DIGIT + 1 })
    : message('kinds.sudoku.clueErased', clue);
}
