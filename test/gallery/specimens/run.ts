import { getKind } from '../../../datasets/kinds/registry';
import type { Run } from '../../../electron/contract/contract';
import BranchForm from '../../../renderer/features/train/run/BranchForm.svelte';
import StatCard from '../../../renderer/ui/StatCard.svelte';
import NotesPanel from '../../../renderer/features/train/run/NotesPanel.svelte';
import RunActions from '../../../renderer/features/train/run/RunActions.svelte';
import RunDashboard from '../../../renderer/features/train/run/RunDashboard.svelte';
import RunDetails from '../../../renderer/features/train/run/RunDetails.svelte';
import RunEnd from '../../../renderer/features/train/run/RunEnd.svelte';
import RunStats from '../../../renderer/features/train/run/RunStats.svelte';
import RunStatusLine from '../../../renderer/features/train/runs/RunStatusLine.svelte';
import RunTab from '../../../renderer/features/train/run/RunTab.svelte';
import SamplesPanel from '../../../renderer/features/train/run/SamplesPanel.svelte';
import { runAnswers, chartExport } from '../samples/states';
import { lab, presets } from '../samples/lab';
import { dashboardOf, samplesOf } from '../samples/metrics';
import { run, runs } from '../samples/runs';
import { notesOf, sampleRun, viewOf, watchOf } from '../samples/training';
import { nothing, specimen, type Specimen } from '../specimen';

const theme = 'dark';
const connected = { lab, connected: true };
const figures = (of: Run) => () => ({ dashboard: dashboardOf(of), batchSize: 64, mostSteps: 8 });
const actions =
  (of: Run, change: { readonly isBusy?: boolean; readonly pendingAction?: 'pauseRun' | 'stopRun' } = {}) =>
  () => {
    const { trainState } = sampleRun(of);
    trainState.pendingAction = change.pendingAction ?? null;
    return { trainState, run: of, isBusy: change.isBusy ?? change.pendingAction !== undefined, onwatch: nothing };
  };
const tab =
  (of: Run, change: Partial<ReturnType<typeof watchOf>> = {}, isBranching = false) =>
  () => {
    const sample = sampleRun(of);
    Object.assign(sample.watch, change);
    sample.trainState.isBranching = isBranching;
    return { ...sample, theme, isBusy: false };
  };
const branch =
  (steps: number[], best: number | null, isBusy = false) =>
  () => {
    const { trainState, watch } = sampleRun(runs.finished);
    return { trainState, watch, checkpoints: { steps, best }, isBusy };
  };
const details = (of: Run) => () => {
  const { trainState, watch, notes } = sampleRun(of);
  return { runs: trainState.runs, watch, notes, ondeleted: nothing, onbranch: nothing };
};
const board =
  (of: Run, more = false, kind: string | null = of.kind) =>
  () => ({
    watch: watchOf(of),
    view: viewOf({ isMoreShown: more }),
    chartExport: chartExport(),
    name: 'Sudoku 4×4, Classroom',
    kind: kind === null ? null : getKind(kind),
    preset: presets[0],
    theme,
  });
const watched = (kind: string) => () => ({
  samples: samplesOf(kind).map((sample, i) => ({ sample, correctSince: i % 2 === 0 ? 800 : null })),
  kind: getKind(kind),
  theme,
});
const end = (of: Run) => ({ run: of, onresume: nothing, onanother: nothing });
const { steps, best } = runAnswers.listCheckpoints();

/** One run. */
export const oneRun: readonly Specimen[] = [
  specimen(
    'RunStatusLine',
    RunStatusLine,
    {
      running: () => ({ dashboard: dashboardOf(runs.running), ...connected }),
      fresh: () => ({ dashboard: dashboardOf(runs.fresh), ...connected }),
      paused: () => ({ dashboard: dashboardOf(runs.paused), ...connected }),
      finished: () => ({ dashboard: dashboardOf(runs.finished), ...connected }),
      failed: () => ({ dashboard: dashboardOf(runs.failed), ...connected }),
      'cut off': () => ({ dashboard: dashboardOf(runs.running), lab, connected: false }),
    },
    { width: 620, parts: 'in a line' },
  ),
  specimen(
    'RunActions',
    RunActions,
    {
      running: actions(runs.running),
      paused: actions(runs.paused),
      finished: actions(runs.finished),
      failed: actions(runs.failed),
      waiting: actions(runs.running, { isBusy: true }),
      stopping: actions(runs.running, { pendingAction: 'stopRun' }),
    },
    { width: 460, parts: 'in a line' },
  ),
  specimen(
    'StatCard',
    StatCard,
    {
      measured: { title: 'Held-out exact', value: '95.4', unit: '%', note: '93.1–97.0 %, n 486', tone: 'answer' },
      'not measured': { title: 'Speed', value: null, note: 'not measured yet' },
      'long text': {
        title: 'Puzzles a second of this machine',
        value: '1,234,567.8',
        unit: 'puzzles',
        note: 'measured now while it trains; afterwards the mean over the run',
      },
    },
    { width: 180 },
  ),
  specimen(
    'RunStats',
    RunStats,
    { running: figures(runs.running), fresh: figures(runs.fresh), finished: figures(runs.finished) },
    { width: 860, parts: 'in a grid' },
  ),
  specimen(
    'RunEnd',
    RunEnd,
    {
      finished: end(runs.finished),
      stopped: end(runs.stopped),
      failed: end(runs.failed),
      interrupted: end(runs.interrupted),
      'not measured': end(run({ state: 'stopped', accuracy: null, model: null })),
    },
    { width: 620 },
  ),
  specimen(
    'BranchForm',
    BranchForm,
    {
      usual: branch([...steps], best),
      'another trains': branch([...steps], best, true),
      'one checkpoint': branch([500], null),
      none: branch([], null),
    },
    { width: 620 },
  ),
  specimen(
    'NotesPanel',
    NotesPanel,
    {
      saved: () => ({ notes: notesOf(runs.finished) }),
      empty: () => ({ notes: notesOf(runs.finished, { text: '' }) }),
      saving: () => ({ notes: notesOf(runs.finished, { state: 'saving' }) }),
      reading: () => ({ notes: notesOf(runs.finished, { text: '', state: 'reading' }) }),
      failed: () => ({
        notes: notesOf(runs.finished, { state: 'failed', failure: 'ENOSPC: no space left on device' }),
      }),
    },
    { width: 460 },
  ),
  specimen(
    'RunDetails',
    RunDetails,
    { finished: details(runs.finished), running: details(runs.running), 'long text': details(runs.named) },
    { width: 860 },
  ),
  specimen(
    'SamplesPanel',
    SamplesPanel,
    {
      few: watched('sudoku-4x4'),
      large: watched('sudoku-9x9'),
      none: () => ({ samples: [], kind: getKind('sudoku-4x4'), theme }),
    },
    { width: 860 },
  ),
  specimen(
    'RunDashboard',
    RunDashboard,
    {
      running: board(runs.running),
      fresh: board(runs.fresh),
      'finished, all charts': board(runs.finished, true),
      'of a kind of a later lab': board(runs.finished, false, null),
    },
    { width: 960 },
  ),
  specimen(
    'RunTab',
    RunTab,
    {
      alerted: tab(runs.alerted),
      'paused itself': tab(runs.alarmed),
      'a device failed': tab(runs.fallenBack),
      failed: tab(runs.failed),
      branching: tab(runs.finished, {}, true),
      'could not be read': tab(runs.running, { failure: 'metrics.jsonl: line 811 is damaged' }),
    },
    { width: 960 },
  ),
];
