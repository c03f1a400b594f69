/** What the rules of sudoku say of an answer. */
import type { RuleReport } from '../../puzzle';
import { addressOf, FIRST_DIGIT, isDigit, requireGrid, type SudokuShape, type Unit } from './shape';

/** A broken rule: in words, and the cells that take part in it. */
interface Violation {
  readonly sentence: string;
  readonly cells: readonly number[];
}

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
  return {
    legal: complete && violations.length === 0,
    brokenCells: [...new Set(violations.flatMap(({ cells }) => cells))].sort((a, b) => a - b),
    brokenRules: violations.length,
    violations: violations.map(({ sentence }) => sentence),
  };
}

function repeatedDigits(shape: SudokuShape, answer: Uint8Array): Violation[] {
  return shape.units.flatMap((unit) => {
    const cells = unit.cells.filter((cell) => isDigit(shape, answer[cell]) && isRepeated(unit, answer, cell));
    if (cells.length === 0) return [];
    const digits = [...new Set(cells.map((cell) => answer[cell] - FIRST_DIGIT + 1))].sort();
    return [{ sentence: `${unit.name} has ${digits.join(' and ')} more than once`, cells }];
  });
}

function isRepeated({ cells }: Unit, answer: Uint8Array, cell: number): boolean {
  return cells.some((other) => other !== cell && answer[other] === answer[cell]);
}

function changedClues(shape: SudokuShape, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter((cell) => isDigit(shape, inputs[cell]) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => {
    const now = isDigit(shape, answer[cell]) ? `became ${answer[cell] - FIRST_DIGIT + 1}` : 'was erased';
    return { sentence: `the clue ${inputs[cell] - FIRST_DIGIT + 1} at ${addressOf(shape, cell)} ${now}`, cells: [cell] };
  });
}
