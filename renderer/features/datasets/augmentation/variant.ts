/** A puzzle, a variant of it, and the variant undone: what every kind's augmentation shows of itself. */
import type { VariantCount } from './count';

/** One grid as it is drawn. */
export interface Sheet {
  /** For people, e.g. `Puzzle`. */
  readonly name: string;
  readonly inputs: Uint8Array;
  /** Shown in the cells that the puzzle leaves open; null where there is nothing to show. */
  readonly answer: Uint8Array | null;
}

export interface Variant {
  readonly sheets: readonly Sheet[];
  /** The inverse, done to `sheets` themselves. */
  readonly undone: readonly Sheet[];
  /** Of each sheet by cell of the variant: the original's cell that it shows; -1 where it shows none. */
  readonly origins: readonly Int16Array[];
}

/** What can be switched on and off alone. */
export interface Part {
  readonly id: string;
  readonly name: string;
  /** Choices there are, doing nothing included. */
  readonly order: number;
}

/** Names of the parts that are switched on. */
export type Chosen = readonly string[];

export interface Augmenter<V extends Variant = Variant> {
  readonly original: readonly Sheet[];
  readonly parts: readonly Part[];
  /** The same for the same seed; each part draws by itself, so switching one leaves the others as they were. */
  draw(chosen: Chosen, seed: number): V;
  /** Counts bit by bit: every value but the last is how many have been found so far. */
  count(chosen: Chosen): Generator<number, VariantCount>;
}

/** Equal to the last cell, answers included. */
export function sameSheets(one: readonly Sheet[], other: readonly Sheet[]): boolean {
  return one.length === other.length && one.every((sheet, i) => keyOfSheet(sheet) === keyOfSheet(other[i]!));
}

/** The same text for the same sheets. */
export function keyOfSheets(sheets: readonly Sheet[]): string {
  return sheets.map(keyOfSheet).join('|');
}

const keyOfSheet = ({ inputs, answer }: Sheet) => textOf(inputs) + (answer ? `/${textOf(answer)}` : '');

/** A character for each token. */
export function textOf(tokens: Uint8Array): string {
  return String.fromCharCode(...tokens);
}
