/** What the rules of nonograms say of an answer. */
import type { RuleReport } from '../puzzle-kind';
import { addressIn, ruleReport, type Violation } from '../../violations';
import { BLANK, clueOf, EMPTY, FILLED, requireBoard, type NonogramBoard } from './board';
import { agreeing, patternsFor } from './solve';

/**
 * Rules are: the filled cells of each row and column make the runs of its clue, in order; a line with
 * blanks breaks that rule when no way to fill them does; and every clue stays.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkNonogram(board: NonogramBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireBoard(board, inputs);
  requireBoard(board, answer);
  const complete = board.lines.every(({ cells }) =>
    cells.every((cell) => answer[cell] === FILLED || answer[cell] === EMPTY),
  );
  return ruleReport([...wrongLines(board, inputs, answer), ...changedClues(board, inputs, answer)], complete);
}

function wrongLines(board: NonogramBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const wrong = board.lines.filter((line) => agreeing(answer, line, patternsFor(board, inputs, line)).length === 0);
  return wrong.map((line) => ({
    sentence: `${line.name} cannot have the runs ${clueOf(inputs, line).join(' ') || 'none'}`,
    cells: line.cells,
  }));
}

/** Padding is no clue: what an answer has there means nothing. */
function changedClues({ width }: NonogramBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter(
    (cell) => inputs[cell] !== 0 && inputs[cell] !== BLANK && answer[cell] !== inputs[cell],
  );
  return changed.map((cell) => ({ sentence: `the clue at ${addressIn(width, cell)} changed`, cells: [cell] }));
}
