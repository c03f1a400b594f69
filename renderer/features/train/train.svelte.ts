/** State of the Train view: its tab, the open run and the actions on it, setup, run list, queue and comparison. */
import type { Input, Model, Output, Run } from '../../../electron/contract/contract';
import type { MainApi } from '../../../electron/contract/main-api';
import { isActive, RunMonitor } from './run/run-monitor.svelte';
import { RunSetup, valuesFromRequest } from './setup/run-setup.svelte';
import { ChartExport } from './charts/chart-export.svelte';
import { ChartView } from './charts/chart-view.svelte';
import { ComparisonState } from './compare/comparison.svelte';
import type { Compute } from '../../app/compute.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { describeError, loadedValue } from '../../app/compute.svelte';
import { t } from '../../messages/language.svelte';
import { message } from '../../messages/message';
import { CheckpointEvaluations } from './run/checkpoint-evaluations.svelte';
import { Notes } from './run/notes.svelte';
import type { Notifications } from '../../app/notifications.svelte';
import { RunQueue } from './queue/queue.svelte';
import { RunsState } from './runs/runs.svelte';

type RunAction = 'startRun' | 'pauseRun' | 'resumeRun' | 'stopRun' | 'branchRun' | 'saveCheckpoint';

interface RunActionFailure {
  readonly action: RunAction;
  readonly message: string;
  /** Whether the dataset has changed, so that a resume must accept the new puzzles. */
  readonly isDataChanged: boolean;
}

/** `run` shows the open run. */
export const tabs = ['new', 'runs', 'compare', 'queue', 'run'] as const;
export type Tab = (typeof tabs)[number];

export class TrainState {
  tab = $state<Tab>('new');
  monitor = $state.raw<RunMonitor | null>(null);
  notes = $state.raw<Notes | null>(null);
  /** The action in progress. */
  pendingAction = $state<RunAction | null>(null);
  failure = $state.raw<RunActionFailure | null>(null);
  /** Whether the form to branch from or resume the run is open. */
  isBranching = $state(false);
  /** The queued run that is in the setup form; it waits on until it is replaced or started. */
  editedEntry = $state.raw<RunQueue['waiting'][number] | null>(null);
  readonly setup: RunSetup;
  readonly runs: RunsState;
  readonly queue: RunQueue;
  readonly comparison: ComparisonState;
  readonly checkpointEvaluations: CheckpointEvaluations;
  readonly charts = new ChartView('run', sessionStorage);
  readonly chartExport: ChartExport;
  /** For the window's address: the id of the open run, or the tab. */
  readonly subpath = $derived(this.tab === 'run' && this.monitor ? this.monitor.dashboard.run.runId : this.tab);

  /** Id of the run that was stopped last. */
  #stoppedRun = $state<string | null>(null);
  /** Whether the open run ends after its current step. */
  readonly isStopping = $derived.by(() => {
    const dashboard = this.monitor?.dashboard;
    if (!dashboard || dashboard.run.runId !== this.#stoppedRun) return false;
    return isActive(dashboard.run) && dashboard.evaluating === null;
  });

  /** Options of the last resume, for a repetition. */
  #resumeOptions: Omit<Input<'resumeRun'>, 'runId'> = {};
  /** A subpath to visit once the runs are read. */
  #pendingSubpath: string | null = null;
  /** Whether a tab or run was chosen, by the address or the user. */
  #hasNavigated = false;

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    mainApi: MainApi,
    private readonly notifications: Notifications,
  ) {
    this.setup = new RunSetup(compute, catalog, sessionStorage);
    this.runs = new RunsState(compute, catalog, mainApi, notifications, sessionStorage);
    this.queue = new RunQueue(compute, notifications);
    this.comparison = new ComparisonState(compute, catalog, this.runs, sessionStorage);
    this.checkpointEvaluations = new CheckpointEvaluations(compute, notifications);
    this.chartExport = new ChartExport(compute, mainApi, notifications);
  }

