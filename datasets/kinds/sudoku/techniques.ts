/**
 * Solves a sudoku by named techniques, always the easiest one that applies. Sets of digits are bit masks: bit d is digit
 * d + 1.
 */
import { message, type Message } from '../../../renderer/messages/message';
import { NEEDS_SEARCH, type ExplainedStep, type Explanation, type Technique as TechniqueName } from '../puzzle-kind';
import { describeCell } from '../text';
import { FIRST_DIGIT, isDigit, type SudokuShape, type Unit } from './shape';

type Peers = readonly (readonly number[])[];

const knownPeers = new WeakMap<SudokuShape, Peers>();

/** For each cell all that share a unit with it. */
function getPeers(shape: SudokuShape): Peers {
  const unitsOf = (cell: number) => shape.units.filter(({ cells }) => cells.includes(cell));
  const peers =
    knownPeers.get(shape) ??
    Array.from(shape.rowOf, (_, cell) => [...new Set(unitsOf(cell).flatMap(({ cells }) => cells))]);
  knownPeers.set(shape, peers);
  return peers;
}

class Candidates {
  /** Candidates by cell; 0 for filled cells. */
  readonly masks: Uint16Array;
  /** Digit of each cell; 0 for empty cells. */
  readonly digits: Uint8Array;
  private readonly peers: Peers;

  constructor(
    readonly shape: SudokuShape,
    inputs: Uint8Array,
  ) {
    this.digits = new Uint8Array(shape.cells);
    this.masks = new Uint16Array(shape.cells).fill((1 << shape.side) - 1);
    this.peers = getPeers(shape);
    for (const cell of inputs.keys())
      if (isDigit(shape, inputs[cell]!)) this.place(cell, inputs[cell]! - FIRST_DIGIT + 1);
  }

  get isFull(): boolean {
    return this.digits.every((digit) => digit > 0);
  }

  /** Cells of a unit that have the digit as a candidate. */
  cellsFor(digit: number, { cells }: Unit): number[] {
    return cells.filter((cell) => (this.masks[cell]! >> (digit - 1)) & 1);
  }

  /** Applies a step. */
  apply({ placed, excluded }: ExplainedStep): void {
    for (const { cell, digit } of placed) this.place(cell, digit);
    for (const { cell, digits } of excluded) this.masks[cell]! &= ~toMask(digits);
  }

  private place(cell: number, digit: number): void {
    for (const peer of this.peers[cell]!) this.masks[peer]! &= ~(1 << (digit - 1));
    this.digits[cell] = digit;
    this.masks[cell] = 0;
  }

  /** The candidates that are removed when a mask of digits is excluded from the cells. */
  listExclusions(cells: readonly number[], mask: number): ExplainedStep['excluded'] {
    return cells
      .filter((cell) => this.masks[cell]! & mask)
      .map((cell) => ({ cell, digits: listDigits(this.masks[cell]! & mask) }));
  }
}

function listDigits(mask: number): number[] {
  return Array.from({ length: 9 }, (_, digit) => digit + 1).filter((digit) => (mask >> (digit - 1)) & 1);
}

function toMask(digits: readonly number[]): number {
  return digits.reduce((mask, digit) => mask | (1 << (digit - 1)), 0);
}

type FindStep = (candidates: Candidates) => ExplainedStep | null;

const nakedSingle: FindStep = ({ masks, shape }) => {
  const cell = masks.findIndex((mask) => mask !== 0 && (mask & (mask - 1)) === 0);
  if (cell < 0) return null;
  const [digit] = listDigits(masks[cell]!);
  return placeStep(
    'naked single',
    cell,
    digit!,
    message('kinds.step.nakedSingle', { digit: digit!, cell: describeCell(shape.side, cell) }),
  );
};

const hiddenSingle: FindStep = (candidates) =>
  firstOf(candidates.shape.units, (unit) =>
    firstOf(digitsFor(candidates), (digit) => {
      const [cell, other] = candidates.cellsFor(digit, unit);
      if (cell === undefined || other !== undefined) return null;
      return placeStep(
        'hidden single',
        cell,
        digit,
        message('kinds.step.hiddenSingle', {
          line: unit.name,
          digit,
          cell: describeCell(candidates.shape.side, cell),
        }),
      );
    }),
  );

/** A digit whose cells in one unit all belong to another unit is excluded from the rest of that other unit. */
const lockedCandidates: FindStep = (candidates) =>
  firstOf(candidates.shape.units, (unit) =>
    firstOf(digitsFor(candidates), (digit) => {
      const places = candidates.cellsFor(digit, unit);
      if (places.length < 2) return null;
      return firstOf(candidates.shape.units, (other) => {
        if (other === unit || !places.every((cell) => other.cells.includes(cell))) return null;
        const rest = other.cells.filter((cell) => !places.includes(cell));
        return excludeStep(
          'locked candidates',
          places,
          candidates.listExclusions(rest, toMask([digit])),
          message('kinds.step.lockedCandidates', { line: unit.name, digit, other: other.name }),
        );
      });
    }),
  );

