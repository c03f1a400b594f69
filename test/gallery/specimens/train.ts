import CompareTab from '../../../renderer/features/train/compare/CompareTab.svelte';
import ComparedCurve from '../../../renderer/features/train/compare/ComparedCurve.svelte';
import ExportRun from '../../../renderer/features/train/run/ExportRun.svelte';
import RepeatRun from '../../../renderer/features/train/run/RepeatRun.svelte';
import QueueTab from '../../../renderer/features/train/queue/QueueTab.svelte';
import RunRow from '../../../renderer/features/train/runs/RunRow.svelte';
import RunsTab from '../../../renderer/features/train/runs/RunsTab.svelte';
import { runStateLabels } from '../../../renderer/features/train/runs/run-list';
import RunStateBadge from '../../../renderer/features/train/runs/RunStateBadge.svelte';
import TrainTabs from '../../../renderer/features/train/TrainTabs.svelte';
import { failed, loading, ready } from '../../../renderer/app/compute.svelte';
import { exactCurve, lossCurve } from '../../../renderer/features/train/charts/curves';
import { queue } from '../samples/lab';
import { chartExport, sampleCatalog } from '../samples/states';
import { longName, named, runs } from '../samples/runs';
import { comparisonOf, queueOf, runsOf, readFailure } from '../samples/training';
import { noop, specimen, type Specimen } from '../specimen';

const theme = 'dark';
const now = Date.parse('2026-11-24T16:00:00.000Z');
const row = { isSelected: false, isSelectionFull: false, now, onopen: noop, ontoggle: noop };
const tabs = { tab: 'runs', runName: null, runs: 12, selected: 0, waiting: 0, onselect: noop } as const;
const sixRuns = ['seed-10', 'seed-11', 'seed-12', 'seed-13', 'seed-14', 'seed-15'];
const twoRuns = ['finished', 'seed-10'];
const tabHandlers = { onopen: noop, onnew: noop, oncompare: noop };
const compare = (selected: readonly string[]) => () => ({
  ...comparisonOf(selected),
  chartExport: chartExport(),
  theme,
  onopen: noop,
  onruns: noop,
});
const compared = (curve: typeof exactCurve, title: string, selected: readonly string[]) => () => ({
  title,
  curve,
  comparison: comparisonOf(selected).comparison,
  fullRange: { from: 0, to: 2000 },
  chartExport: chartExport(),
  theme,
});
const waiting =
  (change: Parameters<typeof queueOf>[0] = {}, run = runs.finished) =>
  () => ({
    queue: queueOf(change),
    catalog: sampleCatalog({ runs: [run] }),
    onnew: noop,
    onopen: noop,
    onedit: noop,
  });

/** The list of runs, the comparison and the queue. */
export const train: readonly Specimen[] = [
  specimen(
    'TrainTabs',
    TrainTabs,
    {
      'no runs': { ...tabs, tab: 'new', runs: 0 },
      usual: { ...tabs, runName: 'Sudoku 4×4, Classroom', selected: 2, waiting: 3 },
      'long text': { ...tabs, tab: 'run', runName: longName, selected: 6, waiting: 20, runs: 1240 },
    },
    { width: 760 },
  ),
  specimen(
    'RunStateBadge',
    RunStateBadge,
    Object.fromEntries(Object.entries(runStateLabels).map(([name, state]) => [name, { state }])),
    { width: 96 },
  ),
  specimen(
    'RunRow',
    RunRow,
    {
      running: { ...row, named: named(runs.running) },
      paused: { ...row, named: named(runs.paused) },
      'finished, selected': { ...row, named: named(runs.finished), isSelected: true },
      'failed, selection full': { ...row, named: named(runs.failed), isSelectionFull: true },
      'long text': { ...row, named: named(runs.named) },
    },
    { width: 860, layout: 'in a list' },
  ),
  specimen(
    'RunsTab',
    RunsTab,
    {
      many: () => ({
        ...runsOf(ready([runs.running, runs.named, runs.finished, runs.failed]), ['finished', 'named']),
        ...tabHandlers,
      }),
      none: () => ({ ...runsOf(ready([])), ...tabHandlers }),
      'nothing found': () => {
        const tab = runsOf();
        tab.runs.query = { text: 'nonogram', filter: 'broken', order: 'best' };
        return { ...tab, ...tabHandlers };
      },
      'some unreadable': () => {
        const tab = runsOf(ready([runs.finished]));
        tab.runs.unreadable = [
          {
            folder: 'sudoku-9x9-20261101-080000',
            reason: 'written by a newer version (format 9; this version reads 3)',
          },
          { folder: 'old', reason: 'run.json: expected "state", found nothing' },
        ];
        return { ...tab, ...tabHandlers };
      },
      loading: () => ({ ...runsOf(loading), ...tabHandlers }),
      'could not be read': () => ({ ...runsOf(readFailure), ...tabHandlers }),
    },
    { width: 860 },
  ),
  specimen(
    'ExportRun',
    ExportRun,
    {
      usual: () => ({ runs: runsOf().runs, named: named(runs.finished), onclose: noop }),
      waiting: () => ({
        runs: Object.assign(runsOf().runs, { activeTask: 'Writing' }),
        named: named(runs.finished),
        onclose: noop,
      }),
    },
    { width: 460 },
  ),
  specimen(
    'RepeatRun',
    RepeatRun,
    {
      usual: () => ({ runs: runsOf().runs, named: named(runs.finished), onclose: noop }),
      waiting: () => ({
        runs: Object.assign(runsOf().runs, { activeTask: 'Writing' }),
        named: named(runs.finished),
        onclose: noop,
      }),
    },
    { width: 320 },
  ),
  specimen(
    'ComparedCurve',
    ComparedCurve,
    {
      two: compared(exactCurve, 'Exact accuracy on the test set, %', twoRuns),
      six: compared(lossCurve, 'Training loss per cell', sixRuns),
    },
    { width: 620, height: 300 },
  ),
  specimen(
    'CompareTab',
    CompareTab,
    { two: compare(twoRuns), six: compare(sixRuns), none: compare([]) },
    { width: 860 },
  ),
  specimen(
    'QueueTab',
    QueueTab,
    {
      many: waiting(),
      'after a run': waiting({}, runs.running),
      paused: waiting({ list: ready({ ...queue, isPaused: true }) }),
      changing: waiting({ isChanging: true }),
      none: waiting({ list: ready({ isPaused: false, waiting: [], damagedFile: null }) }),
      failed: waiting({ failure: 'queue.json: EACCES: permission denied' }),
      'could not be read': waiting({ list: failed('queue.json: expected a list, found a number') }),
    },
    { width: 760 },
  ),
];
