import { builtInExperiments, getExperiment } from '../../../electron/compute/experiments/built-in';
import { makeThorough } from '../../../electron/compute/experiments/thorough';
import type { ExperimentSummary } from '../../../electron/contract/experiment-requests';
import { loading, ready } from '../../../renderer/app/compute.svelte';
import ConditionsTable from '../../../renderer/features/experiments/ConditionsTable.svelte';
import ExperimentChart from '../../../renderer/features/experiments/ExperimentChart.svelte';
import ExperimentList from '../../../renderer/features/experiments/ExperimentList.svelte';
import ExperimentPlan from '../../../renderer/features/experiments/ExperimentPlan.svelte';
import ExperimentProgress from '../../../renderer/features/experiments/ExperimentProgress.svelte';
import ExperimentResult from '../../../renderer/features/experiments/ExperimentResult.svelte';
import { ExperimentsState } from '../../../renderer/features/experiments/experiments.svelte';
import { createNames } from '../../../renderer/features/experiments/names';
import { OwnExperimentForm } from '../../../renderer/features/experiments/own-experiment.svelte';
import OwnExperimentFields from '../../../renderer/features/experiments/OwnExperimentFields.svelte';
import PredictionField from '../../../renderer/features/experiments/PredictionField.svelte';
import PublishedFigures from '../../../renderer/features/experiments/PublishedFigures.svelte';
import ResultsTable from '../../../renderer/features/experiments/ResultsTable.svelte';
import { silentMainApi } from '../../renderer/canned-lab';
import { curveRecord, experimentProgress, failedRecord, gradientRecord, summaryOf } from '../samples/experiments';
import { memory, sampleCatalog, silent } from '../samples/states';
import { noop, specimen, type Chapter } from '../specimen';

const gradient = getExperiment('gradient');
const builtIn = builtInExperiments.map((usual) => ({ usual, thorough: makeThorough(usual) }));
const estimate = {
  experiment: gradient,
  seconds: 210,
  flop: 2.5e13,
  conditions: gradient.conditions.map(({ id: condition }) => ({ condition, seconds: 35, flop: 4.2e12 })),
};

function stateOf(
  subpath: string,
  experiments: readonly ExperimentSummary[] = [],
  change: Partial<ExperimentsState> = {},
): ExperimentsState {
  const state = new ExperimentsState(silent(), sampleCatalog(), silentMainApi, { show: noop }, memory());
  state.list = ready({ builtIn, experiments: [...experiments], unreadable: [] });
  state.visit(subpath);
  return Object.assign(state, change);
}

const plan = (id: string, change: Partial<ExperimentsState> = {}) => ({
  experiments: stateOf(`new/${id}`, [], change),
  catalog: sampleCatalog(),
  experiment: getExperiment(id),
});

const summaries = [
  summaryOf(gradientRecord(3), 'running'),
  { ...summaryOf(curveRecord, 'finished'), experimentId: 'b' },
  { ...summaryOf(gradientRecord(2), 'failed', 'There is no space left on the disk.'), experimentId: 'c' },
  { ...summaryOf(gradientRecord(4), 'ended'), experimentId: 'd' },
];

const opened = (
  record = gradientRecord(6),
  state: ExperimentSummary['state'] = 'finished',
  failure: ExperimentSummary['failure'] = null,
) => ({
  record,
  summary: summaryOf(record, state, failure),
  progress: state === 'running' ? experimentProgress : null,
});

function formOf(change: Partial<Pick<OwnExperimentForm, 'seeds' | 'variations' | 'minutes'>> = {}) {
  const form = Object.assign(new OwnExperimentForm(), change);
  [form.dataset, form.preset] = ['sudoku-4x4', 'classroom'];
  return { form, catalog: sampleCatalog() };
}

const names = () => createNames(sampleCatalog());
const wide = { width: 760 };

export const experimentsChapter: Chapter = {
  title: 'Experiments',
  specimens: [
    specimen(
      'ExperimentList',
      ExperimentList,
      {
        'no results': () => ({ experiments: stateOf('new/gradient') }),
        'results in every state': () => ({
          experiments: stateOf('b', summaries, { expectedSeconds: { gradient: 210 } }),
        }),
        loading: () => ({ experiments: stateOf('', [], { list: loading }) }),
      },
      { width: 264, height: 480 },
    ),
    specimen(
      'ExperimentPlan',
      ExperimentPlan,
      {
        'before the estimate': () => plan('gradient'),
        estimated: () => plan('gradient', { estimate }),
        'models that exist': () => plan('think-longer'),
      },
      wide,
    ),
    specimen(
      'ConditionsTable',
      ConditionsTable,
      {
        plain: () => ({ experiment: gradient, estimate: null, ...names() }),
        'with times': () => ({ experiment: gradient, estimate, ...names() }),
      },
      wide,
    ),
    specimen(
      'PredictionField',
      PredictionField,
      {
        'none given': () => ({ experiment: gradient, prediction: null, onchange: noop }),
        'a condition': () => ({
          experiment: gradient,
          prediction: { best: gradient.conditions[1]!.id },
          onchange: noop,
        }),
        'an accuracy': () => ({
          experiment: getExperiment('think-longer'),
          prediction: { exactAccuracy: 0.8 },
          onchange: noop,
        }),
      },
      wide,
    ),
    specimen('PublishedFigures', PublishedFigures, { some: () => ({ published: gradient.published }) }, wide),
    specimen(
      'OwnExperimentFields',
      OwnExperimentFields,
      {
        'one setting': () => formOf(),
        'two settings, wrong values': () =>
          formOf({
            seeds: 0,
            variations: [
              { name: 'hCycles', text: '1' },
              { name: 'ema', text: '0, 0.99' },
            ],
          }),
      },
      wide,
    ),
    specimen(
      'ExperimentProgress',
      ExperimentProgress,
      {
        preparing: () => ({ experiment: gradient, progress: null }),
        'time not known': () => ({ experiment: gradient, progress: { ...experimentProgress, secondsLeft: null } }),
        'time known': () => ({ experiment: gradient, progress: experimentProgress }),
      },
      wide,
    ),
    specimen(
      'ExperimentChart',
      ExperimentChart,
      {
        conditions: () => ({ record: gradientRecord(6) }),
        curves: () => ({ record: curveRecord }),
      },
      wide,
    ),
    specimen(
      'ResultsTable',
      ResultsTable,
      {
        conditions: () => ({ record: gradientRecord(6) }),
        curves: () => ({ record: curveRecord }),
      },
      wide,
    ),
    specimen(
      'ExperimentResult',
      ExperimentResult,
      {
        'nothing yet': () => opened(gradientRecord(0), 'running'),
        'in progress': () => opened(gradientRecord(3), 'running'),
        waiting: () => opened(gradientRecord(0), 'waiting'),
        elsewhere: () => opened(gradientRecord(1), 'elsewhere'),
        finished: () => opened(),
        'a failed trial': () => opened(failedRecord, 'paused'),
        stopped: () => opened(gradientRecord(2), 'failed', 'There is no space left on the disk.'),
      },
      wide,
    ),
  ],
};
