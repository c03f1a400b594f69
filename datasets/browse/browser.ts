/**
 * Browses a split of any size: pages of its rows under a filter and in a sort order, and histograms of its facets. A page
 * in the original order reads only its rows; the first filter, sort order or histogram scans every row once, and keeps
 * the facets in memory.
 */
import { MessageError } from '../../renderer/messages/message';
import type { FacetSpec, RatedPuzzle } from '../kinds/puzzle-kind';
import {
  FacetColumns,
  countHistograms,
  findMatchingRows,
  SORT_BY_INDEX,
  requireFacets,
  sortRows,
  type FacetColumn,
  type FilterConditions,
  type Filter,
  type Histograms,
  type Sort,
} from './matching';
import { formatAddress, type SplitId } from '../puzzle-address';
import QuickLRU from 'quick-lru';
import type { RowSource, WaitOptions } from './scan';
import { TextFilter } from './text-search';

export interface PageQuery {
  readonly filter?: Filter | undefined;
  /** The order of the set without one. */
  readonly sort?: Sort | undefined;
  /** Position of the first row among those that pass the filter. */
  readonly from: number;
  readonly count: number;
}

export interface BrowsedRow {
  /** Its index in the split, the same under any filter and order. */
  readonly index: number;
  /** `<set>/<split>/<index>` */
  readonly address: string;
  readonly inputs: Uint8Array;
  readonly labels: Uint8Array;
  /** By id of the facet, `UNKNOWN` (-1) where the value is unknown. */
  readonly facets: Readonly<Record<string, number>>;
}

export interface BrowsedPage {
  /** Rows that pass the filter. */
  readonly total: number;
  /** Fewer than `count` at the end of the split, none beyond it. */
  readonly rows: readonly BrowsedRow[];
}

/** Maximum rows of a page: they are read at once. */
export const MAX_PAGE_ROWS = 1000;
/** Orders kept, four bytes a row each: this many to twice as many, as the cache has it. */
const ORDERS_KEPT = 2;

/** Rows in an order, by position. */
interface Selection {
  readonly total: number;
  readonly row: (place: number) => number;
}

export class SplitBrowser {
  private readonly columns: FacetColumns;
  private readonly hits: TextFilter;
  private readonly orders = new QuickLRU<string, Uint32Array>({ maxSize: ORDERS_KEPT });
  private readonly rows: RowSource;
  private isClosed = false;

  constructor(
    source: RowSource,
    private readonly id: SplitId,
  ) {
    this.rows = {
      ...source,
      read: (from, to) =>
        this.isClosed
          ? Promise.reject(new MessageError('datasets.browse.closed', { dataset: id.dataset }))
          : source.read(from, to),
    };
    this.columns = new FacetColumns(this.rows);
    this.hits = new TextFilter(this.rows, id);
  }

  get facets(): readonly FacetSpec[] {
    return this.rows.facets;
  }

  /** Number of rows. */
  get count(): number {
    return this.rows.count;
  }

  /**
   * A cancelled call is rejected at once without affecting others: work they share continues, and work without waiters
   * pauses until the next call.
   * @throws MessageError for an unknown facet; RangeError for an invalid page; the signal's reason; where a row cannot be read
   */
  async page({ filter, sort, from, count }: PageQuery, wait: WaitOptions = {}): Promise<BrowsedPage> {
    requireFacets(this.facets, { filter, sort });
    if (!(Number.isSafeInteger(from) && from >= 0 && Number.isInteger(count) && count >= 0 && count <= MAX_PAGE_ROWS))
      throw new RangeError(`expected a page of at most ${MAX_PAGE_ROWS} rows, got ${count} rows from row ${from}`);
    const { total, row } = await this.select({ filter, sort }, wait);
    const places = Array.from({ length: Math.max(0, Math.min(count, total - from)) }, (_, i) => row(from + i));
    return { total, rows: await this.read(places) };
  }

