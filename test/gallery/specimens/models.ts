import { silentMainApi } from '../../renderer/canned-lab';
import { cardRows } from '../../../renderer/features/models/card-rows';
import MissingSettingsForm from '../../../renderer/features/models/MissingSettingsForm.svelte';
import CardTable from '../../../renderer/features/models/CardTable.svelte';
import ExportForm from '../../../renderer/features/models/ExportForm.svelte';
import EvaluatePanel from '../../../renderer/features/models/EvaluatePanel.svelte';
import ModelList from '../../../renderer/features/models/ModelList.svelte';
import ModelActions from '../../../renderer/features/models/ModelActions.svelte';
import ViewStatus from '../../../renderer/app/ViewStatus.svelte';
import type { Model } from '../../../electron/contract/contract';
import { ModelsState } from '../../../renderer/features/models/models.svelte';
import { attentive, imported, models, shipped, trained } from '../samples/models';
import { sampleCatalog, silent } from '../samples/states';
import { accuracy } from '../samples/runs';
import { click, noop, specimen, type Chapter } from '../specimen';

function stateOf(change: Partial<ModelsState> = {}, list: readonly Model[] = models): ModelsState {
  return Object.assign(
    new ModelsState(silent(), sampleCatalog({ models: list }), silentMainApi, { show: noop }),
    change,
  );
}
const listed =
  (list: readonly Model[], isLoading = false, compared: string | null = null) =>
  () => {
    const models = stateOf({}, list);
    models.compareWith(compared);
    return { models, isLoading, ontrain: noop };
  };
const side = (model: Model) => ({ model, rows: cardRows(model, { kind: 'Sudoku', dataset: model.dataset }) });
const evaluated = {
  ...side(shipped),
  rows: cardRows(shipped, {
    kind: 'Sudoku 6×6',
    dataset: 'Sudoku 6×6',
    evaluation: { where: 'Sudoku 6×6, test set', accuracy: accuracy(0.88, 500) },
  }),
};
const missing = {
  plan: { path: '/home/ada/step_50000' },
  settings: ['num_heads', 'pos_encodings', 'H_cycles', 'L_cycles'],
  message: 'step_50000 has sound weights, but no config beside it says how they are to be run',
};
const evaluating =
  (model: Model, change: Partial<ModelsState> = {}) =>
  () => ({ models: stateOf(change), model, ondatasets: noop });
const results = [
  { model: shipped.id, dataset: 'sudoku-6x6', split: 'test', accuracy: accuracy(0.884, 1000) },
  { model: shipped.id, dataset: 'sudoku-6x6', split: 'train', accuracy: accuracy(0.991, 900) },
] as const;
const busy = { activeTask: 'Exporting' };
const long =
  'train --dataset sudoku-6x6 --preset medium --seed 1 --max-seconds 36000 --batch-size 128 --learning-rate 0.0005 --name "A name with blanks in it"';

export const modelsChapter: Chapter = {
  title: 'Models',
  specimens: [
    specimen(
      'ModelList',
      ModelList,
      {
        many: listed(models),
        compared: listed(models, false, trained.id),
        'none of one’s own': listed([shipped]),
        loading: listed([], true),
      },
      { width: 260 },
    ),
    specimen(
      'CardTable',
      CardTable,
      {
        shipped: { one: side(shipped), other: null },
        'evaluated here': { one: evaluated, other: null },
        'of a file': { one: side(imported), other: null },
        'long command': { one: side({ ...trained, command: long }), other: null },
      },
      { width: 560 },
    ),
    specimen(
      'CardTable, two',
      CardTable,
      {
        'much differs': { one: side(shipped), other: side(imported) },
        'little differs': { one: side(trained), other: side(attentive) },
      },
      { width: 860 },
    ),
    specimen(
      'EvaluatePanel',
      EvaluatePanel,
      {
        'not evaluated': evaluating(shipped),
        evaluated: evaluating(shipped, { evaluations: results }),
        'no puzzles for it': evaluating({ ...shipped, kind: 'queens-8', dataset: 'unknown' }),
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
                'Its data set is not known: it was taken for Sudoku 9×9 by its 81 cells.',
                'The optimiser’s state was left out.',
              ],
            },
          }),
        }),
        'being done': () => ({ tasks: stateOf({ activeTask: 'Importing step_50000' }) }),
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
