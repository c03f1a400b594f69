/** The state of the Experiments view over a real port with canned answers. */
import { beforeEach, expect, test, vi } from 'vitest';
import { getExperiment } from '../../../../electron/compute/experiments/built-in';
import { makeThorough } from '../../../../electron/compute/experiments/thorough';
import type { Handlers } from '../../../../electron/contract/contract';
import { createOwnExperiment } from '../../../../electron/contract/own-experiment';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { ExperimentsState } from '../../../../renderer/features/experiments/experiments.svelte';
import { experimentProgress, gradientRecord, summaryOf } from '../../../gallery/samples/experiments';
import { memory } from '../../../gallery/samples/states';
import { cannedLab, settled, silentMainApi } from '../../canned-lab';

const usual = getExperiment('gradient');
const builtIn = [{ usual, thorough: makeThorough(usual) }];
const running = summaryOf(gradientRecord(2), 'running');
const storage = memory();
beforeEach(() => storage.setItem('experiments/seconds', '{}'));

async function open(answers: Partial<Handlers> = {}) {
  const lab = cannedLab({
    listExperiments: () => ({ builtIn, experiments: [], unreadable: [] }),
    readExperiment: () => ({ record: gradientRecord(2), summary: running, progress: null }),
    ...answers,
  });
  const catalog = new CatalogStore(lab.compute);
  const show = vi.fn();
  const state = new ExperimentsState(lab.compute, catalog, silentMainApi, { show }, storage);
  await vi.waitFor(() => expect(lab.compute.state.state).toBe('ready'));
  await state.read();
  return { ...lab, catalog, state, show };
}

test('shows the plan of the first built-in experiment until there are results', async () => {
  const { state } = await open();
  expect([state.subpath, state.plan?.id]).toEqual(['new/gradient', 'gradient']);
});

test('starts the chosen size, number of seeds and prediction, and shows the experiment', async () => {
  const startExperiment = vi.fn(() => running);
  const { state, inputs } = await open({ startExperiment });
  state.chooseSize(true);
  expect(state.plan?.seeds).toHaveLength(12);
  [state.seeds, state.prediction] = [5, { best: null }];
  await state.start();
  expect(inputs('startExperiment')).toEqual([
    { choice: { builtIn: 'gradient', seeds: 5, isThorough: true }, prediction: { best: null } },
  ]);
  expect(state.openedId).toBe(running.experimentId);
});

test('is repeated with the seeds that follow', async () => {
  const { state } = await open();
  state.visit(running.experimentId);
  state.repeat(gradientRecord(6));
  expect(state.choice).toEqual({ builtIn: 'gradient', seeds: 3, firstSeed: 4 });
  const own = { dataset: 'sudoku-4x4', preset: 'classroom', settings: { ema: 0 }, seeds: 2, maxSeconds: 60 };
  const variations = [{ name: 'hCycles' as const, values: [1, 2] }];
  const experiment = createOwnExperiment({ ...own, variations, firstSeed: 7 });
  state.repeat({ ...gradientRecord(6), experiment });
  expect(state.choice).toEqual({ own: { ...own, variations, firstSeed: 9 } });
});

test('keeps the estimated time of the usual size for the list', async () => {
  const estimate = { experiment: usual, seconds: 210, flop: 1, conditions: [] };
  const { state } = await open({ estimateExperiment: () => estimate });
  await state.estimateTime();
  expect(state.expectedSeconds).toEqual({ gradient: 210 });
  expect((await open()).state.expectedSeconds).toEqual({ gradient: 210 });
});

test('follows results and progress of the experiment that is shown, and tells the catalog that something trains', async () => {
  const { state, catalog, emit } = await open();
  state.visit(running.experimentId);
  await vi.waitFor(() => expect(state.opened.state).toBe('ready'));
  emit({ type: 'experiment/changed', experimentId: running.experimentId, summary: running });
  emit({ type: 'experiment/progress', experimentId: running.experimentId, progress: experimentProgress });
  await vi.waitFor(() => expect(state.progress).toEqual(experimentProgress));
  expect(state.mine).toEqual([running]);
  expect([catalog.isTraining, catalog.activeExperiment?.progress]).toEqual([true, experimentProgress]);
  emit({ type: 'experiment/changed', experimentId: running.experimentId, summary: { ...running, state: 'paused' } });
  await vi.waitFor(() => expect([catalog.isTraining, state.progress]).toEqual([false, null]));
});

test('an error of a start is shown, and nothing was changed', async () => {
  const { state } = await open({
    startExperiment: () => {
      throw new Error('no space');
    },
  });
  await state.start();
  expect(state.failure).toEqual({ title: 'Could not start the experiment.', details: 'no space' });
  expect(state.subpath).toBe('new/gradient');
});

test('deletes an experiment; undo restores and shows it', async () => {
  const restoreFromTrash = vi.fn(() => ({}));
  const { state, show } = await open({ deleteExperiment: () => ({ trashId: 'a~b~1' }), restoreFromTrash });
  state.visit(running.experimentId);
  await state.remove(running);
  expect(state.subpath).toBe('new/gradient');
  const [{ undo }] = show.mock.calls[0] as [{ undo: () => Promise<void> }];
  await undo();
  expect(restoreFromTrash).toHaveBeenCalled();
  expect(state.openedId).toBe(running.experimentId);
  await settled();
});

test('damaged times in the storage are ignored', async () => {
  storage.setItem('experiments/seconds', '{"a":"x"');
  expect((await open()).state.expectedSeconds).toEqual({});
});
