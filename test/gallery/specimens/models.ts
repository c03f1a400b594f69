import { silentMainApi } from '../../renderer/canned-lab';
import { cardRows } from '../../../renderer/features/models/card-rows';
import MissingSettingsForm from '../../../renderer/features/models/MissingSettingsForm.svelte';
import CardTable from '../../../renderer/features/models/CardTable.svelte';
import ExportForm from '../../../renderer/features/models/ExportForm.svelte';
import FailureList from '../../../renderer/features/models/FailureList.svelte';
import EvaluatePanel from '../../../renderer/features/models/EvaluatePanel.svelte';
import ModelList from '../../../renderer/features/models/ModelList.svelte';
import ModelActions from '../../../renderer/features/models/ModelActions.svelte';
import PublishedModels from '../../../renderer/features/models/PublishedModels.svelte';
import ViewStatus from '../../../renderer/app/ViewStatus.svelte';
import { failed, loading, ready } from '../../../renderer/app/compute.svelte';
import type { Model, Output } from '../../../electron/contract/contract';
import { ModelsState, type EvaluationResult } from '../../../renderer/features/models/models.svelte';
import { attentionModel, imported, models, publishedModels, shipped, trained } from '../samples/models';
import { sampleCatalog, silent } from '../samples/states';
import { accuracy } from '../samples/runs';
import { calibration } from './calibration';
import { click, noop, specimen, type Chapter } from '../specimen';

function stateOf(change: Partial<ModelsState> = {}, list: readonly Model[] = models): ModelsState {
  return Object.assign(
    new ModelsState(silent(), sampleCatalog({ models: list }), silentMainApi, { show: noop }),
    change,
  );
}
const noUnreadable: Output<'listUnreadableModels'> = [];
const unreadable: typeof noUnreadable = [{ folder: 'maze-of-the-class', reason: 'card.json: the content is not JSON' }];
const listOf =
  (list: readonly Model[], isLoading = false, compared: string | null = null, unreadable = noUnreadable) =>
  () => {
    const models = stateOf({}, list);
    models.compareWith(compared);
    return { models, isLoading, unreadable, ontrain: noop };
  };
const column = (model: Model) => ({ model, rows: cardRows(model, { kind: 'Sudoku', dataset: model.dataset }) });
const evaluated = {
  ...column(shipped),
  rows: cardRows(shipped, {
    kind: 'Sudoku 6×6',
    dataset: 'Sudoku 6×6',
    evaluation: { where: 'Sudoku 6×6, test set', accuracy: accuracy(0.88, 500) },
  }),
};
const missing = {
  file: { token: 'chosen', name: 'step_50000' },
  given: {},
  settings: ['num_heads', 'pos_encodings', 'H_cycles', 'L_cycles'],
  message: 'step_50000 has valid weights, but no config file with these settings was found',
};
const evaluating =
  (model: Model, change: Partial<ModelsState> = {}) =>
  () => ({ models: stateOf(change), model, ondatasets: noop, onsolve: noop });
function failures(count: number, brokenRules: number | null = 2) {
  const worst = Array.from({ length: Math.min(count, 12) }, (_, index) => ({
    row: 7 * index + 3,
    wrongCells: 12 - index,
    brokenRules,
    haltProbability: index / 12,
    confidence: index / 13,
  }));
  return { count, worst, mostConfident: [...worst].reverse() };
}
const resultOf = (split: 'train' | 'test', exact: number, count: number): EvaluationResult => ({
  model: shipped.id,
  dataset: 'sudoku-6x6',
  split,
  checkpoint: null,
  lastCheckpoints: null,
  accuracy: {
    ...accuracy(exact, count),
    steps: 4,
    overSteps: { exact: [0.2, 0.7 * exact, exact, exact], firstLegal: [0.2, 0.7 * exact, exact, exact] },
    rollouts: { count: 1, noise: 0, pick: 'halting', answered: count, wrong: 0, unanswered: 0 },
    calibration,
  },
  failures: failures(count - Math.round(exact * count)),
  evaluatedAt: '2026-01-01T00:00:00.000Z',
});
const failureList =
  (count: number, brokenRules: number | null = 2, mayDiffer = false) =>
  () => ({
    failures: failures(count, brokenRules),
    of: { dataset: 'sudoku-6x6', split: 'test' as const },
    mayDiffer,
    isBusy: false,
    onopen: noop,
  });
