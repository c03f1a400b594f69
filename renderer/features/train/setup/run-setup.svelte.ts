/** State of the set-up form: the values, their cost estimate, and their problem. */
import type { Lab, Model, Output, RunRequest } from '../../../../electron/contract/contract';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import type { Compute } from '../../../app/compute.svelte';
import type { Loaded } from '../../../app/loaded';
import { failed, loadedValue, loading, ready } from '../../../app/loaded';
import type { SettingsStorage } from '../charts/chart-view.svelte';

// The values of the form: validation and conversion to a request.

/** Seven days, the contract's limit. */
export const MAX_SECONDS = 7 * 24 * 3600;
export const MAX_SEED = 2 ** 31 - 1;

export const precisions = ['float32', 'mixed', 'int8'] as const satisfies readonly NonNullable<
  RunRequest['precision']
>[];
export type Precision = (typeof precisions)[number];

/** Fields that are left empty are as the preset has them. */
export interface RunSetupValues {
  dataset: string | null;
  preset: string | null;
  seed: number | null;
  maxSeconds: number | null;
  name: string;
  maxSteps: number | null;
  batchSize: number | null;
  learningRate: number | null;
  precision: Precision | null;
  /** A model that is taught further; null starts from nothing. */
  from: string | null;
  learns: 'everything' | 'puzzle embeddings';
}

export const defaultValues: RunSetupValues = {
  dataset: null,
  preset: null,
  seed: 1,
  maxSeconds: 180,
  name: '',
  maxSteps: null,
  batchSize: null,
  learningRate: null,
  precision: null,
  from: null,
  learns: 'everything',
};

/** Why it cannot be started; null where it can. */
export function findProblem({
  dataset,
  preset,
  seed,
  maxSeconds,
  maxSteps,
  batchSize,
  learningRate,
}: RunSetupValues): string | null {
  const isWhole = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  if (maxSeconds === null || !(maxSeconds >= 1 && maxSeconds <= MAX_SECONDS))
    return 'The time must be between 1 second and 7 days.';
  if (seed === null || !isWhole(seed, 0, MAX_SEED)) return 'The seed must be a whole number from 0 to 2,147,483,647.';
  if (maxSteps !== null && !isWhole(maxSteps, 1, Number.MAX_SAFE_INTEGER))
    return 'The greatest number of steps must be a whole number above 0.';
  if (batchSize !== null && !isWhole(batchSize, 1, 4096)) return 'The batch must be a whole number from 1 to 4,096.';
  if (learningRate !== null && !(learningRate > 0 && learningRate <= 1e6)) return 'The learning rate must be above 0.';
  return dataset && preset ? null : 'Choose puzzles and a model.';
}

/** The request for compute; null while a value is invalid. */
export function createRequest(values: RunSetupValues): RunRequest | null {
  const { dataset, preset, seed, maxSeconds, name, maxSteps, batchSize, learningRate, precision, from, learns } =
    values;
  if (findProblem(values) !== null || !dataset || !preset || seed === null || maxSeconds === null) return null;
  const title = name.trim();
  return {
    dataset,
    preset,
    seed,
    maxSeconds,
    ...(title !== '' && { name: title.slice(0, 200) }),
    ...(maxSteps !== null && { maxSteps }),
    ...(batchSize !== null && { batchSize }),
    ...(learningRate !== null && { learningRate }),
    ...(precision !== null && { precision }),
    ...(from !== null && { from, learns }),
  };
}

/** The values of the form for an existing request. */
export function valuesFromRequest(request: RunRequest): RunSetupValues {
  const {
    dataset,
    preset,
    seed,
    maxSeconds,
    name = '',
    maxSteps = null,
    batchSize = null,
    learningRate = null,
    precision = null,
    from = null,
    learns = 'everything',
  } = request;
  return { dataset, preset, seed, maxSeconds, name, maxSteps, batchSize, learningRate, precision, from, learns };
}

