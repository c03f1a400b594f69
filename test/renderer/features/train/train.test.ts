import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run } from '../../../../electron/contract/contract';
import { MAX_RUN_SECONDS } from '../../../../electron/contract/limits';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { loading, ready } from '../../../../renderer/app/compute.svelte';
import { Notifications } from '../../../../renderer/app/notifications.svelte';
import type { RunQueue } from '../../../../renderer/features/train/queue/queue.svelte';
import { TrainState } from '../../../../renderer/features/train/train.svelte';
import { lab } from '../../../gallery/samples/lab';
import { cannedLab, silentMainApi } from '../../canned-lab';
import { dataset, model, preset, run } from '../../examples';

beforeEach(() => {
  const items = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  });
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});

const finished = run({ runId: 'done', state: 'finished' });
const active = run({ runId: 'active', state: 'running' });

function createState() {
  const { compute } = cannedLab();
  const catalog = new CatalogStore(compute);
  return { catalog, trainState: new TrainState(compute, catalog, silentMainApi, new Notifications()) };
}

const setRuns = (catalog: CatalogStore, runs: readonly Run[]): void => void (catalog.runs = ready(runs));

describe('the subpath', () => {
  test('is the active run by default', () => {
    const { trainState, catalog } = createState();
    setRuns(catalog, [finished, active]);
    trainState.attach();
    expect(trainState.subpath).toBe('active');
  });

  test('is the address of the window, once the runs are loaded', () => {
    const { trainState, catalog } = createState();
    catalog.runs = loading;
    trainState.visit('done');
    expect(trainState.subpath).toBe('new');
    setRuns(catalog, [finished, active]);
    trainState.attach();
    expect(trainState.subpath).toBe('done');
  });

  test('is the tab chosen before the runs are loaded, not the address', () => {
    const { trainState, catalog } = createState();
    catalog.runs = loading;
    trainState.visit('done');
    trainState.setTab('runs');
    setRuns(catalog, [finished]);
    trainState.attach();
    expect(trainState.subpath).toBe('runs');
  });

  test('stays the run setup when the window reloads there', () => {
    const { trainState, catalog } = createState();
    trainState.visit('new');
    setRuns(catalog, [active]);
    trainState.attach();
    expect(trainState.subpath).toBe('new');
  });

  test('is the list when the address names a missing run or the shown run is deleted', () => {
    const { trainState, catalog } = createState();
    setRuns(catalog, [finished]);
    trainState.visit('gone');
    expect(trainState.subpath).toBe('runs');
    trainState.show(finished);
    trainState.handleDeleted('other');
    expect(trainState.subpath).toBe('done');
    trainState.handleDeleted('done');
    expect([trainState.subpath, trainState.monitor, trainState.notes]).toEqual(['runs', null, null]);
  });
});

test('a stopped run is shown as stopping at once, until it has ended or its final evaluation begins', async () => {
  const { compute } = cannedLab({ stopRun: () => active });
  const trainState = new TrainState(compute, new CatalogStore(compute), silentMainApi, new Notifications());
  trainState.show(active);
  const stopping = trainState.stop();
  expect(trainState.isStopping).toBe(true);
  await stopping;
  expect(trainState.isStopping).toBe(true);
  const monitor = trainState.monitor!;
  monitor.dashboard = { ...monitor.dashboard, evaluating: { done: 0, total: 8 } };
  expect(trainState.isStopping).toBe(false);
});

test('a run that could not be stopped is not shown as stopping', async () => {
  const { compute } = cannedLab({ stopRun: () => Promise.reject(new Error('not in progress')) });
  const trainState = new TrainState(compute, new CatalogStore(compute), silentMainApi, new Notifications());
  trainState.show(active);
  await trainState.stop();
  expect([trainState.isStopping, trainState.failure?.action]).toEqual([false, 'stopRun']);
});

