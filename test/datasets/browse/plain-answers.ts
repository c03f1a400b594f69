/** The expected pages and counts of a browser, computed by a plain search over an array of puzzles. */
import type { BrowsedRow, PageQuery } from '../../../datasets/browse/browser';
import type { Filter, Sort } from '../../../datasets/browse/matching';
import type { SplitId } from '../../../datasets/puzzle-address';
import { getWildcard } from '../../../datasets/browse/text-search';
import type { FacetSpec, RatedPuzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';

export interface PlainDataset {
  readonly kind: PuzzleKind;
  readonly facets: readonly FacetSpec[];
  readonly puzzles: readonly RatedPuzzle[];
  readonly splitId: SplitId;
}

export function plainPage(
  { facets, splitId, ...dataset }: PlainDataset,
  { filter = {}, sort, from, count }: PageQuery,
) {
  const rows: BrowsedRow[] = dataset.puzzles.map(({ inputs, labels, ...rest }, index) => ({
    index,
    address: `${splitId.dataset}/${splitId.split}/${index}`,
    inputs,
    labels,
    facets: Object.fromEntries(facets.map(({ id, compute: of }) => [id, of({ inputs, labels, ...rest })])),
  }));
  const matching = rows.filter(
    (row) => passes(row, filter) && matchesText(dataset.kind, row, filter.text ?? '', splitId),
  );
  const sorted = sort ? [...matching].sort((one, other) => compareRows(one, other, sort)) : matching;
  return { total: matching.length, rows: sorted.slice(from, from + count) };
}

/** Number of rows by value of a facet, under the filters on the other facets. */
export function plainCounts(
  dataset: PlainDataset,
  { facets = {}, ...filter }: Filter,
  id: string,
): Map<number, number> {
  const others = Object.fromEntries(Object.entries(facets).filter(([other]) => other !== id));
  const counts = new Map<number, number>();
  for (const row of plainPage(dataset, { filter: { ...filter, facets: others }, from: 0, count: Infinity }).rows)
    counts.set(row.facets[id]!, (counts.get(row.facets[id]!) ?? 0) + 1);
  return counts;
}

function passes(row: BrowsedRow, { facets = {} }: Filter): boolean {
  return Object.entries(facets).every(([id, { min, max }]) => row.facets[id]! >= min && row.facets[id]! <= max);
}

function matchesText(
  kind: PuzzleKind,
  { index, inputs, address }: BrowsedRow,
  text: string,
  { split }: SplitId,
): boolean {
  if (text === '' || [String(index), `${split}/${index}`, address].includes(text)) return true;
  // These kinds parse 0 as a blank.
  const isZeroBlank = /^(?:sudoku|numberlink)/u.test(kind.id);
  const [cells, searched] = [[...kind.format(inputs)], [...(isZeroBlank ? text.replaceAll('0', '.') : text)]];
  return cells.some(
    (_, start) =>
      start + searched.length <= cells.length &&
      searched.every((character, i) => character === getWildcard(kind) || character === cells[start + i]),
  );
}

function compareRows(one: BrowsedRow, other: BrowsedRow, { by, descending }: Sort): number {
  const value = (row: BrowsedRow) => (by === 'index' ? row.index : row.facets[by]!);
  return descending ? value(other) - value(one) : value(one) - value(other);
}
