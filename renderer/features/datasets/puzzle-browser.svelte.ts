/** Browses one split of a dataset: filter, sort, cached pages of rows, and the selected row. */
import type { Histogram, Input, Output } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';
import { describeError, failed, loading, ready, type Loaded } from '../../app/compute.svelte';
import type { SplitName } from '../../../datasets/puzzle-address';

export type Row = Output<'browsePuzzles'>['rows'][number];
type Filter = NonNullable<Input<'browsePuzzles'>['filter']>;
type Sort = NonNullable<Input<'browsePuzzles'>['sort']>;

/** Rows per request. */
const PAGE_SIZE = 120;
/** Cached pages: some thousand rows. */
const CACHED_PAGES = 24;
/** Milliseconds from the last key to the search. */
const SEARCH_DELAY = 200;

export class PuzzleBrowser {
  dataset = $state<string | null>(null);
  split = $state<SplitName>('train');
  text = $state('');
  bounds = $state.raw<Readonly<Record<string, { readonly min: number; readonly max: number }>>>({});
  sort = $state.raw<Sort>({ by: 'index' });
  /** Number of rows that pass the filter; null until the first page is loaded. */
  total = $state<number | null>(null);
  failure = $state<string | null>(null);
  /** Whether `total` and the rows are still those of the previous query. */
  isLoading = $state(false);
  histograms = $state.raw<Loaded<readonly Histogram[]>>(loading);
  /** 0..1 while the facets of every row are computed for the first time. */
  scanProgress = $state<number | null>(null);
  /** Index of the selected row, among those that pass. */
  selected = $state<number | null>(null);
  /** Incremented when rows are loaded, so that views redraw. */
  version = $state(0);

  // Thousands of rows: reactive only through `version`.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #pages = new Map<number, readonly Row[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #requested = new Set<number>();
  #query = new AbortController();
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #jobs = 0;

  constructor(private readonly compute: Compute) {
    compute.onEvent((event) => {
      if (event.type === 'job/progress' && event.job === this.#job) this.scanProgress = event.fraction;
    });
  }

  get #job(): string {
    return `browse-${this.#jobs}`;
  }

  open(dataset: string, split: SplitName = 'train'): void {
    this.dataset = dataset;
    this.split = split;
    this.text = '';
    this.bounds = {};
    this.sort = { by: 'index' };
    this.#reload();
  }

  /** Selects a dataset whose puzzles cannot be shown yet, or none: no rows of the previous one remain. */
  openWithoutPuzzles(dataset: string | null): void {
    this.#clear();
    this.dataset = dataset;
    this.total = null;
    this.isLoading = false;
  }

  setSplit(split: SplitName): void {
    this.split = split;
    this.bounds = {};
    this.#reload();
  }

  setSort(sort: Sort): void {
    this.sort = sort;
    this.#reload();
  }

  search(text: string): void {
    this.text = text;
    this.isLoading = true;
    clearTimeout(this.#searchTimer);
    this.#searchTimer = setTimeout(() => this.#reload(), SEARCH_DELAY);
  }

  /** Filters by the values of a facet; null removes the filter. */
  setBounds(facet: string, bounds: { readonly min: number; readonly max: number } | null): void {
    const others = Object.fromEntries(Object.entries(this.bounds).filter(([id]) => id !== facet));
    this.bounds = bounds ? { ...others, [facet]: bounds } : others;
    this.#reload();
  }

  clearFilters(): void {
    this.text = '';
    this.bounds = {};
    this.#reload();
  }

  get isFiltered(): boolean {
    return this.text.trim() !== '' || Object.keys(this.bounds).length > 0;
  }

  /** The row at an index; null if it is not loaded yet, which starts loading it. */
  row(index: number): Row | null {
    const page = Math.floor(index / PAGE_SIZE);
    const rows = this.#pages.get(page);
    if (!rows) void this.#loadPage(page);
    return rows?.[index - page * PAGE_SIZE] ?? null;
  }

  get #filter(): Filter {
    return {
      ...(Object.keys(this.bounds).length > 0 && { facets: { ...this.bounds } }),
      ...(this.text.trim() !== '' && { text: this.text.trim() }),
    };
  }

  #reload(): void {
    this.#clear();
    this.isLoading = true;
    void this.#loadPage(0);
    void this.#loadHistograms();
  }

  /** Cancels the requests and forgets the rows. */
  #clear(): void {
    this.#query.abort();
    this.#query = new AbortController();
    this.#jobs++;
    this.#pages.clear();
    this.#requested.clear();
    this.selected = null;
    this.failure = null;
    this.scanProgress = null;
  }

  async #loadPage(page: number): Promise<void> {
    const { dataset, split } = this;
    if (dataset === null || this.#requested.has(page)) return;
    this.#requested.add(page);
    const { signal } = this.#query;
    try {
      const { total, rows } = await this.compute.request(
        'browsePuzzles',
        {
          dataset,
          split,
          filter: this.#filter,
          sort: this.sort,
          from: page * PAGE_SIZE,
          count: PAGE_SIZE,
          job: this.#job,
        },
        signal,
      );
      if (signal.aborted) return;
      this.total = total;
      this.isLoading = false;
      this.#storePage(page, rows);
    } catch (reason) {
      if (signal.aborted) return;
      this.#requested.delete(page);
      this.isLoading = false;
      this.failure = describeError(reason);
    }
  }

  #storePage(page: number, rows: readonly Row[]): void {
    this.#pages.set(page, rows);
    for (const oldest of [...this.#pages.keys()].slice(0, -CACHED_PAGES)) {
      this.#pages.delete(oldest);
      this.#requested.delete(oldest);
    }
    this.version++;
  }

  async #loadHistograms(): Promise<void> {
    const { dataset, split } = this;
    if (dataset === null) return;
    const { signal } = this.#query;
    const read = await this.compute
      .request('readHistograms', { dataset, split, filter: this.#filter, job: this.#job }, signal)
      .then(({ histograms }) => ready(histograms), failed);
    if (signal.aborted) return;
    this.histograms = read;
    this.scanProgress = null;
  }
}