const results = [resultOf('test', 0.884, 1000), resultOf('train', 0.991, 900)];
const { homepage, licence, reported, dataset: trainedOn } = publishedModels[1]!;
const published = {
  ...imported,
  published: { id: publishedModels[1]!.id, homepage, licence, reported, dataset: trainedOn },
};
function publishedOf(change: Partial<ModelsState>) {
  const catalog = sampleCatalog({ models: [shipped, published] });
  return { models: stateOf({ panel: 'published', ...change }, [shipped, published]), catalog };
}
const busy = { activeTask: 'Exporting' };
const longCommand =
  'train --dataset sudoku-6x6 --preset medium --seed 1 --max-seconds 36000 --batch-size 128 --learning-rate 0.0005 --name "A name with blanks in it"';

export const modelsChapter: Chapter = {
  title: 'Models',
  specimens: [
    specimen(
      'ModelList',
      ModelList,
      {
        many: listOf(models),
        compared: listOf(models, false, trained.id),
        'built-in only': listOf([shipped]),
        loading: listOf([], true),
        'a folder that cannot be read': listOf([shipped], false, null, unreadable),
      },
      { width: 260 },
    ),
    specimen(
      'CardTable',
      CardTable,
      {
        shipped: { one: column(shipped), other: null },
        evaluated: { one: evaluated, other: null },
        imported: { one: column(imported), other: null },
        'long command': { one: column({ ...trained, command: longCommand }), other: null },
      },
      { width: 560 },
    ),
    specimen(
      'CardTable, two',
      CardTable,
      {
        'many differences': { one: column(shipped), other: column(imported) },
        'few differences': { one: column(trained), other: column(attentionModel) },
      },
      { width: 860 },
    ),
    specimen(
      'FailureList',
      FailureList,
      {
        few: failureList(5),
        'more than are listed': failureList(731),
        'without rules, of a checkpoint': failureList(12, null, true),
      },
      { width: 260 },
    ),
    specimen(
      'EvaluatePanel',
      EvaluatePanel,
      {
        'not evaluated': evaluating(shipped),
        evaluated: evaluating(shipped, { evaluations: results }),
        'no matching dataset': evaluating({ ...shipped, kind: 'queens-8', dataset: 'unknown' }),
        waiting: evaluating(shipped, busy),
      },
      { width: 560 },
    ),
    specimen(
      'ExportForm',
      ExportForm,
      {
        usual: () => ({ models: stateOf(), model: shipped }),
        waiting: () => ({ models: stateOf(busy), model: shipped }),
      },
      { width: 560 },
    ),
    specimen(
      'ExportForm, ONNX',
      ExportForm,
      { chosen: () => ({ models: stateOf(), model: shipped }) },
      { width: 560, onmounted: click('label:last-child input') },
    ),
    specimen(
      'PublishedModels',
      PublishedModels,
      {
        usual: () => publishedOf({ published: ready(publishedModels) }),
        waiting: () => publishedOf({ published: ready(publishedModels.slice(0, 1)), activeTask: 'Importing' }),
        loading: () => publishedOf({ published: loading }),
        failed: () => publishedOf({ published: failed(new Error('the list of published models cannot be read')) }),
      },
      { width: 620 },
    ),
    specimen(
      'ModelActions',
      ModelActions,
      {
        usual: () => ({ models: stateOf(), model: trained }),
        waiting: () => ({ models: stateOf(busy), model: trained }),
      },
      { width: 460 },
    ),
    specimen(
      'ModelActions, renaming',
      ModelActions,
      {
        usual: () => ({ models: stateOf(), model: trained }),
        'long text': () => ({ models: stateOf(), model: imported }),
      },
      { width: 460, onmounted: click('button') },
    ),
    specimen(
      'MissingSettingsForm',
      MissingSettingsForm,
      {
        usual: () => ({ models: stateOf({ missing }), missing }),
        waiting: () => ({ models: stateOf({ missing, ...busy }), missing }),
      },
      { width: 560 },
    ),
    specimen(
      'ViewStatus',
      ViewStatus,
      {
        done: () => ({
          tasks: stateOf({
            report: {
              summary: 'Imported step_50000.',
              notes: [
                'The puzzle type is not known; Sudoku 9×9 is assumed because of 81 cells.',
                'The optimiser state was not imported.',
              ],
            },
          }),
        }),
        busy: () => ({ tasks: stateOf({ activeTask: 'Importing step_50000' }) }),
        failed: () => ({
          tasks: stateOf({
            failure: { title: 'Could not import the model.', details: 'step_50000: expected a zip file, found text' },
          }),
        }),
        evaluating: () => {
          const tasks = stateOf();
          Object.assign(tasks.job, {
            activeTask: `Evaluating ${shipped.name}`,
            fraction: 0.3,
            text: '300 of 1,000 puzzles',
          });
          return { tasks };
        },
      },
      { width: 560 },
    ),
  ],
};
