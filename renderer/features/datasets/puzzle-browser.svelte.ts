/** Browsing one split of a data set: what is asked for, the rows that have come, the one that is looked at. */
import type { Histogram, Input, Output } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';
import { failed, loading, ready, type Loaded } from '../../app/loaded';

export type Split = 'train' | 'test';
export type Row = Output<'browsePuzzles'>['rows'][number];
type Filter = NonNullable<Input<'browsePuzzles'>['filter']>;
type Sort = NonNullable<Input<'browsePuzzles'>['sort']>;

/** Rows asked for at a time. */
const PAGE = 120;
/** Pages kept: some thousand rows. */
const KEPT = 24;
/** Milliseconds after the last key before a search begins. */
const TYPING = 200;

export class Gallery {
  dataset = $state<string | null>(null);
  split = $state<Split>('train');
  text = $state('');
  bounds = $state.raw<Readonly<Record<string, { readonly least: number; readonly most: number }>>>({});
  sort = $state.raw<Sort>({ by: 'index' });
  /** Rows that pass; null until the first page has come. */
  total = $state<number | null>(null);
  problem = $state<string | null>(null);
  /** `total` and the rows are still those of the question before. */
  isAsking = $state(false);
  histograms = $state.raw<Loaded<readonly Histogram[]>>(loading);
  /** 0..1 while every row is looked at for the first time. */
  scanned = $state<number | null>(null);
  /** Place of the row looked at, among those that pass. */
  selected = $state<number | null>(null);
  /** Raised when rows have come: what shows them draws anew. */
  version = $state(0);

  // Thousands of rows that only `version` tells of: nothing follows them one by one.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #pages = new Map<number, readonly Row[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #asked = new Set<number>();
  #query = new AbortController();
  #typing: ReturnType<typeof setTimeout> | undefined;
  #jobs = 0;

  constructor(private readonly compute: Compute) {
    compute.onEvent((event) => {
      if (event.type === 'job/progress' && event.job === this.#job) this.scanned = event.share;
    });
  }

  get #job(): string {
    return `gallery-${this.#jobs}`;
  }

  open(dataset: string, split: Split = 'train'): void {
    this.dataset = dataset;
    this.split = split;
    this.text = '';
    this.bounds = {};
    this.sort = { by: 'index' };
    this.#askAnew();
  }

  show(split: Split): void {
    this.split = split;
    this.bounds = {};
    this.#askAnew();
  }

  order(sort: Sort): void {
    this.sort = sort;
    this.#askAnew();
  }

  search(text: string): void {
    this.text = text;
    this.isAsking = true;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#askAnew(), TYPING);
  }

  /** Only puzzles within the bounds; null takes a condition away. */
  bound(facet: string, bounds: { readonly least: number; readonly most: number } | null): void {
    const others = Object.fromEntries(Object.entries(this.bounds).filter(([id]) => id !== facet));
    this.bounds = bounds ? { ...others, [facet]: bounds } : others;
    this.#askAnew();
  }

  clear(): void {
    this.text = '';
    this.bounds = {};
    this.#askAnew();
  }

  get isFiltered(): boolean {
    return this.text.trim() !== '' || Object.keys(this.bounds).length > 0;
  }

  /** The row of a place, where it has come; asks for it where it has not. */
  row(place: number): Row | null {
    const page = Math.floor(place / PAGE);
    const rows = this.#pages.get(page);
    if (!rows) void this.#ask(page);
    return rows?.[place - page * PAGE] ?? null;
  }

  get #filter(): Filter {
    return {
      ...(Object.keys(this.bounds).length > 0 && { facets: { ...this.bounds } }),
      ...(this.text.trim() !== '' && { text: this.text.trim() }),
    };
  }

  #askAnew(): void {
    this.#query.abort();
    this.#query = new AbortController();
    this.#jobs++;
    this.isAsking = true;
    this.#pages.clear();
    this.#asked.clear();
    this.selected = null;
    this.problem = null;
    this.scanned = null;
    void this.#ask(0);
    void this.#count();
  }

  async #ask(page: number): Promise<void> {
    const { dataset, split } = this;
    if (dataset === null || this.#asked.has(page)) return;
    this.#asked.add(page);
    const { signal } = this.#query;
    try {
      const { total, rows } = await this.compute.request(
        'browsePuzzles',
        { dataset, split, filter: this.#filter, sort: this.sort, from: page * PAGE, count: PAGE, job: this.#job },
        signal,
      );
      if (signal.aborted) return;
      this.total = total;
      this.isAsking = false;
      this.#keep(page, rows);
    } catch (reason) {
      if (signal.aborted) return;
      this.#asked.delete(page);
      this.isAsking = false;
      this.problem = reason instanceof Error ? reason.message : String(reason);
    }
  }

  #keep(page: number, rows: readonly Row[]): void {
    this.#pages.set(page, rows);
    for (const oldest of [...this.#pages.keys()].slice(0, -KEPT)) {
      this.#pages.delete(oldest);
      this.#asked.delete(oldest);
    }
    this.version++;
  }

  async #count(): Promise<void> {
    const { dataset, split } = this;
    if (dataset === null) return;
    const { signal } = this.#query;
    const read = await this.compute
      .request('readHistograms', { dataset, split, filter: this.#filter, job: this.#job }, signal)
      .then(({ histograms }) => ready(histograms), failed);
    if (signal.aborted) return;
    this.histograms = read;
    this.scanned = null;
  }
}
