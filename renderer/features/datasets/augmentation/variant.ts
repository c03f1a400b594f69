/** A puzzle, a variant of it, and the variant undone; and the highlighted cell in each of them. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { t } from '../../../messages/language.svelte';
import type { Message } from '../../../messages/message';
import type { VariantCount } from './count-variants';

/** One grid. */
export interface VariantGrid {
  readonly role: 'puzzle' | 'input' | 'output';
  readonly inputs: Uint8Array;
  /** Fills the open cells of the puzzle; null if it is not known. */
  readonly answer: Uint8Array | null;
}

export interface Variant {
  readonly grids: readonly VariantGrid[];
  /** `grids` after the inverse symmetry. */
  readonly undone: readonly VariantGrid[];
  /** Per gridIndex, by cell of the variant: the cell of the original that it shows; -1 for none. */
  readonly origins: readonly Int16Array[];
}

/** A part of the augmentation that can be switched on and off. */
export interface AugmentationPart {
  readonly id: string;
  readonly name: Message;
  /** Number of choices, the identity included. */
  readonly order: number;
}

/** Ids of the enabled parts. */
export type PartIds = readonly string[];

export interface Augmenter<V extends Variant = Variant> {
  readonly original: readonly VariantGrid[];
  readonly parts: readonly AugmentationPart[];
  /** Deterministic for a seed; each part has its own random stream, so switching one does not change the others. */
  draw(enabled: PartIds, seed: number): V;
  /** The grids of a variant with extra clues, as training shows them; null for puzzles without a solution to show. */
  readonly addClues: ((variant: V, seed: number) => readonly VariantGrid[]) | null;
  /** Counts step by step; yields how many have been found so far. */
  count(enabled: PartIds): Generator<number, VariantCount>;
}

/** Whether all grids are equal, answers included. */
export function sameGrids(one: readonly VariantGrid[], other: readonly VariantGrid[]): boolean {
  return one.length === other.length && one.every((grid, i) => gridKey(grid) === gridKey(other[i]!));
}

/** A key that is equal for equal grids. */
export function gridsKey(grids: readonly VariantGrid[]): string {
  return grids.map(gridKey).join('|');
}

const gridKey = ({ inputs, answer }: VariantGrid) => tokensKey(inputs) + (answer ? `/${tokensKey(answer)}` : '');

/** One character per token. */
export function tokensKey(tokens: Uint8Array): string {
  return String.fromCharCode(...tokens);
}

/** The highlighted cell, as a cell of the original. */
export interface HighlightedCell {
  /** Which of the grids, e.g. input or output. */
  readonly gridIndex: number;
  readonly cell: number;
}

export type PreviewColumn = 'original' | 'variant' | 'undone';

/** The cell of the original that a cell of a column shows; null if it shows none. */
export function highlightFrom(
  { origins }: Variant,
  column: PreviewColumn,
  { gridIndex, cell }: HighlightedCell,
): HighlightedCell | null {
  const origin = column === 'variant' ? origins[gridIndex]![cell]! : cell;
  return origin < 0 ? null : { gridIndex, cell: origin };
}

/** The highlighted cell in a column; null if it has no image there. */
export function cellInColumn(
  { origins }: Variant,
  column: PreviewColumn,
  { gridIndex, cell }: HighlightedCell,
): number | null {
  if (column !== 'variant') return cell;
  const image = origins[gridIndex]!.indexOf(cell);
  return image < 0 ? null : image;
}

/** e.g. `Row 1, column 2 (4) → Row 3, column 1 (7) → Row 1, column 2 (4)`. */
export function describeHighlighted(
  kind: PuzzleKind,
  variant: Variant,
  original: readonly VariantGrid[],
  highlighted: HighlightedCell,
): string {
  const { gridIndex, cell } = highlighted;
  const image = cellInColumn(variant, 'variant', highlighted);
  const from = describeGridCell(kind, original[gridIndex]!, cell);
  if (image === null) return t('datasets.augment.noImage', { cell: from });
  return [
    from,
    describeGridCell(kind, variant.grids[gridIndex]!, image),
    describeGridCell(kind, variant.undone[gridIndex]!, cell),
  ].join(' → ');
}

function describeGridCell(
  { columns, symbols, blank }: PuzzleKind,
  { inputs, answer }: VariantGrid,
  cell: number,
): string {
  const token = inputs[cell] === blank && answer && answer[cell] !== 0 ? answer[cell]! : inputs[cell]!;
  const symbol = token === blank ? '' : (symbols[token] ?? '').trim();
  const position = { row: Math.floor(cell / columns) + 1, column: (cell % columns) + 1 };
  return symbol === ''
    ? t('datasets.augment.emptyCell', position)
    : t('datasets.augment.cell', { ...position, symbol });
}
