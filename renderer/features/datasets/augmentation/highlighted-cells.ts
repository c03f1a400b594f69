/** The cell pointed at, wherever it shows: in the original, in the variant, and in the variant undone. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Sheet, Variant } from './variant';

/** By the cell of the original. */
export interface HighlightedCell {
  /** Which of the sheets, e.g. input or output. */
  readonly sheet: number;
  readonly cell: number;
}

export type Column = 'original' | 'variant' | 'undone';

/** What a pointed cell of a column stands for; null for a cell of a variant that is no image. */
export function highlightFrom({ origins }: Variant, column: Column, { sheet, cell }: HighlightedCell): HighlightedCell | null {
  const origin = column === 'variant' ? origins[sheet]![cell]! : cell;
  return origin < 0 ? null : { sheet, cell: origin };
}

/** The highlighted cell in a column; null where it has no image. */
export function placeOf({ origins }: Variant, column: Column, { sheet, cell }: HighlightedCell): number | null {
  if (column !== 'variant') return cell;
  const place = origins[sheet]!.indexOf(cell);
  return place < 0 ? null : place;
}

/** e.g. `Row 1, column 2 (4) → row 3, column 1 (7) → row 1, column 2 (4)`. */
export function describeHighlighted(kind: PuzzleKind, variant: Variant, original: readonly Sheet[], highlighted: HighlightedCell): string {
  const { sheet, cell } = highlighted;
  const place = placeOf(variant, 'variant', highlighted);
  const from = wordsOf(kind, original[sheet]!, cell);
  if (place === null) return `${capitalised(from)} has no image in the variant.`;
  return capitalised(
    [from, wordsOf(kind, variant.sheets[sheet]!, place), wordsOf(kind, variant.undone[sheet]!, cell)].join(' → '),
  );
}

function wordsOf({ columns, symbols, blank }: PuzzleKind, { inputs, answer }: Sheet, cell: number): string {
  const token = inputs[cell] === blank && answer && answer[cell] !== 0 ? answer[cell]! : inputs[cell]!;
  const symbol = token === blank ? '' : (symbols[token] ?? '').trim();
  return `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1} (${symbol || 'empty'})`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
