/** Queries of a browser: which rows, in which order. */
import type { FacetSpec } from '../kinds/puzzle-kind';

/** Both included. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export interface Filter {
  /** By id of the facet. A puzzle of which a facet is not known is outside all bounds from 0 on. */
  readonly facets?: Readonly<Record<string, Bounds>> | undefined;
  /**
   * Cells of the question as `createMatcher` reads them, or a row's address: `17`, `train/17` or in full. A
   * number can be both, and finds both. Empty: any.
   */
  readonly text?: string | undefined;
}

export interface Sort {
  /** Id of a facet, or `index`. Equal rows stand in ascending order of their index. */
  readonly by: string;
  readonly descending?: boolean | undefined;
}

/** The name of the order of the set itself. */
export const INDEX = 'index';

/** @throws RangeError naming the facets there are */
export function requireFacets(
  facets: readonly FacetSpec[],
  { filter, sort }: { readonly filter?: Filter | undefined; readonly sort?: Sort | undefined },
): void {
  const ids = [...Object.keys(filter?.facets ?? {}), ...(sort && sort.by !== INDEX ? [sort.by] : [])];
  for (const id of ids)
    if (!facets.some((facet) => facet.id === id))
      throw new RangeError(`unknown facet "${id}"; known: ${facets.map((facet) => facet.id).join(', ') || 'none'}`);
}

/** Where a set and its split are addressed: `<set>/<split>/<index>`. */
export interface SplitId {
  readonly set: string;
  readonly split: string;
}

export function formatAddress({ set, split }: SplitId, row: number): string {
  return `${set}/${split}/${row}`;
}

/** The row of `17`, `train/17` or a full address of this split; null for any other text, or beyond `count`. */
export function findRowByAddress(text: string, { set, split }: SplitId, count: number): number | null {
  const { before, digits } = /^(?:(?<before>.*)\/)?(?<digits>0|[1-9]\d{0,9})$/su.exec(text.trim())?.groups ?? {};
  const isHere = before === undefined || before === split || before === `${set}/${split}`;
  return digits !== undefined && isHere && Number(digits) < count ? Number(digits) : null;
}
