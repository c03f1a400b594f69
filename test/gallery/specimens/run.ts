import { getKind } from '../../../datasets/kinds/registry';
import type { Run } from '../../../electron/contract/contract';
import BranchForm from '../../../renderer/features/train/run/BranchForm.svelte';
import CheckpointResults from '../../../renderer/features/train/run/CheckpointResults.svelte';
import { CheckpointEvaluations } from '../../../renderer/features/train/run/checkpoint-evaluations.svelte';
import EndedRun from '../../../renderer/features/train/run/EndedRun.svelte';
import StatCard from '../../../renderer/ui/StatCard.svelte';
import RunDashboard from '../../../renderer/features/train/run/RunDashboard.svelte';
import RunDetails from '../../../renderer/features/train/run/RunDetails.svelte';
import RunStats from '../../../renderer/features/train/run/RunStats.svelte';
import RunTab from '../../../renderer/features/train/run/RunTab.svelte';
import type { ChartSettings } from '../../../renderer/features/train/charts/chart-view.svelte';
import type { AxisRange } from '../../../renderer/ui/chart-options';
import SamplesPanel from '../../../renderer/features/train/run/SamplesPanel.svelte';
import { runAnswers, chartExport, silent } from '../samples/states';
import { dashboardOf, samplesOf } from '../samples/metrics';
import { accuracy, run, runs } from '../samples/runs';
import { notesOf, sampleRun, viewOf, monitorOf } from '../samples/training';
import { noop, specimen, type Specimen } from '../specimen';

const theme = 'dark';
const stats = (of: Run) => () => ({ dashboard: dashboardOf(of), maxSupervisionSteps: 8 });
const tab =
  (of: Run, change: Partial<ReturnType<typeof monitorOf>> = {}, isBranching = false) =>
  () => {
    const sample = sampleRun(of);
    Object.assign(sample.monitor, change);
    sample.trainState.isBranching = isBranching;
    return { ...sample, theme, isBusy: false, onsolvepuzzle: noop };
  };
const branch =
  (steps: number[], best: number | null, isBusy = false) =>
  () => {
    const { trainState, monitor } = sampleRun(runs.finished);
    return { trainState, monitor, checkpoints: { steps, best }, isBusy };
  };
const details =
  (of: Run, change: Parameters<typeof notesOf>[1] = {}) =>
  () => {
    const { trainState, monitor } = sampleRun(of);
    return { runs: trainState.runs, monitor, notes: notesOf(of, change), ondeleted: noop };
  };
const board =
  (of: Run, settings: Partial<ChartSettings> = {}, kind: string | null = of.kind, range: AxisRange | null = null) =>
  () => ({
    monitor: monitorOf(of),
    view: Object.assign(viewOf(settings), { range }),
    chartExport: chartExport(),
    name: 'Sudoku 4×4, Classroom',
    kind: kind === null ? null : getKind(kind),
    theme,
  });
const tracked =
  (kind: string, isSolvable = true) =>
  () => ({
    samples: samplesOf(kind).map((sample, i) => ({ sample, correctSince: i % 2 === 0 ? 800 : null })),
    kind: getKind(kind),
    theme,
    ...(isSolvable && { onopen: noop }),
  });
const { steps, best } = runAnswers.listCheckpoints();
const evaluated = {
  ...accuracy(0.88, 500),
  sample: { of: 1000, seed: 1, isStratified: false },
  fewGroups: { count: 12, kind: 'classes' as const },
  steps: 4,
  overSteps: { exact: [0.2, 0.5, 0.8, 0.88], firstLegal: null },
  rollouts: { count: 1, noise: 0, pick: 'halting' as const, answered: 500, wrong: 60, unanswered: 0 },
};
const checkpointResults =
  (at: readonly number[], change: Partial<CheckpointEvaluations> = {}) =>
  () => {
    const { runId } = runs.finished;
    const results = at.map((step) => ({ runId, step, accuracy: evaluated }));
    const evaluations = new CheckpointEvaluations(silent(), { show: noop });
    return { evaluations: Object.assign(evaluations, { results, ...change }), runId };
  };

/** A run: statistics, charts, details and branching. */
export const oneRun: readonly Specimen[] = [
  specimen(
    'StatCard',
    StatCard,
    {
      value: {
        title: 'Exact accuracy (test set)',
        value: '95.4',
        unit: '%',
        note: '95 % CI 93.1–97.0 %, n = 486',
        tone: 'answer',
      },
      'no value': { title: 'Speed', value: null, note: 'not measured yet' },
      'long text': {
        title: 'Puzzles per second on this computer',
        value: '1,234,567.8',
        unit: 'puzzles',
        note: 'current value during training, mean over the run afterwards',
      },
    },
    { width: 180 },
  ),
  specimen(
    'RunStats',
    RunStats,
    { running: stats(runs.running), fresh: stats(runs.fresh), finished: stats(runs.finished) },
    { width: 860, layout: 'in a grid' },
  ),
  specimen(
    'BranchForm',
    BranchForm,
    {
      usual: branch([...steps], best),
      'another run is active': branch([...steps], best, true),
      'one checkpoint': branch([500], null),
      none: branch([], null),
    },
    { width: 620 },
  ),
  specimen(
    'CheckpointResults',
    CheckpointResults,
    {
      none: checkpointResults([]),
      some: checkpointResults([500, 1000]),
      failed: checkpointResults([500], { failure: { title: 'Could not evaluate.', details: 'memory ran out' } }),
    },
    { width: 620 },
  ),
  specimen('EndedRun', EndedRun, { interrupted: tab(runs.interrupted), failed: tab(runs.failed) }, { width: 860 }),
  specimen(
    'RunDetails',
    RunDetails,
    {
      finished: details(runs.finished),
      running: details(runs.running),
      'long text': details(runs.named),
      'no notes': details(runs.finished, { text: '' }),
      'saving notes': details(runs.finished, { state: 'saving' }),
      'reading notes': details(runs.finished, { text: '', state: 'reading' }),
      'notes not saved': details(runs.finished, { state: 'failed', failure: 'ENOSPC: no space left on device' }),
    },
    { width: 860 },
  ),
  specimen(
    'SamplesPanel',
    SamplesPanel,
    {
      few: tracked('sudoku-4x4'),
      large: tracked('sudoku-9x9'),
      'no model': tracked('sudoku-4x4', false),
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
      'finished, all charts': board(runs.finished, { isMoreShown: true }),
      'zoomed in': board(runs.finished, {}, runs.finished.kind, { from: 400, to: 1000 }),
      'an unknown puzzle type': board(runs.finished, {}, null),
    },
    { width: 960 },
  ),
  specimen(
    'RunTab',
    RunTab,
    {
      alerted: tab(runs.alerted),
      'paused automatically': tab(runs.alarmed),
      'a device failed': tab(runs.fallenBack),
      failed: tab(runs.failed),
      finished: tab(runs.finished),
      stopped: tab(runs.stopped),
      interrupted: tab(runs.interrupted),
      'not evaluated': tab(run({ state: 'stopped', accuracy: null, model: null })),
      branching: tab(runs.finished, {}, true),
      'could not be read': tab(runs.running, { failure: 'metrics.jsonl: line 811 is damaged' }),
    },
    { width: 960 },
  ),
];
