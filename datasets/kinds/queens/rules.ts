/** What the rules of queens completion say of an answer. */
import type { RuleReport } from '../puzzle-kind';
import { addressIn, ruleReport, type Violation } from '../../violations';
import { BLANK, FREE, QUEEN, requireBoard, type QueensBoard } from './board';

/**
 * Rules are: no row, column or diagonal has two queens, and every given stays. An answer is complete
 * when no cell is blank and every row has its queen.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkQueens(board: QueensBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireBoard(board, inputs);
  requireBoard(board, answer);
  const queens = answer.filter((token) => token === QUEEN).length;
  const complete = queens === board.side && answer.every((token) => token === QUEEN || token === FREE);
  return ruleReport([...attacks(board, answer), ...changedClues(board, inputs, answer)], complete);
}

function attacks({ lines }: QueensBoard, answer: Uint8Array): Violation[] {
  return lines.flatMap(({ name, cells }) => {
    const queens = cells.filter((cell) => answer[cell] === QUEEN);
    return queens.length > 1 ? [{ sentence: `${name} has ${queens.length} queens`, cells: queens }] : [];
  });
}

function changedClues({ side }: QueensBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const isClue = (token: number) => token !== BLANK && token !== 0;
  const changed = [...inputs.keys()].filter((cell) => isClue(inputs[cell]!) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => ({
    sentence:
      inputs[cell] === QUEEN
        ? `the queen at ${addressIn(side, cell)} is gone`
        : `${addressIn(side, cell)} was given as free`,
    cells: [cell],
  }));
}
