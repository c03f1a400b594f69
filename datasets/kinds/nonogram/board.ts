/**
 * The board of a nonogram: n × n cells to fill or leave empty, with the runs of each column above and of each row to the
 * left, in a margin of ⌈n / 2⌉ cells, the most runs of a line. The whole is a square grid of side n + ⌈n / 2⌉. The position
 * of a run in its margin does not matter, only the order.
 */
import { message, type Message } from '../../../renderer/messages/message';
import { dihedralIds, dihedralImage } from '../../symmetry';
import { tokenCounter, tokenRange } from '../facets';
import type { FacetSpec, Symmetry } from '../puzzle-kind';

/** Token 0 is padding: the corner and unused cells of the margins. */
export const BLANK = 1;
export const FILLED = 2;
export const EMPTY = 3;

/** Token of a run of `length` cells. */
const runToken = (length: number) => EMPTY + length;

/** A row or column of the board with its clue. */
export interface BoardLine {
  readonly name: Message;
  /** Cells of the grid, from left to right or top to bottom. */
  readonly cells: readonly number[];
  readonly margin: readonly number[];
}

export interface NonogramBoard {
  /** Of the board. */
  readonly side: number;
  readonly margin: number;
  /** Of the grid: side + margin. */
  readonly width: number;
  /** Rows, then columns. */
  readonly lines: readonly BoardLine[];
  /** Number of tokens. */
  readonly vocabulary: number;
  /** All ways to fill a line, as masks (bit i: cell i), by the lengths of their runs (`1 3`). */
  readonly patterns: ReadonlyMap<string, readonly number[]>;
}

/** `Nonogram 5×5` */
export const nonogramName = ({ side }: Pick<NonogramBoard, 'side'>): Message =>
  message('kinds.nonogram.name', { side });

/** @throws RangeError for a side outside 4..10 */
export function nonogramBoard(side: number): NonogramBoard {
  if (!Number.isInteger(side) || side < 4 || side > 10) throw new RangeError(`nonogram side must be 4–10, got ${side}`);
  const margin = Math.ceil(side / 2);
  const width = side + margin;
  const range = (length: number, from: number) => Array.from({ length }, (_, i) => from + i);
  const lines = [
    ...range(side, 0).map((row) => ({
      name: message('kinds.line.row', { number: row + 1 }),
      cells: range(side, margin).map((column) => (margin + row) * width + column),
      margin: range(margin, 0).map((column) => (margin + row) * width + column),
    })),
    ...range(side, 0).map((column) => ({
      name: message('kinds.line.column', { number: column + 1 }),
      cells: range(side, margin).map((row) => row * width + margin + column),
      margin: range(margin, 0).map((row) => row * width + margin + column),
    })),
  ];
  return { side, margin, width, lines, vocabulary: EMPTY + side + 1, patterns: listPatterns(side) };
}

function listPatterns(side: number): Map<string, number[]> {
  const patterns = new Map<string, number[]>();
  for (let mask = 0; mask < 1 << side; mask++) {
    const runs = findRuns(Array.from({ length: side }, (_, cell) => ((mask >> cell) & 1) === 1)).join(' ');
    patterns.set(runs, [...(patterns.get(runs) ?? []), mask]);
  }
  return patterns;
}

/** Lengths of the runs of filled cells. */
export function findRuns(filled: readonly boolean[]): number[] {
  const runs: number[] = [];
  filled.forEach((isFilled, cell) => {
    if (!isFilled) return;
    if (cell > 0 && filled[cell - 1]) runs[runs.length - 1]!++;
    else runs.push(1);
  });
  return runs;
}

/** The clue of a line: the runs in its margin, ignoring gaps. */
export function readClue(tokens: Uint8Array, { margin }: BoardLine): number[] {
  return margin.map((cell) => tokens[cell]! - EMPTY).filter((length) => length > 0);
}

/** Writes the clues of all lines next to the board, as they are usually printed. */
export function writeClues({ lines }: NonogramBoard, grid: Uint8Array, clues: readonly (readonly number[])[]): void {
  lines.forEach(({ margin }, line) => {
    margin.forEach((cell, at) => {
      const run = clues[line]![at - margin.length + clues[line]!.length];
      grid[cell] = run === undefined ? 0 : runToken(run);
    });
  });
}

/** @throws RangeError when `tokens` is not a whole grid of this size */
export function requireBoard({ side, width }: NonogramBoard, tokens: Uint8Array): void {
  if (tokens.length !== width * width)
    throw new RangeError(`a ${side}×${side} nonogram has ${width * width} cells with its clues, got ${tokens.length}`);
}

export function nonogramFacets({ side, lines, vocabulary }: NonogramBoard): readonly FacetSpec[] {
  const runs = tokenCounter(tokenRange(runToken(1), vocabulary - 1));
  const rowMargins = lines.slice(0, side).flatMap(({ margin }) => margin);
  const filled = (inputs: Uint8Array) => {
    let sum = 0;
    for (const cell of rowMargins) sum += Math.max(0, inputs[cell]! - EMPTY);
    return sum;
  };
  return [
    { id: 'filled', name: message('kinds.facet.filledCells'), unit: 'cells', compute: ({ inputs }) => filled(inputs) },
    { id: 'runs', name: message('kinds.facet.runs'), unit: 'runs', compute: ({ inputs }) => runs(inputs) },
  ];
}

export function nonogramSymmetries(board: NonogramBoard): readonly Symmetry[] {
  const tokens = Uint8Array.from({ length: board.vocabulary }, (_, token) => token);
  return dihedralIds.map((id) => ({ cells: permuteCells(board, id), tokens }));
}

function permuteCells({ lines, side, width }: NonogramBoard, id: number): Uint16Array {
  const board = lines.slice(0, side).flatMap(({ cells }) => cells);
  const cells = Uint16Array.from({ length: width * width }, (_, cell) => cell);
  dihedralImage(id, side, side).cells.forEach((from, to) => (cells[board[to]!] = board[from]!));
  for (const line of lines) permuteMargin(lines, line, cells);
  return cells;
}

/** A line of the image is a line of the original, perhaps read backwards: so is its clue. */
function permuteMargin(lines: readonly BoardLine[], line: BoardLine, cells: Uint16Array): void {
  const first = cells[line.cells[0]!];
  const last = cells[line.cells[line.cells.length - 1]!];
  const forwards = lines.find((other) => other.cells[0] === first && other.cells[other.cells.length - 1] === last);
  const original =
    forwards ?? lines.find((other) => other.cells[0] === last && other.cells[other.cells.length - 1] === first);
  if (!original) return;
  line.margin.forEach((cell, at) => (cells[cell] = original.margin[forwards ? at : original.margin.length - 1 - at]!));
}