test('a queued run that is edited waits on until it is replaced at its position', async () => {
  const request = { dataset: 'four', preset: 'classroom', seed: 1, maxSeconds: 60 };
  let waiting = ['a', 'b'].map((queueId) => ({ queueId, request, problem: null }) as RunQueue['waiting'][number]);
  const answer = () => ({ isPaused: true, waiting, damagedFile: null });
  const { compute } = cannedLab({
    getQueue: answer,
    replaceQueuedRun: ({ queueId, request: changed }) => {
      if (!waiting.some((entry) => entry.queueId === queueId)) throw new Error('this run is no longer in the queue');
      const entry = { queueId: 'c', request: changed, problem: null };
      waiting = waiting.map((other) => (other.queueId === queueId ? entry : other));
      return answer();
    },
  });
  const trainState = new TrainState(compute, new CatalogStore(compute), silentMainApi, new Notifications());
  await trainState.queue.read();
  trainState.edit(trainState.queue.waiting[0]!);
  expect([trainState.subpath, waiting.length]).toEqual(['new', 2]);
  trainState.setup.values.seed = 9;
  await trainState.enqueue();
  expect(trainState.queue.waiting.map(({ queueId, request: { seed } }) => [queueId, seed])).toEqual([
    ['c', 9],
    ['b', 1],
  ]);
  expect([trainState.tab, trainState.editedEntry]).toEqual(['queue', null]);
  // One that starts while it is edited is not queued a second time.
  trainState.edit(trainState.queue.waiting[1]!);
  waiting = waiting.slice(0, 1);
  await trainState.enqueue();
  expect([trainState.tab, trainState.editedEntry, waiting.length]).toEqual(['new', null, 1]);
  expect(trainState.queue.failure).toBe('this run is no longer in the queue');
});

describe('the run setup', () => {
  const datasets = [dataset({ id: 'four', kind: 'sudoku-4x4' }), dataset({ id: 'six', kind: 'sudoku-6x6' })];
  const sixModel = model({ id: 'm', name: 'M', kind: 'sudoku-6x6', dataset: 'six', preset: 'classroom' });

  test('proposes the preset of the kind of puzzle, for all the steps that it is known to need', () => {
    const { trainState, catalog } = createState();
    const result = {
      kind: 'sudoku-9x9',
      steps: 5000,
      seconds: 900,
      exact: 0.9,
      isFailure: false,
      puzzles: 100,
      seeds: 1,
    };
    const presets = [preset(), preset({ id: 'sudoku', results: [result] })];
    catalog.appInfo = ready({ ...lab, presets });
    catalog.datasets = ready([...datasets, dataset({ id: 'nine', kind: 'sudoku-9x9' })]);
    const chosen = () => [trainState.setup.values.preset, trainState.setup.values.maxSeconds];
    trainState.dataset = 'four';
    trainState.dataset = 'nine';
    expect(chosen()).toEqual(['sudoku', MAX_RUN_SECONDS]);
    Object.assign(trainState.setup.values, { preset: 'classroom', maxSeconds: 60 });
    trainState.dataset = 'nine';
    expect(chosen()).toEqual(['classroom', 60]);
  });

  test('from a model chooses a matching dataset, and drops the model for another one', () => {
    const { trainState, catalog } = createState();
    [catalog.datasets, catalog.models] = [ready(datasets), ready([sixModel])];
    trainState.dataset = 'four';
    trainState.fineTune(sixModel);
    expect([trainState.setup.values.from, trainState.setup.values.dataset, trainState.subpath]).toEqual([
      'm',
      'six',
      'new',
    ]);
    trainState.dataset = 'four';
    expect(trainState.setup.values.from).toBeNull();
  });

  test('from a missing model cannot be started', () => {
    const { trainState, catalog } = createState();
    [catalog.datasets, catalog.models] = [ready(datasets), ready([sixModel])];
    trainState.fineTune(sixModel);
    catalog.models = ready([]);
    expect(trainState.setup.problem).toMatch(/no longer available/u);
  });

  test('reports why it cannot be started', async () => {
    const { trainState, catalog } = createState();
    catalog.datasets = ready(datasets);
    Object.assign(trainState.setup.values, { dataset: 'four', preset: 'classroom', maxSeconds: 0 });
    await trainState.start();
    expect([trainState.pendingAction, trainState.setup.problem]).toEqual([
      null,
      'The training time must be 1 second to 7 days.',
    ]);
  });
});
