/**
 * The board of numberlink: n × n cells, every number twice. Each pair is connected by a path of neighbouring cells,
 * every cell belongs to a path, and no path touches itself: a path that runs back beside itself could take the short cut.
 */
import { message, type Message } from '../../../renderer/messages/message';
import { squareSymmetries } from '../../symmetry';
import { tokenRange, distinctTokenCounter } from '../facets';
import type { Random } from '../../random';
import { createRuleReport, squareNeighbours, type Violation } from '../rules';
import { describeCell } from '../text';
import type { FacetSpec, RuleReport, Symmetry } from '../puzzle-kind';
import { isLinked } from './solve';

/** Token 0 is padding, 1 a blank, and number k is k + 1. */
export const BLANK = 1;
export const FIRST_NUMBER = 2;
/** Maximum number of pairs on a board: the text form gives a number one character. */
export const MAX_PAIRS = 9;

export const numberlinkSymbols: readonly string[] = [
  '',
  '.',
  ...Array.from({ length: MAX_PAIRS }, (_, number) => String(number + 1)),
];

export interface NumberlinkBoard {
  readonly side: number;
  readonly cells: number;
  /** Cells above, left, right and below, where there are such. */
  readonly neighbours: readonly (readonly number[])[];
}

/** `Numberlink 6×6` */
export const numberlinkName = ({ side }: Pick<NumberlinkBoard, 'side'>): Message =>
  message('kinds.numberlink.name', { side });

/** @throws RangeError for a side outside 4..7 */
export function numberlinkBoard(side: number): NumberlinkBoard {
  if (!Number.isInteger(side) || side < 4 || side > 7) throw new RangeError(`numberlink side must be 4–7, got ${side}`);
  return { side, cells: side * side, neighbours: squareNeighbours(side) };
}

export function isNumber(token: number): boolean {
  return token >= FIRST_NUMBER && token < FIRST_NUMBER + MAX_PAIRS;
}

/** @throws RangeError when `tokens` is not a whole board of this size */
export function requireBoard({ side, cells }: NumberlinkBoard, tokens: Uint8Array): void {
  if (tokens.length !== cells)
    throw new RangeError(`a ${side}×${side} numberlink has ${cells} cells, got ${tokens.length}`);
}

/**
 * Rules are: each number is given twice; every clue stays; an end has at most one neighbour of its
 * number and any other cell at most two, in a full board exactly so many; and no path is a ring.
 * @throws RangeError when either grid has the wrong number of cells
 */
export function checkNumberlink(board: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array): RuleReport {
  requireBoard(board, inputs);
  requireBoard(board, answer);
  const complete = answer.every(isNumber);
  const violations = [
    ...findUnpaired(inputs),
    ...findChangedClues(board, inputs, answer),
    ...findWrongCells(board, inputs, answer, complete),
  ];
  if (violations.length > 0 || !complete) return createRuleReport(violations, complete);
  return createRuleReport(
    isLinked(board, inputs, answer) ? [] : [{ describe: () => message('kinds.numberlink.ring'), cells: [] }],
    true,
  );
}

const numberOf = (token: number) => token - FIRST_NUMBER + 1;

/** A number given once is an unfinished puzzle, which breaks no rule. */
function findUnpaired(inputs: Uint8Array): Violation[] {
  return [...new Set(inputs.filter(isNumber))]
    .sort((a, b) => a - b)
    .flatMap((token) => {
      const cells = [...inputs.keys()].filter((cell) => inputs[cell] === token);
      return cells.length > 2
        ? [
            {
              describe: () => message('kinds.numberlink.repeated', { number: numberOf(token), count: cells.length }),
              cells,
            },
          ]
        : [];
    });
}

function findChangedClues({ side }: NumberlinkBoard, inputs: Uint8Array, answer: Uint8Array): Violation[] {
  const changed = [...inputs.keys()].filter((cell) => isNumber(inputs[cell]!) && answer[cell] !== inputs[cell]);
  return changed.map((cell) => {
    const number = numberOf(inputs[cell]!);
    return {
      describe: () => message('kinds.numberlink.clueChanged', { number, cell: describeCell(side, cell) }),
      cells: [cell],
    };
  });
}

/** Cells with too many neighbours of their number, or too few in a full board. */
function findWrongCells(
  { side, neighbours }: NumberlinkBoard,
  inputs: Uint8Array,
  answer: Uint8Array,
  complete: boolean,
): Violation[] {
  return [...answer.keys()].flatMap((cell) => {
    if (!isNumber(answer[cell]!)) return [];
    const needed = isNumber(inputs[cell]!) ? 1 : 2;
    const same = neighbours[cell]!.filter((next) => answer[next] === answer[cell]);
    const number = numberOf(answer[cell]!);
    const place = () => ({ number, cell: describeCell(side, cell) });
    if (same.length > needed)
      return [{ describe: () => message('kinds.numberlink.touches', place()), cells: [cell, ...same] }];
    return complete && same.length < needed
      ? [{ describe: () => message('kinds.numberlink.interrupted', place()), cells: [cell] }]
      : [];
  });
}

const pairs = distinctTokenCounter(tokenRange(FIRST_NUMBER, FIRST_NUMBER + MAX_PAIRS - 1));

export const numberlinkFacets: readonly FacetSpec[] = [
  { id: 'pairs', name: message('kinds.facet.pairs'), unit: 'pairs', compute: ({ inputs }) => pairs(inputs) },
  {
    id: 'longest',
    name: message('kinds.facet.longestPath'),
    unit: 'cells',
    compute: ({ labels }) => findLongestPath(labels),
  },
];

/** Cells of the number that has most. */
function findLongestPath(labels: Uint8Array): number {
  const cells = new Uint16Array(256);
  let max = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= FIRST_NUMBER) max = Math.max(max, ++cells[labels[i]!]!);
  return max;
}

export function drawNumberlinkSymmetry(side: number, random: Random): Symmetry {
  const { cells } = squareSymmetries(side, numberlinkSymbols.length)[random.integer(0, 7)]!;
  const numbers = random.shuffle(Array.from({ length: MAX_PAIRS }, (_, number) => FIRST_NUMBER + number));
  return { cells, tokens: Uint8Array.of(0, BLANK, ...numbers) };
}

/** Numbers named 1, 2, … in order of first appearance. */
export function renumber(tokens: Uint8Array): Uint8Array {
  const names = new Map<number, number>();
  for (const token of tokens) if (isNumber(token) && !names.has(token)) names.set(token, FIRST_NUMBER + names.size);
  return tokens.map((token) => names.get(token) ?? token);
}
