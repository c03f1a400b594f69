/** Runs beside each other: those that are ticked, each with what it measured and how it was set up. */
import type { LabEvent } from '../../../../electron/contract/contract';
import { createDashboard, type Dashboard } from '../run/dashboard';
import { findDifferences, runMarks, type RunConfigInfo, type RunMark } from './compare-runs';
import type { SettingsStorage } from '../charts/chart-view.svelte';
import { ChartView } from '../charts/chart-view.svelte';
import type { Compute } from '../../../app/compute.svelte';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import { rawErrorMessage, loadedValue } from '../../../app/loaded';
import type { RunsState } from '../runs/runs.svelte';

export interface Compared {
  readonly name: string;
  readonly mark: RunMark;
  readonly dashboard: Dashboard;
  readonly setup: RunConfigInfo;
}

type Read = Pick<Compared, 'dashboard' | 'setup'>;

/** Of each run: enough for the width of a screen. */
const points = 2000;

export class ComparisonState {
  readonly charts: ChartView;
  /** Id of the highlighted run. */
  highlighted = $state<string | null>(null);
  failure = $state<string | null>(null);
  isReading = $state(false);
  #read = $state.raw<Readonly<Record<string, Read>>>({});
  readonly list = $derived.by((): readonly Compared[] =>
    this.runs.slots.flatMap((runId, slot) => {
      const run = loadedValue(this.catalog.runs)?.find((known) => known.runId === runId);
      const [read, mark] = [run && this.#read[run.runId], runMarks[slot]];
      return run && read && mark ? [{ ...read, mark, name: this.runs.withName(run).name }] : [];
    }),
  );
  readonly differing = $derived(findDifferences(this.list.map(({ setup }) => setup)));

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly runs: RunsState,
    storage: SettingsStorage,
  ) {
    this.charts = new ChartView('compare', storage);
    compute.onEvent((event) => this.#receive(event));
  }

  /** Reads the selected runs that are not read yet. */
  async read(again = false): Promise<void> {
    if (this.isReading) return;
    const wanted = this.runs.selected.filter((runId) => again || !(runId in this.#read));
    if (wanted.length === 0) return;
    [this.isReading, this.failure] = [true, null];
    try {
      const read = await Promise.all(wanted.map(async (runId) => [runId, await this.#readRun(runId)] as const));
      this.#read = { ...this.#read, ...Object.fromEntries(read) };
    } catch (reason) {
      this.failure = rawErrorMessage(reason);
    } finally {
      this.isReading = false;
    }
  }

  async #readRun(runId: string): Promise<Read> {
    const [history, setup] = await Promise.all([
      this.compute.request('readMetrics', { runId, points }),
      this.compute.request('getRunConfig', { runId }),
    ]);
    return { dashboard: createDashboard(history), setup };
  }

  /** Reads a run again after an evaluation or a resume. */
  #receive(event: LabEvent): void {
    if (event.type !== 'run/evaluated' && event.type !== 'run/resumed') return;
    if (!(event.runId in this.#read)) return;
    void this.#readRun(event.runId).then(
      (read) => (this.#read = { ...this.#read, [event.runId]: read }),
      () => undefined,
    );
  }
}