  /** Sets the dataset of the setup; clears the model to start from if it does not read that kind. */
  set dataset(id: string | null) {
    this.setup.chooseDataset(id);
    const { model } = this.setup;
    if (model && !this.catalog.datasetsFor(model).some((dataset) => dataset.id === id)) this.setup.startFresh();
  }

  /** To be called after every connection: fills defaults, saves notes that could not be saved, and opens the run of the address or the active one. */
  attach(): void {
    this.setup.fillDefaults();
    void this.notes?.flush();
    void this.queue.read();
    void this.runs.readUnreadable();
    if (this.monitor) void this.monitor.reload();
    else if (this.#pendingSubpath !== null) this.visit(this.#pendingSubpath);
    else if (this.catalog.activeRun && !this.#hasNavigated) this.show(this.catalog.activeRun);
  }

  /** Shows a tab. */
  setTab(tab: Tab): void {
    [this.tab, this.#pendingSubpath, this.#hasNavigated] = [tab, null, true];
  }

  /** Opens the tab or run of a subpath; the list of runs if there is no such run. */
  visit(subpath: string): void {
    [this.#pendingSubpath, this.#hasNavigated] = [null, true];
    const tab = tabs.find((known) => known === subpath && known !== 'run');
    if (tab) this.tab = tab;
    else if (this.catalog.runs.state !== 'ready') this.#pendingSubpath = subpath;
    else this.#visitRun(subpath);
  }

  #visitRun(runId: string): void {
    const run = loadedValue(this.catalog.runs)?.find((known) => known.runId === runId);
    if (run) this.show(run);
    else this.tab = 'runs';
  }

  show(run: Run): void {
    [this.failure, this.tab, this.isBranching] = [null, 'run', false];
    if (this.monitor?.dashboard.run.runId === run.runId) return;
    this.#closeRun();
    this.charts.reset();
    this.monitor = new RunMonitor(this.compute, run);
    this.notes = new Notes(this.compute, run.runId, sessionStorage, (reason) => this.#reportNotes(run, reason));
  }

  #reportNotes(run: Run, reason: string | null): void {
    const what = message('notifications.saved.notes', { run: this.catalog.getRunName(run) });
    const failure = reason === null ? null : t('notifications.saveFailed', { what, reason });
    this.notifications.reportSave(`notes/${run.runId}`, failure);
  }

  /** Imports a dropped run and opens it. */
  async importDropped(file: File): Promise<void> {
    this.setTab('runs');
    const imported = await this.runs.importDropped(file);
    if (imported) this.show(imported);
  }

  /** Closes a run that was deleted. */
  handleDeleted(runId: string): void {
    if (this.monitor?.dashboard.run.runId !== runId) return;
    this.#closeRun();
    this.tab = 'runs';
  }

  #closeRun(): void {
    void this.notes?.flush();
    this.monitor?.close();
    [this.monitor, this.notes] = [null, null];
  }

  /** Shows the setup; the active run continues. */
  openSetup(): void {
    [this.tab, this.failure, this.#pendingSubpath, this.#hasNavigated] = ['new', null, null, true];
    this.editedEntry = null;
  }

  /** Sets up a run that fine-tunes a model. */
  fineTune(model: Model): void {
    this.openSetup();
    this.setup.startFrom(model);
  }

  async start(): Promise<void> {
    const { request } = this.setup;
    if (!request || !(await this.#prepare(request.dataset))) return;
    const run = await this.#request('startRun', () => this.compute.request('startRun', request));
    if (!run) return;
    if (this.editedEntry) await this.queue.removeSilently(this.editedEntry.queueId);
    this.editedEntry = null;
    this.show(run);
  }

  /** Adds the run to the queue, or replaces the entry that is edited. */
  async enqueue(): Promise<void> {
    const { request } = this.setup;
    if (!request || !(await this.#prepare(request.dataset))) return;
    const { editedEntry } = this;
    const isQueued = await (editedEntry ? this.queue.replace(editedEntry.queueId, request) : this.queue.add(request));
    if (isQueued) this.tab = 'queue';
    // One that has started cannot be replaced: what was edited is another run from now on.
    this.editedEntry = null;
  }

  /** Generates a built-in dataset on its first use. Returns false when that failed or was cancelled. */
  async #prepare(id: string): Promise<boolean> {
    const dataset = this.catalog.dataset(id);
    return dataset === undefined || this.catalog.preparation.prepare(dataset);
  }

  /** Shows a queued run in the setup form. */
  edit(entry: RunQueue['waiting'][number]): void {
    this.setup.values = valuesFromRequest(entry.request);
    this.openSetup();
    this.editedEntry = entry;
  }

  pause(): Promise<void> {
    return this.#control('pauseRun');
  }

  /** Resumes a paused run, or an ended one from its last checkpoint. */
  async resume(options: Omit<Input<'resumeRun'>, 'runId'> = {}): Promise<void> {
    this.#resumeOptions = options;
    this.#stoppedRun = null;
    await this.#control('resumeRun', options);
    if (this.failure === null) this.isBranching = false;
  }

  /** Resumes although the dataset has changed. */
  resumeWithChangedData(): Promise<void> {
    return this.resume({ ...this.#resumeOptions, acceptChangedData: true });
  }

  /** Stops the open run after its step; during its final evaluation, ends that. */
  async stop(): Promise<void> {
    this.#stoppedRun = this.monitor?.dashboard.run.runId ?? null;
    await this.#control('stopRun');
    if (this.failure !== null) this.#stoppedRun = null;
  }

  listCheckpoints(runId: string): Promise<Output<'listCheckpoints'>> {
    return this.compute.request('listCheckpoints', { runId });
  }

  /** Starts a new run from a checkpoint of the open one. */
  async branch(options: Omit<Input<'branchRun'>, 'runId'>): Promise<void> {
    const runId = this.monitor?.dashboard.run.runId;
    if (!runId) return;
    const run = await this.#request('branchRun', () => this.compute.request('branchRun', { runId, ...options }));
    if (run) this.show(run);
  }

  /** Saves the model of a checkpoint of the open run. */
  async saveCheckpoint(options: Omit<Input<'saveCheckpoint'>, 'runId'>): Promise<void> {
    const runId = this.monitor?.dashboard.run.runId;
    if (!runId) return;
    const model = await this.#perform('saveCheckpoint', () =>
      this.compute.request('saveCheckpoint', { runId, ...options }),
    );
    if (!model) return;
    await this.catalog.readModels();
    this.isBranching = false;
    this.notifications.show({ text: t('train.branch.modelSaved', { name: model.name }) });
  }

  async #control(
    action: 'pauseRun' | 'resumeRun' | 'stopRun',
    more: Omit<Input<'resumeRun'>, 'runId'> = {},
  ): Promise<void> {
    const runId = this.monitor?.dashboard.run.runId;
    if (runId) await this.#request(action, () => this.compute.request(action, { runId, ...more }));
  }

  async #request(action: RunAction, request: () => Promise<Run>): Promise<Run | null> {
    return this.#perform(action, async () => {
      const run = await request();
      this.catalog.updateRun(run);
      this.monitor?.setRun(run);
      if (!isActive(run)) await this.catalog.readModels();
      return run;
    });
  }

  /** Performs one action at a time; an error becomes `failure`. */
  async #perform<Result>(action: RunAction, perform: () => Promise<Result>): Promise<Result | null> {
    if (this.pendingAction) return null;
    [this.pendingAction, this.failure] = [action, null];
    try {
      return await perform();
    } catch (reason) {
      const isDataChanged = reason instanceof Error && reason.name === 'ChangedDataError';
      this.failure = { action, message: describeError(reason), isDataChanged };
      return null;
    } finally {
      this.pendingAction = null;
    }
  }
}