/** As it was kept; what does not make sense is as usual. */
export function parseValues(text: string | null): RunSetupValues {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<Record<keyof RunSetupValues, unknown>>;
    const word = (value: unknown) => (typeof value === 'string' && value.length <= 200 ? value : null);
    const amount = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
    return {
      dataset: word(kept.dataset),
      preset: word(kept.preset),
      from: word(kept.from),
      seed: amount(kept.seed) ?? defaultValues.seed,
      maxSeconds: amount(kept.maxSeconds) ?? defaultValues.maxSeconds,
      name: word(kept.name) ?? '',
      maxSteps: amount(kept.maxSteps),
      batchSize: amount(kept.batchSize),
      learningRate: amount(kept.learningRate),
      precision: precisions.find((precision) => precision === kept.precision) ?? null,
      learns: kept.learns === 'puzzle embeddings' ? kept.learns : 'everything',
    };
  } catch {
    return defaultValues;
  }
}

/** Whether anything is other than the preset has it. */
export function isAdvanced({ maxSteps, batchSize, learningRate, precision }: RunSetupValues): boolean {
  return [maxSteps, batchSize, learningRate, precision].some((value) => value !== null);
}

/** The preset that trains models like this one; the first where none is of its family. */
export function presetFor(
  { preset, family }: { readonly preset?: string | undefined; readonly family: string },
  { presets }: Pick<Lab, 'presets'>,
): string | null {
  const found = presets.find(({ id }) => id === preset) ?? presets.find((each) => each.family === family) ?? presets[0];
  return found?.id ?? null;
}

const storageKey = 'train/set-up';

export class RunSetup {
  values = $state() as RunSetupValues;
  /** What the run as set up would take. */
  preflight = $state.raw<Loaded<Output<'preflight'>>>(loading);
  isBenchmarking = $state(false);

  /** Null while something is wrong. */
  readonly request = $derived.by(() => createRequest(this.values));
  /** Why it cannot be started as set up; null when it can. */
  readonly problem = $derived.by(() => {
    const { from } = this.values;
    if (from !== null && this.catalog.models.state === 'ready' && !this.model)
      return 'The model to start from is not here any more: choose another, or nothing.';
    return findProblem(this.values);
  });
  /** The one that is taught further; null for a run from nothing. */
  readonly model = $derived.by((): Model | null =>
    this.values.from === null ? null : (this.catalog.model(this.values.from) ?? null),
  );
  #benchmark: AbortController | null = null;

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly storage: SettingsStorage,
  ) {
    this.values = { ...parseValues(storage.getItem(storageKey)) };
  }

  /** Kept for a window that is loaded again; to be called when anything has changed. */
  save(): void {
    this.storage.setItem(storageKey, JSON.stringify(this.values));
  }

  /** The first set and preset, where nothing was chosen or what was chosen is gone. */
  fillDefaults(): void {
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

  startFresh(): void {
    [this.values.from, this.values.learns] = [null, 'everything'];
  }

  /** Asks what the run as set up would take; an answer that comes too late is let go. */
  async runPreflight(): Promise<void> {
    this.#benchmark?.abort();
    const input = this.#preflightInput();
    if (!input) return;
    const answer = await this.compute.request('preflight', input).then(ready, failed);
    if (JSON.stringify(this.#preflightInput()) === JSON.stringify(input)) this.preflight = answer;
  }

  /** Makes the first steps of the run as set up, and tells what the whole of it takes; another choice ends it. */
  async benchmark(): Promise<void> {
    if (!this.request || this.isBenchmarking) return;
    const { signal } = (this.#benchmark = new AbortController());
    this.isBenchmarking = true;
    const answer = await this.compute
      .request('preflight', { ...this.request, measure: true }, signal)
      .then(ready, failed);
    this.isBenchmarking = false;
    if (!signal.aborted) this.preflight = answer;
  }

  cancelBenchmark(): void {
    this.#benchmark?.abort();
  }

  /** Counted from the graphs: neither the seed nor the time matter, so they may be wrong meanwhile. */
  #preflightInput() {
    const { dataset, preset } = this.values;
    if (!dataset || !preset) return null;
    const request = createRequest({ ...this.values, seed: 1, maxSeconds: 60, name: '' });
    if (!request) return null;
    const { seed, maxSeconds, ...input } = request;
    return seed && maxSeconds ? input : null;
  }
}
