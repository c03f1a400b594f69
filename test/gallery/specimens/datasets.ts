import { getKind } from '../../../datasets/kinds/registry';
import type { Handlers, PuzzleMessage } from '../../../electron/contract/contract';
import ExportPanel from '../../../renderer/features/datasets/ExportPanel.svelte';
import FacetFilters from '../../../renderer/features/datasets/FacetFilters.svelte';
import GeneratePanel from '../../../renderer/features/datasets/GeneratePanel.svelte';
import PreparationPanel from '../../../renderer/features/datasets/PreparationPanel.svelte';
import ProgressBar from '../../../renderer/ui/ProgressBar.svelte';
import ImportPreview from '../../../renderer/features/datasets/ImportPreview.svelte';
import KindField from '../../../renderer/features/datasets/KindField.svelte';
import PuzzleDetail from '../../../renderer/features/datasets/PuzzleDetail.svelte';
import DatasetList from '../../../renderer/features/datasets/DatasetList.svelte';
import PuzzleGrid from '../../../renderer/features/datasets/PuzzleGrid.svelte';
import PuzzleToolbar from '../../../renderer/features/datasets/PuzzleToolbar.svelte';
import { DatasetsState, type PendingImport } from '../../../renderer/features/datasets/datasets.svelte';
import { DatasetPreparation } from '../../../renderer/app/dataset-preparation.svelte';
import { failed, loading, ready } from '../../../renderer/app/compute.svelte';
import { dataset } from '../../renderer/examples';
import { cannedLab, silentMainApi } from '../../renderer/canned-lab';
import { arcPuzzle, withContradiction, withErrors, puzzleOf } from '../samples/puzzles';
import { sampleCatalog, silent } from '../samples/states';
import {
  builtInDatasets,
  downloads,
  histograms,
  ownDatasets,
  pageOf,
  reports,
  rowOf,
  sampleDatasets,
} from '../samples/datasets';
import { noop, specimen, type Chapter } from '../specimen';
import { formatEnglish } from '../../../renderer/messages/english';

const theme = 'dark';
const notifications = { show: noop };
const datasetsOf = (answers: Partial<Handlers> | null = null, catalog = sampleCatalog()): DatasetsState =>
  new DatasetsState(answers ? cannedLab(answers).compute : silent(), catalog, silentMainApi, notifications);

function listOf(change: {
  readonly list?: ReturnType<typeof sampleCatalog>['datasets'];
  readonly sizes?: Record<string, number | null>;
  readonly sizeRequest?: string;
  readonly none?: boolean;
}) {
  const catalog = sampleCatalog();
  catalog.datasets = change.list ?? ready(sampleDatasets);
  const datasets = datasetsOf(null, catalog);
  datasets.downloads = ready(change.none ? [] : downloads);
  datasets.browser.dataset = 'sudoku-6x6';
  [datasets.sizes, datasets.sizeRequest] = [change.sizes ?? {}, change.sizeRequest ?? null];
  return { datasets };
}

/** A browser with loaded rows. */
function browserOf(kind: string, total: number) {
  const datasets = datasetsOf({
    browsePuzzles: () => pageOf(kind, total),
    readHistograms: () => ({ total, histograms: [...histograms] }),
  });
  datasets.browser.open('sudoku-6x6');
  return { browser: datasets.browser, kind: getKind(kind), theme };
}
function toolbarOf(dataset: (typeof sampleDatasets)[number], change: Partial<DatasetsState['browser']>) {
  const { browser, kind } = browserOf('sudoku-4x4', 5);
  return { browser: Object.assign(browser, change), kind, dataset };
}
function facetsOf(change: Partial<DatasetsState['browser']>) {
  const { browser } = datasetsOf();
  return { browser: Object.assign(browser, { histograms: ready(histograms) }, change), kind: getKind('sudoku-6x6') };
}
const importOf =
  (report: PendingImport['report'], name = 'newspaper') =>
  () => ({ datasets: datasetsOf(), importPreview: { path: `/home/ada/${name}.csv`, name, report } });
function generateOf(answers: Partial<Handlers>) {
  return { datasets: datasetsOf(answers), theme };
}
const previewed: Handlers['previewPuzzles'] = ({ kind, count }) =>
  Array.from({ length: count }, (_, i) => ({ ...puzzleOf(kind, i + 1), rating: i }));
const refuse = (): never => {
  throw new Error('no puzzle of this difficulty found in 200 tries');
};
/** A built-in dataset that is not generated yet. */
const ungenerated = dataset({
  id: 'sudoku-9x9',
  name: 'Sudoku 9×9',
  kind: 'sudoku-9x9',
  train: { puzzles: 60_000, classes: 60_000 },
  test: { puzzles: 3000, classes: 3000 },
  generation: { isDamaged: false, seconds: 48, bytes: 11e6 },
});
function preparationOf(
  change: Partial<Pick<DatasetPreparation, 'activeDataset' | 'failure'>> = {},
  isCompact = false,
  isDamaged = false,
) {
  const preparation = Object.assign(new DatasetPreparation(silent(), async () => undefined), change);
  if (change.activeDataset === ungenerated.id)
    Object.assign(preparation.job, {
      activeTask: 'Generating Sudoku 9×9',
      fraction: 0.42,
      text: '26,460 of 63,000 puzzles, 28 s left',
    });
  return { preparation, isCompact, dataset: { ...ungenerated, generation: { ...ungenerated.generation!, isDamaged } } };
}
const noSpace = { dataset: ungenerated.id, details: 'datasets/sudoku-9x9: no space left on the device (ENOSPC)' };
const detail = (
  kind: string,
  puzzle: PuzzleMessage,
  change: Partial<{ onsolve: () => void; origin: string }> = {},
) => ({ kind: getKind(kind), row: rowOf(kind, puzzle), theme, origin: 'Built-in dataset Sudoku 6×6', ...change });
const puzzle6 = puzzleOf('sudoku-6x6');

