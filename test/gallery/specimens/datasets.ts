import { getKind } from '../../../datasets/kinds/registry';
import type { Handlers, PuzzleMessage } from '../../../electron/contract/contract';
import ExportPanel from '../../../renderer/features/datasets/ExportPanel.svelte';
import FacetFilters from '../../../renderer/features/datasets/FacetFilters.svelte';
import GeneratePanel from '../../../renderer/features/datasets/GeneratePanel.svelte';
import ProgressBar from '../../../renderer/ui/ProgressBar.svelte';
import ImportPreview from '../../../renderer/features/datasets/ImportPreview.svelte';
import PuzzleDetail from '../../../renderer/features/datasets/PuzzleDetail.svelte';
import DatasetList from '../../../renderer/features/datasets/DatasetList.svelte';
import PuzzleGrid from '../../../renderer/features/datasets/PuzzleGrid.svelte';
import PuzzleToolbar from '../../../renderer/features/datasets/PuzzleToolbar.svelte';
import { DatasetsState, type PendingImport } from '../../../renderer/features/datasets/datasets.svelte';
import { failed, loading, ready } from '../../../renderer/app/compute.svelte';
import { cannedLab, silentMainApi } from '../../renderer/canned-lab';
import { arcPuzzle, clashing, misread, puzzleOf } from '../samples/puzzles';
import { sampleCatalog, silent } from '../samples/states';
import { labSets, downloads, histograms, ownSets, pageOf, reports, rowOf, sets } from '../samples/sets';
import { noop, specimen, type Chapter } from '../specimen';
import { formatEnglish } from '../../../renderer/messages/english';

const theme = 'dark';
const notifications = { show: noop };
const datasetsOf = (answers: Partial<Handlers> | null = null, catalog = sampleCatalog()): DatasetsState =>
  new DatasetsState(answers ? cannedLab(answers).compute : silent(), catalog, silentMainApi, notifications);

function listOf(change: {
  readonly sets?: ReturnType<typeof sampleCatalog>['datasets'];
  readonly sizes?: Record<string, number | null>;
  readonly sizeRequest?: string;
  readonly none?: boolean;
}) {
  const catalog = sampleCatalog();
  catalog.datasets = change.sets ?? ready(sets);
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
function toolbarOf(dataset: (typeof sets)[number], change: Partial<DatasetsState['browser']>) {
  const { browser, kind } = browserOf('sudoku-4x4', 5);
  return { browser: Object.assign(browser, change), kind, dataset };
}
function facetsOf(change: Partial<DatasetsState['browser']>) {
  const { browser } = datasetsOf();
  return { browser: Object.assign(browser, { histograms: ready(histograms) }, change) };
}
const importOf =
  (report: PendingImport['report'], name = 'newspaper') =>
  () => ({ datasets: datasetsOf(), importPreview: { path: `/home/ada/${name}.csv`, name, report } });
function generateOf(answers: Partial<Handlers>) {
  return { datasets: datasetsOf(answers), theme };
}
const made: Handlers['previewPuzzles'] = ({ kind, count }) =>
  Array.from({ length: count }, (_, i) => ({ ...puzzleOf(kind, i + 1), rating: i }));
const refuse = (): never => {
  throw new Error('no puzzle of that difficulty was found in 200 tries');
};
const detail = (
  kind: string,
  puzzle: PuzzleMessage,
  change: Partial<{ onsolve: () => void; origin: string }> = {},
) => ({ kind: getKind(kind), row: rowOf(kind, puzzle), theme, origin: 'The lab’s own set Sudoku 6×6', ...change });
const six = puzzleOf('sudoku-6x6');

export const datasets: Chapter = {
  title: 'Datasets',
  specimens: [
    specimen(
      'DatasetList',
      DatasetList,
      {
        many: () => listOf({}),
        'asked how large': () => listOf({ sizes: { 'sudoku-extreme': 718e6, 'maze-hard': null } }),
        asking: () => listOf({ sizeRequest: 'sudoku-extreme' }),
        'none of one’s own': () => listOf({ sets: ready(labSets), none: true }),
        loading: () => listOf({ sets: loading, none: true }),
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
        'both splits': () => toolbarOf(sets[0]!, {}),
        'while counting': () => toolbarOf(sets[0]!, { scanProgress: 0.4 }),
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
        'one solution': () => detail('sudoku-6x6', six, { onsolve: noop }),
        'clues that clash': () => detail('sudoku-6x6', { ...six, inputs: clashing(six) }),
        'a wrong answer': () => detail('sudoku-6x6', { ...six, labels: misread(six, 0.4) }),
        'no answer known': () =>
          detail(
            'sudoku-6x6',
            { ...six, labels: six.labels.map(() => 0) },
            { origin: formatEnglish(ownSets[1]!.name) },
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
        usual: () => generateOf({ previewPuzzles: made }),
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
        'long text': importOf(reports.odd, formatEnglish(ownSets[1]!.name)),
      },
      { width: 560 },
    ),
    specimen(
      'ExportPanel',
      ExportPanel,
      {
        usual: () => ({ datasets: datasetsOf(), dataset: sets[1]! }),
        'long text': () => ({ datasets: datasetsOf(), dataset: ownSets[1]! }),
        waiting: () => {
          const datasets = datasetsOf();
          datasets.job.activeTask = 'Exporting';
          return { datasets, dataset: sets[1]! };
        },
      },
      { width: 560 },
    ),
    specimen(
      'ProgressBar',
      ProgressBar,
      {
        'not known how much': { title: 'Checking newspaper', message: '', fraction: null, oncancel: noop },
        'on its way': {
          title: 'Generating Maze 11×11, hard',
          fraction: 0.42,
          message: '42,000 of 100,000 puzzles',
          oncancel: noop,
        },
        'long text': {
          title: `Exporting ${ownSets[1]!.name}`,
          fraction: 0.9,
          message: 'puzzle 7,301 of 8,123, and then the symmetric copies of each of them',
          oncancel: noop,
        },
        compact: { title: 'Solving', fraction: 0.4, message: 'step 4 of 16', oncancel: noop, isCompact: true },
      },
      { width: 620 },
    ),
  ],
};
