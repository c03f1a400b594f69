/** What the lab has: datasets, presets, models, runs and devices. */
import { UnknownIdError } from '../../datasets/kinds/kind-family';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { findSize, getKind, listSizes } from '../../datasets/kinds/registry';
import type {
  Dataset,
  Device,
  AppInfo,
  ComputeEvent,
  Model,
  Output,
  Preset,
  PuzzleMessage,
  Run,
} from '../../electron/contract/contract';
import type { ExperimentProgress, ExperimentSummary } from '../../electron/contract/experiment-requests';
import { formatText, t } from '../messages/language.svelte';
import type { Text } from '../messages/message';
import type { Compute, Loaded } from './compute.svelte';
import { failed, loadedValue, loading, describeError, ready } from './compute.svelte';
import { DatasetPreparation } from './dataset-preparation.svelte';

/** Null for a kind of a later version of the lab. */
export function findKind(id: string): PuzzleKind | null {
  try {
    return getKind(id);
  } catch (reason) {
    if (reason instanceof UnknownIdError) return null;
    throw reason;
  }
}

/** Datasets, presets, models and runs: read once per connection, updated by events. */
export class CatalogStore {
  appInfo = $state.raw<Loaded<AppInfo>>(loading);
  /** Shipped ones and the user's. */
  datasets = $state.raw<Loaded<readonly Dataset[]>>(loading);
  models = $state.raw<Loaded<readonly Model[]>>(loading);
  /** Folders of models that cannot be read. */
  unreadableModels = $state.raw<Output<'listUnreadableModels'>>([]);
  runs = $state.raw<Loaded<readonly Run[]>>(loading);
  /** The last progress of the active run. */
  progress = $state.raw<{ readonly runId: string; readonly step: number; readonly secondsLeft: number | null } | null>(
    null,
  );
  /** The run that trains or is paused; compute has at most one. */
  readonly activeRun = $derived.by(() => {
    const runs = this.hasCurrentRuns ? loadedValue(this.runs) : null;
    return runs?.find(({ state }) => state === 'running' || state === 'paused') ?? null;
  });
  /** The experiment that runs in compute, and where it is; null while none does. */
  activeExperiment = $state.raw<{ readonly experimentId: string; readonly progress: ExperimentProgress | null } | null>(
    null,
  );
  /** Whether a run or an experiment trains or is paused: compute has at most one. */
  readonly isTraining = $derived(this.activeRun !== null || this.activeExperiment !== null);
  /** The connection over which the runs were read. */
  #runsConnection = $state(0);

  /** Why the data folder cannot be changed; null if it can, or before that is known. */
  readonly readOnlyReason = $derived(loadedValue(this.appInfo)?.readOnly ?? null);

  readonly preparation: DatasetPreparation;

