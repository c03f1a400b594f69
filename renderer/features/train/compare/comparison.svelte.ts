/** Runs beside each other: those that are ticked, each with what it measured and how it was set up. */
import type { LabEvent } from '../../../../electron/contract/contract';
import { createDashboard, type Dashboard } from '../run/dashboard';
import { findDifferences, runMarks, type RunConfigInfo, type RunMark } from './compare-runs';
import type { SettingsStorage } from '../charts/chart-view.svelte';
import { ChartView } from '../charts/chart-view.svelte';
import type { Compute } from '../../../app/compute.svelte';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import { errorMessage, loadedValue } from '../../../app/loaded';
import type { Runs } from '../runs/runs.svelte';

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
  /** The run pointed at, which lights up wherever it appears. */
  highlighted = $state<string | null>(null);
  failure = $state<string | null>(null);
  isReading = $state(false);
  #read = $state.raw<Readonly<Record<string, Read>>>({});
  readonly list = $derived.by((): readonly Compared[] =>
    this.runs.slots.flatMap((runId, slot) => {
      const run = loadedValue(this.catalog.runs)?.find((known) => known.runId === runId);
      const [read, mark] = [run && this.#read[run.runId], runMarks[slot]];
      return run && read && mark ? [{ ...read, mark, name: this.runs.named(run).name }] : [];
    }),
  );
  readonly differing = $derived(findDifferences(this.list.map(({ setup }) => setup)));

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly runs: Runs,
    storage: SettingsStorage,
  ) {
    this.charts = new ChartView('compare', storage);
    compute.onEvent((event) => this.#take(event));
  }

  /** Reads what is ticked and not read yet; what is deleted meanwhile is left out. */
  async read(again = false): Promise<void> {
    if (this.isReading) return;
    const wanted = this.runs.ticked.filter((runId) => again || !(runId in this.#read));
    if (wanted.length === 0) return;
    [this.isReading, this.failure] = [true, null];
    try {
      const read = await Promise.all(wanted.map(async (runId) => [runId, await this.#one(runId)] as const));
      this.#read = { ...this.#read, ...Object.fromEntries(read) };
    } catch (reason) {
      this.failure = errorMessage(reason);
    } finally {
      this.isReading = false;
    }
  }

  async #one(runId: string): Promise<Read> {
    const [history, setup] = await Promise.all([
      this.compute.request('readMetrics', { runId, points }),
      this.compute.request('getRunConfig', { runId }),
    ]);
    return { dashboard: createDashboard(history), setup };
  }

  /** A run that measured anew is read anew when it is looked at next. */
  #take(event: LabEvent): void {
    if (event.type !== 'run/evaluated' && event.type !== 'run/resumed') return;
    if (!(event.runId in this.#read)) return;
    void this.#one(event.runId).then(
      (read) => (this.#read = { ...this.#read, [event.runId]: read }),
      () => undefined,
    );
  }
}
