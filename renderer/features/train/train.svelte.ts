/** The Train room: which part of it is shown, the run that is looked at, and what is asked of it. */
import type { Input, Model, Output, Run } from '../../../electron/contract/contract';
import type { MainApi } from '../../../electron/contract/main-api';
import { isActive } from './run/dashboard';
import { RunSetup, valuesFromRequest } from './setup/run-setup.svelte';
import { ChartExport } from './charts/chart-export.svelte';
import { ChartView } from './charts/chart-view.svelte';
import { ComparisonState } from './compare/comparison.svelte';
import type { Compute } from '../../app/compute.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { errorMessage, loadedValue } from '../../app/loaded';
import { Notes } from './run/notes.svelte';
import type { Notifications } from '../../app/notifications.svelte';
import { RunQueue } from './queue/queue.svelte';
import { RunWatch } from './run/run-watch.svelte';
import { Runs } from './runs/runs.svelte';

type RunAction = 'startRun' | 'pauseRun' | 'resumeRun' | 'stopRun' | 'branchRun';

/** `run`: the one that is watched. */
export const tabs = ['new', 'runs', 'compare', 'queue', 'run'] as const;
export type Tab = (typeof tabs)[number];

export class TrainState {
  tab = $state<Tab>('new');
  watch = $state.raw<RunWatch | null>(null);
  notes = $state.raw<Notes | null>(null);
  /** The request under way; its button says so. */
  pendingAction = $state<RunAction | null>(null);
  failure = $state.raw<{ readonly name: string; readonly message: string } | null>(null);
  /** The form to branch from the run, or to train it longer, is open. */
  isBranching = $state(false);
  readonly setup: RunSetup;
  readonly runs: Runs;
  readonly queue: RunQueue;
  readonly comparison: ComparisonState;
  readonly charts = new ChartView('run', sessionStorage);
  readonly chartExport: ChartExport;
  /** What is looked at, for the address: the id of a run, or the name of a part. */
  readonly subpath = $derived(this.tab === 'run' && this.watch ? this.watch.dashboard.run.runId : this.tab);

  /** How the run was to go on, should it be asked once more. */
  #resumeOptions: Omit<Input<'resumeRun'>, 'runId'> = {};
  /** From the address, until the runs are read. */
  #pendingSubpath: string | null = null;
  /** The address or a person said what to look at. */
  #hasNavigated = false;

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    host: MainApi,
    notifications: Notifications,
  ) {
    this.setup = new RunSetup(compute, catalog, sessionStorage);
    this.runs = new Runs(compute, catalog, host, notifications, sessionStorage);
    this.queue = new RunQueue(compute, notifications);
    this.comparison = new ComparisonState(compute, catalog, this.runs, sessionStorage);
    this.chartExport = new ChartExport(compute, host, notifications);
  }

  /** Of the run that is set up; a model that does not read such puzzles is let go. */
  set dataset(id: string | null) {
    this.setup.values.dataset = id;
    const { model } = this.setup;
    if (model && !this.catalog.setsFor(model).some((set) => set.id === id)) this.setup.startFresh();
  }

  /** After every (re)connection: the defaults, and the run of the address, the one that was looked at, or the one under way. */
  attach(): void {
    this.setup.fillDefaults();
    void this.queue.read();
    void this.runs.readUnreadable();
    if (this.watch) void this.watch.reload();
    else if (this.#pendingSubpath !== null) this.visit(this.#pendingSubpath);
    else if (this.catalog.activeRun && !this.#hasNavigated) this.show(this.catalog.activeRun);
  }

  /** To another part, whatever the address asked for before. */
  setTab(tab: Tab): void {
    [this.tab, this.#pendingSubpath, this.#hasNavigated] = [tab, null, true];
  }

  /** Shows what the address says; a run that is not here is looked for among all. */
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
    if (this.watch?.dashboard.run.runId === run.runId) return;
    this.#closeRun();
    this.charts.reset();
    this.watch = new RunWatch(this.compute, run);
    this.notes = new Notes(this.compute, run.runId, sessionStorage);
  }

  /** Its run was deleted. */
  handleDeleted(runId: string): void {
    if (this.watch?.dashboard.run.runId !== runId) return;
    this.#closeRun();
    this.tab = 'runs';
  }

  #closeRun(): void {
    void this.notes?.flush();
    this.watch?.close();
    [this.watch, this.notes] = [null, null];
  }

  /** Back to choosing; a run under way goes on. */
  openSetup(): void {
    [this.tab, this.failure, this.#pendingSubpath, this.#hasNavigated] = ['new', null, null, true];
  }

  /** Sets a run up that teaches a model further. */
  fineTune(model: Model): void {
    this.openSetup();
    this.setup.startFrom(model);
  }

  async start(): Promise<void> {
    const { request } = this.setup;
    if (!request) return;
    const run = await this.#request('startRun', () => this.compute.request('startRun', request));
    if (run) this.show(run);
  }

  /** The run as set up waits for its turn. */
  async enqueue(): Promise<void> {
    const { request } = this.setup;
    if (request && (await this.queue.add(request))) this.tab = 'queue';
  }

  /** Takes a waiting run back into the form. */
  async edit(entry: RunQueue['waiting'][number]): Promise<void> {
    if (!(await this.queue.removeSilently(entry.queueId))) return;
    this.setup.values = valuesFromRequest(entry.request);
    this.openSetup();
  }

  pause(): Promise<void> {
    return this.#control('pauseRun');
  }

  /** Ends a pause, or goes on from the last checkpoint. */
  async resume(options: Omit<Input<'resumeRun'>, 'runId'> = {}): Promise<void> {
    this.#resumeOptions = options;
    await this.#control('resumeRun', options);
    if (this.failure === null) this.isBranching = false;
  }

  /** Although the puzzles are no longer those it learnt from. */
  resumeWithChangedData(): Promise<void> {
    return this.resume({ ...this.#resumeOptions, acceptChangedData: true });
  }

  stop(): Promise<void> {
    return this.#control('stopRun');
  }

  listCheckpoints(runId: string): Promise<Output<'listCheckpoints'>> {
    return this.compute.request('listCheckpoints', { runId });
  }

  /** A new run from a checkpoint of the one that is looked at. */
  async branch(options: Omit<Input<'branchRun'>, 'runId'>): Promise<void> {
    const runId = this.watch?.dashboard.run.runId;
    if (!runId) return;
    const run = await this.#request('branchRun', () => this.compute.request('branchRun', { runId, ...options }));
    if (run) this.show(run);
  }

  async #control(
    action: 'pauseRun' | 'resumeRun' | 'stopRun',
    more: Omit<Input<'resumeRun'>, 'runId'> = {},
  ): Promise<void> {
    const runId = this.watch?.dashboard.run.runId;
    if (runId) await this.#request(action, () => this.compute.request(action, { runId, ...more }));
  }

  async #request(action: RunAction, request: () => Promise<Run>): Promise<Run | null> {
    if (this.pendingAction) return null;
    [this.pendingAction, this.failure] = [action, null];
    try {
      const run = await request();
      this.catalog.keep(run);
      this.watch?.takeRun(run);
      if (!isActive(run)) await this.catalog.readModels();
      return run;
    } catch (reason) {
      this.failure = { name: reason instanceof Error ? reason.name : 'Error', message: errorMessage(reason) };
      return null;
    } finally {
      this.pendingAction = null;
    }
  }
}