  constructor(private readonly compute: Compute) {
    this.preparation = new DatasetPreparation(compute, () => this.readDatasets());
    compute.onEvent((event) => this.#receive(event));
  }

  async read(): Promise<void> {
    await Promise.all([this.readLab(), this.readDatasets(), this.readModels(), this.readRuns()]);
  }

  async readLab(): Promise<void> {
    this.appInfo = await this.compute.request('getAppInfo', {}).then(ready, failed);
  }

  async readDatasets(): Promise<void> {
    this.datasets = await this.compute.request('listDatasets', {}).then(ready, failed);
  }

  async readModels(): Promise<void> {
    this.models = await this.compute.request('listModels', {}).then(ready, failed);
    this.unreadableModels = await this.compute.request('listUnreadableModels', {}).catch(() => []);
  }

  async readRuns(): Promise<void> {
    this.runs = await this.compute.request('listRuns', {}).then(ready, failed);
    if (this.#runsConnection !== this.compute.connections) [this.progress, this.activeExperiment] = [null, null];
    this.#runsConnection = this.compute.connections;
  }

  /** False while compute does not respond, and after its restart until its runs are read: none that trained before trains now. */
  get hasCurrentRuns(): boolean {
    const { connections, state } = this.compute;
    return this.#runsConnection === connections && (connections === 0 || state.state === 'ready');
  }

  model(id: string): Model | undefined {
    return loadedValue(this.models)?.find((model) => model.id === id);
  }

  dataset(id: string): Dataset | undefined {
    return loadedValue(this.datasets)?.find((dataset) => dataset.id === id);
  }

  preset(id: string): Preset | undefined {
    return loadedValue(this.appInfo)?.presets.find((preset) => preset.id === id);
  }

  /** Names of a run's dataset and preset; their ids if they do not exist any more. */
  getDisplayNames({ dataset, preset }: Pick<Run, 'dataset' | 'preset'>): {
    readonly dataset: string;
    readonly preset: string;
  } {
    return {
      dataset: formatText(this.dataset(dataset)?.name ?? dataset),
      preset: formatText(this.preset(preset)?.name ?? preset),
    };
  }

  /** Name of a run or of a request for one: its own name, else its dataset and preset. */
  getRunName(run: Pick<Run, 'dataset' | 'preset'> & { readonly name?: string | null | undefined }): string {
    return run.name ?? t('common.runName', this.getDisplayNames(run));
  }

  /** The kind of puzzle a model was trained on; null if neither its card nor its dataset says so. */
  getModelKind({ kind, dataset }: Pick<Model, 'kind' | 'dataset'>): PuzzleKind | null {
    const id = kind ?? this.dataset(dataset)?.kind;
    return id === undefined ? null : findKind(id);
  }

  /** The kinds of puzzle a model reads, small ones first: one, or every size of it. */
  kindsFor(model: Model): readonly PuzzleKind[] {
    const own = this.getModelKind(model);
    if (!own || !model.readsEverySize) return own ? [own] : [];
    return listSizes(own);
  }

  /** Whether a model reads puzzles of a kind. */
  reads(model: Model, kind: string): boolean {
    return this.kindsFor(model).some(({ id }) => id === kind);
  }

  /** The kind of a puzzle that a model is to solve, found by its number of cells; the model's own if it reads no such size. */
  kindOfPuzzle(model: Model, { inputs }: Pick<PuzzleMessage, 'inputs'>): PuzzleKind | null {
    const own = this.getModelKind(model);
    return own && model.readsEverySize ? findSize(own, inputs.length) : own;
  }

  /** A model that reads puzzles of a kind, preferably one that was trained on it. */
  modelFor(kind: string): Model | undefined {
    const models = loadedValue(this.models) ?? [];
    return (
      models.find((model) => this.getModelKind(model)?.id === kind) ?? models.find((model) => this.reads(model, kind))
    );
  }

  /** Datasets of the kinds of puzzle a model reads: first the one it was trained on, then those of its own kind. */
  datasetsFor(model: Model): readonly Dataset[] {
    const own = this.getModelKind(model)?.id;
    const kinds = this.kindsFor(model).map(({ id }) => id);
    const rank = ({ id, kind }: Dataset) => (id === model.dataset ? 0 : kind === own ? 1 : 2);
    return (loadedValue(this.datasets) ?? [])
      .filter(({ kind, problem }) => kinds.includes(kind) && problem === null)
      .sort((one, other) => rank(one) - rank(other));
  }

  /** Steps of the checkpoints of the run that has saved a model, the latest first; none where that run is not here. */
  async listCheckpoints({ id }: Pick<Model, 'id'>): Promise<readonly number[]> {
    const hasRun = loadedValue(this.runs)?.some(({ runId }) => runId === id) ?? false;
    if (!hasRun) return [];
    const checkpoints = await this.compute.request('listCheckpoints', { runId: id }).catch(() => null);
    return [...(checkpoints?.steps ?? [])].reverse();
  }

  /** Replaces a run in the list; adds it in front if it is new. */
  updateRun(run: Run): void {
    const runs = loadedValue(this.runs);
    if (!runs) return;
    const known = runs.some(({ runId }) => runId === run.runId);
    this.runs = ready(known ? runs.map((other) => (other.runId === run.runId ? run : other)) : [run, ...runs]);
  }

  #updateProgress({ runId, points, secondsLeft }: Extract<ComputeEvent, { type: 'run/step' }>): void {
    const step = points[points.length - 1]?.step;
    if (step !== undefined) this.progress = { runId, step, secondsLeft };
  }

  #updateExperiment({ experimentId, state }: ExperimentSummary): void {
    const isKnown = this.activeExperiment?.experimentId === experimentId;
    if (state === 'running' && !isKnown) this.activeExperiment = { experimentId, progress: null };
    if (state !== 'running' && isKnown) this.activeExperiment = null;
  }

  #updateThreads(threads: number): void {
    const appInfo = loadedValue(this.appInfo);
    if (appInfo) this.appInfo = ready({ ...appInfo, device: { ...appInfo.device, threads } });
  }

  #updateReadOnly(readOnly: Text | null): void {
    const appInfo = loadedValue(this.appInfo);
    if (appInfo) this.appInfo = ready({ ...appInfo, readOnly });
  }

  #receive(event: ComputeEvent): void {
    if (event.type === 'data-folder/changed') this.#updateReadOnly(event.readOnly);
    if ('run' in event) this.updateRun(event.run);
    // The time left was that of an earlier session of the run, or of another run.
    if (event.type === 'run/started' || event.type === 'run/resumed') this.progress = null;
    if (event.type === 'run/step') this.#updateProgress(event);
    // No training time is left during the full evaluation.
    if (event.type === 'run/evaluating' && this.progress) this.progress = { ...this.progress, secondsLeft: null };
    if (event.type === 'experiment/changed') this.#updateExperiment(event.summary);
    if (event.type === 'experiment/progress') this.activeExperiment = event;
    if (event.type === 'cores/changed') this.#updateThreads(event.threads);
    if (savesModel(event)) void this.readModels();
  }
}

/** Whether a run may have saved a model: it has ended, here or in another process. */
const savesModel = (event: ComputeEvent): boolean =>
  event.type === 'run/finished' ||
  event.type === 'run/stopped' ||
  (event.type === 'run/changed' && event.run.state !== 'elsewhere');

/** The devices of this machine: the state of each, which one is selected, and the test of all. */
export class DeviceStore {
  list = $state.raw<Loaded<readonly Device[]>>(loading);
  testing = $state(false);
  failure = $state<string | null>(null);

  constructor(private readonly compute: Compute) {}

  read(): Promise<void> {
    return this.#update(this.compute.request('listDevices', {}));
  }

  async test(): Promise<void> {
    if (this.testing) return;
    this.testing = true;
    await this.#update(this.compute.request('testDevices', {}));
    this.testing = false;
  }

  select(provider: string): Promise<void> {
    return this.#update(this.compute.request('chooseDevice', { provider }));
  }

  async #update(answer: Promise<readonly Device[]>): Promise<void> {
    this.failure = null;
    try {
      this.list = ready(await answer);
    } catch (reason) {
      this.failure = describeError(reason);
    }
  }
}
