/** A run that is being set up: what is asked for, what it would take, and what is wrong with it. */
import type { Model, Output } from '../../../../electron/contract/contract';
import { presetFor, problemOf, readValues, requestOf, type SetUpValues } from './run-request';
import type { Keeping } from '../charts/chart-view.svelte';
import type { Compute } from '../../../app/compute.svelte';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import { failed, loading, ready, loadedValue, type Loaded } from '../../../app/loaded';

const keptAs = 'train/set-up';

export class SetUp {
  values = $state() as SetUpValues;
  /** What the run as set up would take. */
  preflight = $state.raw<Loaded<Output<'preflight'>>>(loading);
  isMeasuring = $state(false);

  /** Null while something is wrong. */
  readonly request = $derived.by(() => requestOf(this.values));
  /** Why it cannot be started as set up; null when it can. */
  readonly problem = $derived.by(() => {
    const { from } = this.values;
    if (from !== null && this.catalog.models.state === 'ready' && !this.model)
      return 'The model to start from is not here any more: choose another, or nothing.';
    return problemOf(this.values);
  });
  /** The one that is taught further; null for a run from nothing. */
  readonly model = $derived.by((): Model | null =>
    this.values.from === null ? null : (this.catalog.model(this.values.from) ?? null),
  );
  #measuring: AbortController | null = null;

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly storage: Keeping,
  ) {
    this.values = { ...readValues(storage.getItem(keptAs)) };
  }

  /** Kept for a window that is loaded again; to be called when anything has changed. */
  keep(): void {
    this.storage.setItem(keptAs, JSON.stringify(this.values));
  }

  /** The first set and preset, where nothing was chosen or what was chosen is gone. */
  complete(): void {
    const [lab, sets] = [loadedValue(this.catalog.lab), loadedValue(this.catalog.datasets)];
    if (!sets?.some(({ id }) => id === this.values.dataset)) this.values.dataset = lab?.datasets[0]?.id ?? null;
    if (!lab?.presets.some(({ id }) => id === this.values.preset)) this.values.preset = lab?.presets[0]?.id ?? null;
  }

  /** Taught further, on its own puzzles where they are here, else on those it reads. */
  startFrom(model: Model): void {
    const [lab, set] = [loadedValue(this.catalog.lab), this.catalog.setsFor(model)[0]];
    this.values.from = model.id;
    if (lab) this.values.preset = presetFor(model, lab);
    if (set && this.catalog.dataset(this.values.dataset ?? '')?.kind !== set.kind) this.values.dataset = set.id;
  }

  startFromNothing(): void {
    [this.values.from, this.values.learns] = [null, 'everything'];
  }

  /** Asks what the run as set up would take; an answer that comes too late is let go. */
  async check(): Promise<void> {
    this.#measuring?.abort();
    const asked = this.#asked();
    if (!asked) return;
    const answer = await this.compute.request('preflight', asked).then(ready, failed);
    if (JSON.stringify(this.#asked()) === JSON.stringify(asked)) this.preflight = answer;
  }

  /** Makes the first steps of the run as set up, and tells what the whole of it takes; another choice ends it. */
  async measure(): Promise<void> {
    if (!this.request || this.isMeasuring) return;
    const { signal } = (this.#measuring = new AbortController());
    this.isMeasuring = true;
    const answer = await this.compute
      .request('preflight', { ...this.request, measure: true }, signal)
      .then(ready, failed);
    this.isMeasuring = false;
    if (!signal.aborted) this.preflight = answer;
  }

  cancelMeasuring(): void {
    this.#measuring?.abort();
  }

  /** Counted from the graphs: neither the seed nor the time matter, so they may be wrong meanwhile. */
  #asked() {
    const { dataset, preset } = this.values;
    if (!dataset || !preset) return null;
    const request = requestOf({ ...this.values, seed: 1, maxSeconds: 60, name: '' });
    if (!request) return null;
    const { seed, maxSeconds, ...asked } = request;
    return seed && maxSeconds ? asked : null;
  }
}