  /** @throws as `page` */
  async histograms({ filter }: Pick<PageQuery, 'filter'>, wait: WaitOptions = {}): Promise<Histograms> {
    requireFacets(this.facets, { filter });
    const conditions = await this.conditions(filter, wait);
    return countHistograms(await this.columns.read(wait), conditions);
  }

  /** Closes the files; pending reads are rejected. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.rows.close();
  }

  private async select(query: Pick<PageQuery, 'filter' | 'sort'>, wait: WaitOptions): Promise<Selection> {
    const { count } = this.rows;
    const { filter = {}, sort = { by: SORT_BY_INDEX } } = query;
    const isUnfiltered = Object.keys(filter.facets ?? {}).length === 0 && (filter.text ?? '') === '';
    if (isUnfiltered && sort.by === SORT_BY_INDEX)
      return { total: count, row: sort.descending ? (place) => count - 1 - place : (place) => place };
    const key = cacheKey(filter, sort);
    const rows = this.orders.get(key) ?? (await this.ordered(filter, sort, wait));
    this.orders.set(key, rows);
    return { total: rows.length, row: (place) => rows[place]! };
  }

  private async ordered(filter: Filter, { by, descending = false }: Sort, wait: WaitOptions): Promise<Uint32Array> {
    const rows = await findMatchingRows(await this.conditions(filter, wait));
    if (by === SORT_BY_INDEX) return descending ? rows.reverse() : rows;
    const { values } = findColumn(await this.columns.read(wait), by);
    return sortRows(rows, { values, descending, signal: wait.signal });
  }

  /** A text alone needs no facets, and facets no text. */
  private async conditions({ facets = {}, text }: Filter = {}, wait: WaitOptions): Promise<FilterConditions> {
    const filters = Object.entries(facets);
    const columns = filters.length > 0 ? await this.columns.read(wait) : [];
    const found = await this.hits.find(text, wait);
    wait.signal?.throwIfAborted();
    const bounds = filters.map(([id, { min, max }]) => ({ column: findColumn(columns, id), min, max }));
    return { count: this.rows.count, bounds, found, signal: wait.signal };
  }

  /** Rows by index, in the given order; consecutive rows are read together. */
  private async read(indices: readonly number[]): Promise<BrowsedRow[]> {
    const runs: { first: number; length: number }[] = [];
    for (const index of Uint32Array.from(indices).sort()) {
      const last = runs[runs.length - 1];
      if (last && index === last.first + last.length) last.length++;
      else runs.push({ first: index, length: 1 });
    }
    const read = await Promise.all(runs.map(({ first, length }) => this.rows.read(first, first + length)));
    const rows = new Map(
      read
        .flatMap((puzzles, run) => puzzles.map((puzzle, i) => this.browsed(puzzle, runs[run]!.first + i)))
        .map((row) => [row.index, row]),
    );
    return indices.flatMap((index) => rows.get(index) ?? []);
  }

  private browsed(puzzle: RatedPuzzle, index: number): BrowsedRow {
    const facets = Object.fromEntries(this.facets.map((facet) => [facet.id, facet.compute(puzzle)]));
    // Copies: pages are sent to the window, and a view would carry the memory of its neighbours.
    return {
      index,
      address: formatAddress({ ...this.id, index }),
      inputs: puzzle.inputs.slice(),
      labels: puzzle.labels.slice(),
      facets,
    };
  }
}

/** Bounds as words: JSON has no infinity. */
function cacheKey({ facets = {}, text }: Filter, { by, descending }: Sort): string {
  return JSON.stringify([
    Object.entries(facets).map(([id, { min, max }]) => `${id} ${min} ${max}`),
    text,
    by,
    descending,
  ]);
}

function findColumn(columns: readonly FacetColumn[], id: string): FacetColumn {
  const column = columns.find(({ facet }) => facet.id === id);
  if (column) return column;
  throw new RangeError(`unknown facet "${id}"`);
}
