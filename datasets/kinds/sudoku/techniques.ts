/**
 * Solves a sudoku by named techniques, always the easiest one that applies. Sets of digits are bit masks: bit d is digit
 * d + 1.
 */
import type { ExplainedStep, Explanation } from '../puzzle-kind';
import { describeCell } from '../text';
import { FIRST_DIGIT, isDigit, type SudokuShape, type Unit } from './shape';

class Candidates {
  /** Candidates by cell; 0 for filled cells. */
  readonly masks: Uint16Array;
  /** Digit of each cell; 0 for empty cells. */
  readonly digits: Uint8Array;
  /** For each cell all others that share a unit with it. */
  private readonly peers: readonly (readonly number[])[];

  constructor(
    readonly shape: SudokuShape,
    inputs: Uint8Array,
  ) {
    this.digits = new Uint8Array(shape.cells);
    this.masks = new Uint16Array(shape.cells).fill((1 << shape.side) - 1);
    this.peers = Array.from(this.masks, (_, cell) => [
      ...new Set(shape.units.filter(({ cells }) => cells.includes(cell)).flatMap(({ cells }) => cells)),
    ]);
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

type Technique = (candidates: Candidates) => ExplainedStep | null;

const nakedSingle: Technique = ({ masks, shape }) => {
  const cell = masks.findIndex((mask) => mask !== 0 && (mask & (mask - 1)) === 0);
  if (cell < 0) return null;
  const [digit] = listDigits(masks[cell]!);
  return placeStep('naked single', cell, digit!, `only ${digit} can stand at ${describeCell(shape.side, cell)}`);
};

const hiddenSingle: Technique = (candidates) =>
  firstOf(candidates.shape.units, (unit) =>
    firstOf(digitsFor(candidates), (digit) => {
      const [cell, other] = candidates.cellsFor(digit, unit);
      if (cell === undefined || other !== undefined) return null;
      return placeStep(
        'hidden single',
        cell,
        digit,
        `in ${unit.name} only ${describeCell(candidates.shape.side, cell)} is left for ${digit}`,
      );
    }),
  );

/** A digit whose cells in one unit all belong to another unit is excluded from the rest of that other unit. */
const lockedCandidates: Technique = (candidates) =>
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
          `in ${unit.name}, ${digit} stands only where ${other.name} crosses it, so nowhere else in ${other.name}`,
        );
      });
    }),
  );

/** `size` cells of a unit with only `size` candidates: these digits are excluded from the rest of the unit. */
const nakedSubset =
  (size: number): Technique =>
  (candidates) =>
    firstOf(candidates.shape.units, (unit) => {
      const open = unit.cells.filter((cell) => candidates.masks[cell] !== 0);
      return firstOf(subsetsOf(open, size), (cells) => {
        const mask = cells.reduce((union, cell) => union | candidates.masks[cell]!, 0);
        if (listDigits(mask).length !== size) return null;
        const rest = open.filter((cell) => !cells.includes(cell));
        return excludeStep(
          `naked ${describeDigits(size)}`,
          cells,
          candidates.listExclusions(rest, mask),
          `in ${unit.name}, ${list(listDigits(mask))} take up ${size} cells, so they stand nowhere else in it`,
        );
      });
    });

/** `size` digits of a unit with only `size` possible cells: all other digits are excluded from these cells. */
const hiddenSubset =
  (size: number): Technique =>
  (candidates) =>
    firstOf(candidates.shape.units, (unit) => {
      const open = digitsFor(candidates).filter((digit) => candidates.cellsFor(digit, unit).length > 0);
      return firstOf(subsetsOf(open, size), (digits) => {
        const cells = unit.cells.filter((cell) => candidates.masks[cell]! & toMask(digits));
        if (cells.length !== size) return null;
        return excludeStep(
          `hidden ${describeDigits(size)}`,
          cells,
          candidates.listExclusions(cells, ~toMask(digits)),
          `in ${unit.name}, ${list(digits)} have only ${size} cells, so nothing else stands in these`,
        );
      });
    });

/** A digit with two possible cells in each of two parallel lines, on the same two crossing lines: it is excluded from the rest of the crossing lines. */
const xWing: Technique = (candidates) => {
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
      const message = `in ${pair[0]!.name} and ${pair[1]!.name}, ${digit} stands only in ${crossed[0]!.name} and ${crossed[1]!.name}, so nowhere else in these`;
      return excludeStep('X-wing', cells, candidates.listExclusions(rest, toMask([digit])), message);
    });
  });
}

/** From easy to hard. */
export const techniques: readonly { readonly name: string; readonly find: Technique }[] = [
  { name: 'naked single', find: nakedSingle },
  { name: 'hidden single', find: hiddenSingle },
  { name: 'locked candidates', find: lockedCandidates },
  { name: 'naked pair', find: nakedSubset(2) },
  { name: 'hidden pair', find: hiddenSubset(2) },
  { name: 'naked triple', find: nakedSubset(3) },
  { name: 'hidden triple', find: hiddenSubset(3) },
  { name: 'X-wing', find: xWing },
];

const describeDigits = (size: number) => (size === 2 ? 'pair' : 'triple');
const list = (digits: readonly number[]) => `${digits.slice(0, -1).join(', ')} and ${digits[digits.length - 1]}`;
const digitsFor = ({ shape }: Candidates) => Array.from({ length: shape.side }, (_, digit) => digit + 1);

function placeStep(technique: string, cell: number, digit: number, message: string): ExplainedStep {
  return { technique, cells: [cell], placed: [{ cell, digit }], excluded: [], message };
}

/** Null when nothing would be excluded. */
function excludeStep(
  technique: string,
  cells: readonly number[],
  excluded: ExplainedStep['excluded'],
  message: string,
): ExplainedStep | null {
  return excluded.length === 0
    ? null
    : { technique, cells: [...cells].sort((a, b) => a - b), placed: [], excluded, message };
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

export const NEEDS_SEARCH = 'needs search';

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