export const datasets: Chapter = {
  title: 'Datasets',
  specimens: [
    specimen(
      'DatasetList',
      DatasetList,
      {
        many: () => listOf({}),
        'with download sizes': () => listOf({ sizes: { 'sudoku-extreme': 718e6, 'maze-hard': null } }),
        'reading a download size': () => listOf({ sizeRequest: 'sudoku-extreme' }),
        'built-in only': () => listOf({ list: ready(builtInDatasets), none: true }),
        loading: () => listOf({ list: loading, none: true }),
      },
      { width: 236 },
    ),
    specimen(
      'PuzzleGrid',
      PuzzleGrid,
      { 'a few': () => browserOf('sudoku-4x4', 5), 'a million': () => browserOf('maze-11', 1_000_000) },
      { width: 560, height: 320 },
    ),
    specimen(
      'PuzzleToolbar',
      PuzzleToolbar,
      {
        'both splits': () => toolbarOf(sampleDatasets[0]!, {}),
        'while counting': () => toolbarOf(sampleDatasets[0]!, { scanProgress: 0.4 }),
      },
      { width: 560 },
    ),
    specimen(
      'FacetFilters',
      FacetFilters,
      {
        all: () => facetsOf({}),
        chosen: () => facetsOf({ bounds: { givens: { min: 23, max: 23 } } }),
        counting: () => facetsOf({ histograms: loading }),
        failed: () => facetsOf({ histograms: failed('sudoku-6x6/train.bin: expected 900 rows, found 12') }),
      },
      { width: 236 },
    ),
    specimen(
      'PuzzleDetail',
      PuzzleDetail,
      {
        'one solution': () => detail('sudoku-6x6', puzzle6, { onsolve: noop }),
        'contradictory clues': () => detail('sudoku-6x6', { ...puzzle6, inputs: withContradiction(puzzle6) }),
        'a wrong answer': () => detail('sudoku-6x6', { ...puzzle6, labels: withErrors(puzzle6, 0.4) }),
        'no answer known': () =>
          detail(
            'sudoku-6x6',
            { ...puzzle6, labels: puzzle6.labels.map(() => 0) },
            { origin: formatEnglish(ownDatasets[1]!.name) },
          ),
        maze: () => detail('maze-11', puzzleOf('maze-11')),
        ARC: () => detail('arc', arcPuzzle(2), { onsolve: noop }),
      },
      { width: 296 },
    ),
    specimen(
      'GeneratePanel',
      GeneratePanel,
      {
        usual: () => generateOf({ previewPuzzles: previewed }),
        waiting: () => generateOf({}),
        failed: () => generateOf({ previewPuzzles: refuse }),
      },
      { width: 640 },
    ),
    specimen(
      'ImportPreview',
      ImportPreview,
      {
        clean: importOf(reports.clean),
        odd: importOf(reports.odd),
        'ARC tasks': importOf(reports.tasks),
        'long text': importOf(reports.odd, formatEnglish(ownDatasets[1]!.name)),
      },
      { width: 560 },
    ),
    specimen(
      'KindField',
      KindField,
      {
        found: () => ({ datasets: datasetsOf() }),
        chosen: () => ({ datasets: Object.assign(datasetsOf(), { importKind: 'custom' }) }),
      },
      { width: 280 },
    ),
    specimen(
      'ExportPanel',
      ExportPanel,
      {
        usual: () => ({ datasets: datasetsOf(), dataset: sampleDatasets[1]! }),
        'long text': () => ({ datasets: datasetsOf(), dataset: ownDatasets[1]! }),
        waiting: () => {
          const datasets = datasetsOf();
          datasets.job.activeTask = 'Exporting';
          return { datasets, dataset: sampleDatasets[1]! };
        },
      },
      { width: 560 },
    ),
    specimen(
      'PreparationPanel',
      PreparationPanel,
      {
        'not generated': () => preparationOf(),
        generating: () => preparationOf({ activeDataset: ungenerated.id }),
        'another one is generated': () => preparationOf({ activeDataset: 'nonogram' }),
        damaged: () => preparationOf({}, false, true),
        failed: () => preparationOf({ failure: noSpace }),
      },
      { width: 620 },
    ),
    specimen(
      'PreparationPanel, compact',
      PreparationPanel,
      {
        'not generated': () => preparationOf({}, true),
        generating: () => preparationOf({ activeDataset: ungenerated.id }, true),
        failed: () => preparationOf({ failure: noSpace }, true),
      },
      { width: 290 },
    ),
    specimen(
      'ProgressBar',
      ProgressBar,
      {
        'unknown total': { title: 'Checking newspaper', message: '', fraction: null, oncancel: noop },
        'in progress': {
          title: 'Generating Maze 11×11, hard',
          fraction: 0.42,
          message: '42,000 of 100,000 puzzles',
          oncancel: noop,
        },
        'long text': {
          title: `Exporting ${formatEnglish(ownDatasets[1]!.name)}`,
          fraction: 0.9,
          message: 'puzzle 7,301 of 8,123, with all its symmetric copies',
          oncancel: noop,
        },
        compact: { title: 'Solving', fraction: 0.4, message: 'step 4 of 16', oncancel: noop, isCompact: true },
      },
      { width: 620 },
    ),
  ],
};