/** `size` cells of a unit with only `size` candidates: these digits are excluded from the rest of the unit. */
const nakedSubset =
  (size: 2 | 3): FindStep =>
  (candidates) =>
    firstOf(candidates.shape.units, (unit) => {
      const open = unit.cells.filter((cell) => candidates.masks[cell] !== 0);
      return firstOf(subsetsOf(open, size), (cells) => {
        const mask = cells.reduce((union, cell) => union | candidates.masks[cell]!, 0);
        if (listDigits(mask).length !== size) return null;
        const rest = open.filter((cell) => !cells.includes(cell));
        return excludeStep(
          size === 2 ? 'naked pair' : 'naked triple',
          cells,
          candidates.listExclusions(rest, mask),
          message('kinds.step.nakedSubset', { line: unit.name, digits: listDigits(mask).map(String), count: size }),
        );
      });
    });

/** `size` digits of a unit with only `size` possible cells: all other digits are excluded from these cells. */
const hiddenSubset =
  (size: 2 | 3): FindStep =>
  (candidates) =>
    firstOf(candidates.shape.units, (unit) => {
      const open = digitsFor(candidates).filter((digit) => candidates.cellsFor(digit, unit).length > 0);
      return firstOf(subsetsOf(open, size), (digits) => {
        const cells = unit.cells.filter((cell) => candidates.masks[cell]! & toMask(digits));
        if (cells.length !== size) return null;
        return excludeStep(
          size === 2 ? 'hidden pair' : 'hidden triple',
          cells,
          candidates.listExclusions(cells, ~toMask(digits)),
          message('kinds.step.hiddenSubset', { line: unit.name, digits: digits.map(String), count: size }),
        );
      });
    });

/** A digit with two possible cells in each of two parallel lines, on the same two crossing lines: it is excluded from the rest of the crossing lines. */
const xWing: FindStep = (candidates) => {
  const { side, units } = candidates.shape;
  const [rows, columns] = [units.slice(0, side), units.slice(side, 2 * side)];
  return findWing(candidates, rows, columns) ?? findWing(candidates, columns, rows);
};

function findWing(candidates: Candidates, lines: readonly Unit[], crossing: readonly Unit[]): ExplainedStep | null {
  return firstOf(digitsFor(candidates), (digit) => {
    const twice = lines.filter((line) => candidates.cellsFor(digit, line).length === 2);
    return firstOf(subsetsOf(twice, 2), (pair) => {
      const cells = pair.flatMap((line) => candidates.cellsFor(digit, line));
      const crossed = crossing.filter((line) => line.cells.some((cell) => cells.includes(cell)));
      if (crossed.length !== 2) return null;
      const rest = crossed.flatMap((line) => line.cells).filter((cell) => !cells.includes(cell));
      const text = message('kinds.step.xWing', {
        lines: pair.map(({ name }) => name),
        digit,
        crossing: crossed.map(({ name }) => name),
      });
      return excludeStep('X-wing', cells, candidates.listExclusions(rest, toMask([digit])), text);
    });
  });
}

/** From easy to hard. */
export const techniques: readonly { readonly name: TechniqueName; readonly find: FindStep }[] = [
  { name: 'naked single', find: nakedSingle },
  { name: 'hidden single', find: hiddenSingle },
  { name: 'locked candidates', find: lockedCandidates },
  { name: 'naked pair', find: nakedSubset(2) },
  { name: 'hidden pair', find: hiddenSubset(2) },
  { name: 'naked triple', find: nakedSubset(3) },
  { name: 'hidden triple', find: hiddenSubset(3) },
  { name: 'X-wing', find: xWing },
];

const digitsFor = ({ shape }: Candidates) => Array.from({ length: shape.side }, (_, digit) => digit + 1);

function placeStep(technique: TechniqueName, cell: number, digit: number, text: Message): ExplainedStep {
  return { technique, cells: [cell], placed: [{ cell, digit }], excluded: [], message: text };
}

/** Null when nothing would be excluded. */
function excludeStep(
  technique: TechniqueName,
  cells: readonly number[],
  excluded: ExplainedStep['excluded'],
  text: Message,
): ExplainedStep | null {
  return excluded.length === 0
    ? null
    : { technique, cells: [...cells].sort((a, b) => a - b), placed: [], excluded, message: text };
}

function firstOf<Item, Found>(items: Iterable<Item>, find: (item: Item) => Found | null): Found | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** All choices of `size` items, in order. */
function* subsetsOf<Item>(items: readonly Item[], size: number, from = 0): Generator<Item[]> {
  if (size === 0) yield [];
  else
    for (let at = from; at <= items.length - size; at++)
      for (const rest of subsetsOf(items, size - 1, at + 1)) yield [items[at]!, ...rest];
}

/** Explains a solution step by step. Steps are valid for puzzles with a solution; contradictory clues end in `needs search`. */
export function explainSudoku(shape: SudokuShape, inputs: Uint8Array): Explanation {
  const candidates = new Candidates(shape, inputs);
  const steps: ExplainedStep[] = [];
  let hardest = 0;
  for (let step = next(candidates); step; step = next(candidates)) {
    candidates.apply(step.step);
    steps.push(step.step);
    hardest = Math.max(hardest, step.level);
  }
  const solved = candidates.isFull;
  return { steps, solved, rating: solved ? (techniques[hardest]?.name ?? NEEDS_SEARCH) : NEEDS_SEARCH };
}

function next(candidates: Candidates): { readonly step: ExplainedStep; readonly level: number } | null {
  for (const [level, { find }] of techniques.entries()) {
    const step = find(candidates);
    if (step) return { step, level };
  }
  return null;
}
