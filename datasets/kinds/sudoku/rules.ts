/** What the rules of sudoku say of an answer. */
import type { RuleReport } from '../puzzle-kind';
import { addressIn, ruleReport, type Violation } from '../../violations';
import { FIRST_DIGIT, isDigit, requireGrid, type SudokuShape, type Unit } from './shape';

/**
 * Rules are: each row, column and box has no digit twice, and each clue stays. A blank breaks no
 * rule by itself, but an answer with blanks is not legal.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkSudoku(shape: SudokuShape, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireGrid(shape, inputs);
  requireGrid(shape, answer);
  const violations = [...repeatedDigits(shape, answer), ...changedClues(shape, inputs, answer)];
  const complete = answer.every((token) => isDigit(shape, token));
  return ruleReport(violations, complete);
}

function repeatedDigits(shape: SudokuShape, answer: Uint8Array): Violation[] {
  return shape.units.flatMap((unit) => {
    const cells = unit.cells.filter((cell) => isDigit(shape, answer[cell]!) && isRepeated(unit, answer, cell));
    if (cells.length === 0) return [];
    const digits = [...new Set(cells.map((cell) => answer[cell]! - FIRST_DIGIT + 1))].sort();
    return [{ sentence: `${unit.name} has ${digits.join(' and ')} more than once`, cells }];
  });
}

function isRepeated({ cells }: Unit, answer: Uint8Array, cell: number): boolean {
  return cells.some((other) => other !== cell && answer[other] === answer[cell]);
}

function changedClues(shape: SudokuShape, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter((cell) => isDigit(shape, inputs[cell]!) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => {
    const now = isDigit(shape, answer[cell]!) ? `became ${answer[cell]! - FIRST_DIGIT + 1}` : 'was erased';
    return {
      sentence: `the clue ${inputs[cell]! - FIRST_DIGIT + 1} at ${addressIn(shape.side, cell)} ${now}`,
      cells: [cell],
    };
  });
}
