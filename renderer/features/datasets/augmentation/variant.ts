/** A puzzle, a variant of it, and the variant undone; and the highlighted cell in each of them. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { VariantCount } from './count-variants';

/** One grid. */
export interface VariantGrid {
  /** For people, e.g. `Puzzle`. */
  readonly name: string;
  readonly inputs: Uint8Array;
  /** Fills the open cells of the puzzle; null if it is not known. */
  readonly answer: Uint8Array | null;
}

export interface Variant {
  readonly sheets: readonly VariantGrid[];
  /** `sheets` after the inverse symmetry. */
  readonly undone: readonly VariantGrid[];
  /** Per sheet, by cell of the variant: the cell of the original that it shows; -1 for none. */
  readonly origins: readonly Int16Array[];
}

/** A part of the augmentation that can be switched on and off. */
export interface Part {
  readonly id: string;
  readonly name: string;
  /** Number of choices, the identity included. */
  readonly order: number;
}

/** Ids of the enabled parts. */
export type Chosen = readonly string[];

export interface Augmenter<V extends Variant = Variant> {
  readonly original: readonly VariantGrid[];
  readonly parts: readonly Part[];
  /** Deterministic for a seed; each part has its own random stream, so switching one does not change the others. */
  draw(chosen: Chosen, seed: number): V;
  /** Counts step by step; yields how many have been found so far. */
  count(chosen: Chosen): Generator<number, VariantCount>;
}

/** Whether all sheets are equal, answers included. */
export function sameGrids(one: readonly VariantGrid[], other: readonly VariantGrid[]): boolean {
  return one.length === other.length && one.every((sheet, i) => gridKey(sheet) === gridKey(other[i]!));
}

/** A key that is equal for equal sheets. */
export function gridsKey(sheets: readonly VariantGrid[]): string {
  return sheets.map(gridKey).join('|');
}

const gridKey = ({ inputs, answer }: VariantGrid) => tokensKey(inputs) + (answer ? `/${tokensKey(answer)}` : '');

/** One character per token. */
export function tokensKey(tokens: Uint8Array): string {
  return String.fromCharCode(...tokens);
}

// The cell pointed at, wherever it shows: in the original, in the variant, and in the variant undone.

/** By the cell of the original. */
export interface HighlightedCell {
  /** Which of the sheets, e.g. input or output. */
  readonly sheet: number;
  readonly cell: number;
}

export type Column = 'original' | 'variant' | 'undone';

/** What a pointed cell of a column stands for; null for a cell of a variant that is no image. */
export function highlightFrom(
  { origins }: Variant,
  column: Column,
  { sheet, cell }: HighlightedCell,
): HighlightedCell | null {
  const origin = column === 'variant' ? origins[sheet]![cell]! : cell;
  return origin < 0 ? null : { sheet, cell: origin };
}

/** The highlighted cell in a column; null where it has no image. */
export function cellInColumn({ origins }: Variant, column: Column, { sheet, cell }: HighlightedCell): number | null {
  if (column !== 'variant') return cell;
  const place = origins[sheet]!.indexOf(cell);
  return place < 0 ? null : place;
}

/** e.g. `Row 1, column 2 (4) → row 3, column 1 (7) → row 1, column 2 (4)`. */
export function describeHighlighted(
  kind: PuzzleKind,
  variant: Variant,
  original: readonly VariantGrid[],
  highlighted: HighlightedCell,
): string {
  const { sheet, cell } = highlighted;
  const place = cellInColumn(variant, 'variant', highlighted);
  const from = describeCell(kind, original[sheet]!, cell);
  if (place === null) return `${capitalised(from)} has no image in the variant.`;
  return capitalised(
    [from, describeCell(kind, variant.sheets[sheet]!, place), describeCell(kind, variant.undone[sheet]!, cell)].join(
      ' → ',
    ),
  );
}

function describeCell({ columns, symbols, blank }: PuzzleKind, { inputs, answer }: VariantGrid, cell: number): string {
  const token = inputs[cell] === blank && answer && answer[cell] !== 0 ? answer[cell]! : inputs[cell]!;
  const symbol = token === blank ? '' : (symbols[token] ?? '').trim();
  return `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1} (${symbol || 'empty'})`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
