/** The state of the Train view and its parts. */
import { silentMainApi } from '../../renderer/canned-lab';
import type { Run } from '../../../electron/contract/contract';
import { ChartView } from '../../../renderer/features/train/charts/chart-view.svelte';
import { ComparisonState } from '../../../renderer/features/train/compare/comparison.svelte';
import type { CatalogStore } from '../../../renderer/app/catalog-store.svelte';
import { failed, ready, type Loaded } from '../../../renderer/app/compute.svelte';
import { Notes } from '../../../renderer/features/train/run/notes.svelte';
import { RunQueue } from '../../../renderer/features/train/queue/queue.svelte';
import { RunMonitor } from '../../../renderer/features/train/run/run-monitor.svelte';
import { RunsState } from '../../../renderer/features/train/runs/runs.svelte';
import { RunSetup } from '../../../renderer/features/train/setup/run-setup.svelte';
import { TrainState } from '../../../renderer/features/train/train.svelte';
import type { ChartSettings } from '../../../renderer/features/train/charts/chart-view.svelte';
import type { RunSetupValues } from '../../../renderer/features/train/setup/run-setup.svelte';
import { preflights, queue } from './lab';
import { dashboardOf, setupOf } from './metrics';
import { sampleCatalog, memory, sampleNotifications, runsCompute, silent } from './states';
import { manyRuns, runs } from './runs';

/** A loaded monitor without further events. */
export function monitorOf(run: Run): RunMonitor {
  const monitor = new RunMonitor(silent(), run);
  [monitor.dashboard, monitor.setup, monitor.loading] = [dashboardOf(run), setupOf(run), false];
  return monitor;
}

export function notesOf(run: Run, change: Partial<Pick<Notes, 'text' | 'state' | 'failure'>> = {}): Notes {
  const notes = new Notes(silent(), run.runId, memory());
  return Object.assign(
    notes,
    { text: 'Seed 7 is slower than seed 8.\nNext: halve the learning rate after step 900.', state: 'saved' },
    change,
  );
}

export interface SampleRun {
  readonly trainState: TrainState;
  readonly monitor: RunMonitor;
  readonly notes: Notes;
  readonly catalog: CatalogStore;
}

export function sampleRun(run: Run = runs.running): SampleRun {
  const catalog = sampleCatalog({
    runs: [run, ...manyRuns.filter(({ runId, state }) => runId !== run.runId && state !== 'running')],
  });
  const trainState = new TrainState(runsCompute(), catalog, silentMainApi, sampleNotifications([]));
  const [monitor, notes] = [monitorOf(run), notesOf(run)];
  [trainState.monitor, trainState.notes, trainState.tab] = [monitor, notes, 'run'];
  return { trainState, monitor, notes, catalog };
}

export function viewOf(change: Partial<ChartSettings> = {}): ChartView {
  const view = new ChartView('gallery', memory());
  view.set(change);
  return view;
}

export function runsOf(
  list: Loaded<readonly Run[]> = ready(manyRuns),
  selected: readonly string[] = [],
): { readonly runs: RunsState; readonly catalog: CatalogStore } {
  const catalog = sampleCatalog();
  catalog.runs = list;
  const state = new RunsState(silent(), catalog, silentMainApi, sampleNotifications([]), memory());
  selected.forEach((runId) => state.toggleSelected(runId));
  return { runs: state, catalog };
}

/** A comparison of the selected runs; their curves are loaded. */
export function comparisonOf(selected: readonly string[]): {
  readonly comparison: ComparisonState;
  readonly runs: RunsState;
} {
  const catalog = sampleCatalog();
  const state = new RunsState(silent(), catalog, silentMainApi, sampleNotifications([]), memory());
  selected.forEach((runId) => state.toggleSelected(runId));
  const comparison = new ComparisonState(runsCompute(), catalog, state, memory());
  void comparison.read();
  return { comparison, runs: state };
}

export function queueOf(change: Partial<Pick<RunQueue, 'list' | 'failure' | 'isChanging'>> = {}): RunQueue {
  return Object.assign(new RunQueue(silent(), sampleNotifications([])), { list: ready(queue) }, change);
}

export function runSetupOf(
  values: Partial<RunSetupValues> = {},
  preflight: RunSetup['preflight'] = ready(preflights.counted),
): { readonly setup: RunSetup; readonly catalog: CatalogStore } {
  const catalog = sampleCatalog();
  const setup = new RunSetup(silent(), catalog, memory());
  setup.fillDefaults();
  Object.assign(setup.values, values);
  setup.preflight = preflight;
  return { setup, catalog };
}

export const readFailure = failed('runs/index.json: EACCES: permission denied');
