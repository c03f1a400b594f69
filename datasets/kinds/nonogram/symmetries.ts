/** The eight symmetries of the board, with the margins carried along: clues stay above and to the left. */
import { dihedralIds, dihedralImage } from '../../dihedral';
import type { Symmetry } from '../puzzle-kind';
import type { Line, NonogramBoard } from './board';

export function nonogramSymmetries(board: NonogramBoard): readonly Symmetry[] {
  const tokens = Uint8Array.from({ length: board.vocabulary }, (_, token) => token);
  return dihedralIds.map((id) => ({ cells: cellsOf(board, id), tokens }));
}

function cellsOf({ lines, side, width }: NonogramBoard, id: number): Uint16Array {
  const board = lines.slice(0, side).flatMap(({ cells }) => cells);
  const cells = Uint16Array.from({ length: width * width }, (_, cell) => cell);
  dihedralImage(id, side, side).cells.forEach((from, to) => (cells[board[to]!] = board[from]!));
  for (const line of lines) carryMargin(lines, line, cells);
  return cells;
}

/** A line of the image is a line of the original, perhaps read backwards: so is its clue. */
function carryMargin(lines: readonly Line[], line: Line, cells: Uint16Array): void {
  const first = cells[line.cells[0]!];
  const last = cells[line.cells[line.cells.length - 1]!];
  const forwards = lines.find((other) => other.cells[0] === first && other.cells[other.cells.length - 1] === last);
  const original =
    forwards ?? lines.find((other) => other.cells[0] === last && other.cells[other.cells.length - 1] === first);
  if (!original) return;
  line.margin.forEach((cell, at) => (cells[cell] = original.margin[forwards ? at : original.margin.length - 1 - at]!));
}
