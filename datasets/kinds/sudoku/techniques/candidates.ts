/** What may stand in each empty cell, as people pencil it in. Sets of digits are bit masks: bit d is digit d + 1. */
import type { ExplainedStep } from '../../puzzle-kind';
import { FIRST_DIGIT, isDigit, type SudokuShape, type Unit } from '../shape';

export class Candidates {
  /** By cell; 0 where a digit stands. */
  readonly masks: Uint16Array;
  /** Digit of each cell, 0 where none stands yet. */
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

  /** Cells of a unit where a digit may stand. */
  placesOf(digit: number, { cells }: Unit): number[] {
    return cells.filter((cell) => (this.masks[cell]! >> (digit - 1)) & 1);
  }

  /** Does what a step says. */
  apply({ placed, excluded }: ExplainedStep): void {
    for (const { cell, digit } of placed) this.place(cell, digit);
    for (const { cell, digits } of excluded) this.masks[cell]! &= ~maskOf(digits);
  }

  private place(cell: number, digit: number): void {
    for (const peer of this.peers[cell]!) this.masks[peer]! &= ~(1 << (digit - 1));
    this.digits[cell] = digit;
    this.masks[cell] = 0;
  }

  /** What leaves these cells when a mask of digits is excluded from them. */
  leaving(cells: readonly number[], mask: number): ExplainedStep['excluded'] {
    return cells
      .filter((cell) => this.masks[cell]! & mask)
      .map((cell) => ({ cell, digits: digitsOf(this.masks[cell]! & mask) }));
  }
}

export function digitsOf(mask: number): number[] {
  return Array.from({ length: 9 }, (_, digit) => digit + 1).filter((digit) => (mask >> (digit - 1)) & 1);
}

export function maskOf(digits: readonly number[]): number {
  return digits.reduce((mask, digit) => mask | (1 << (digit - 1)), 0);
}
