/** What the rules of numberlink say of an answer. */
import type { RuleReport } from '../puzzle-kind';
import { addressIn, ruleReport, type Violation } from '../../violations';
import { FIRST_NUMBER, isNumber, requireBoard, type NumberlinkBoard } from './board';
import { isLinked } from './solve';

/**
 * Rules are: each number is given twice; every given stays; an end has at most one neighbour of its
 * number and any other cell at most two, in a full board exactly so many; and no path is a ring.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkNumberlink(board: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireBoard(board, inputs);
  requireBoard(board, answer);
  const complete = answer.every(isNumber);
  const violations = [
    ...unpaired(inputs),
    ...changedClues(board, inputs, answer),
    ...wrongCells(board, inputs, answer, complete),
  ];
  if (violations.length > 0 || !complete) return ruleReport(violations, complete);
  return ruleReport(
    isLinked(board, inputs, answer) ? [] : [{ sentence: 'a ring of cells is joined to no end', cells: [] }],
    true,
  );
}

const numberOf = (token: number) => token - FIRST_NUMBER + 1;

/** A number given once is an unfinished puzzle, which breaks no rule. */
function unpaired(inputs: Uint8Array): Violation[] {
  return [...new Set(inputs.filter(isNumber))]
    .sort((a, b) => a - b)
    .flatMap((token) => {
      const cells = [...inputs.keys()].filter((cell) => inputs[cell] === token);
      return cells.length > 2 ? [{ sentence: `${numberOf(token)} is given ${cells.length} times`, cells }] : [];
    });
}

function changedClues({ side }: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter((cell) => isNumber(inputs[cell]!) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => ({
    sentence: `the ${numberOf(inputs[cell]!)} given at ${addressIn(side, cell)} changed`,
    cells: [cell],
  }));
}

/** Cells with too many neighbours of their number, or too few in a full board. */
function wrongCells(
  { side, neighbours }: NumberlinkBoard,
  inputs: Uint8Array,
  answer: Uint8Array,
  complete: boolean,
): Violation[] {
  return [...answer.keys()].flatMap((cell) => {
    if (!isNumber(answer[cell]!)) return [];
    const needed = isNumber(inputs[cell]!) ? 1 : 2;
    const same = neighbours[cell]!.filter((next) => answer[next] === answer[cell]);
    if (same.length > needed)
      return [
        {
          sentence: `the path of ${numberOf(answer[cell]!)} touches itself at ${addressIn(side, cell)}`,
          cells: [cell, ...same],
        },
      ];
    return complete && same.length < needed
      ? [{ sentence: `the path of ${numberOf(answer[cell]!)} breaks off at ${addressIn(side, cell)}`, cells: [cell] }]
      : [];
  });
}
