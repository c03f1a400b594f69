import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run } from '../../../../electron/contract/contract';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { loading, ready } from '../../../../renderer/app/compute.svelte';
import { Notifications } from '../../../../renderer/app/notifications.svelte';
import { TrainState } from '../../../../renderer/features/train/train.svelte';
import { cannedLab, silentMainApi } from '../../canned-lab';
import { dataset, model, run } from '../../examples';

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

function opened() {
  const { compute } = cannedLab();
  const catalog = new CatalogStore(compute);
  return { catalog, trainState: new TrainState(compute, catalog, silentMainApi, new Notifications()) };
}

const knows = (catalog: CatalogStore, runs: readonly Run[]): void => void (catalog.runs = ready(runs));

describe('what is looked at', () => {
  test('is the training under way, where nobody said otherwise', () => {
    const { trainState, catalog } = opened();
    knows(catalog, [finished, active]);
    trainState.attach();
    expect(trainState.subpath).toBe('active');
  });

  test('is what the address says, once the trainings are read', () => {
    const { trainState, catalog } = opened();
    catalog.runs = loading;
    trainState.visit('done');
    expect(trainState.subpath).toBe('new');
    knows(catalog, [finished, active]);
    trainState.attach();
    expect(trainState.subpath).toBe('done');
  });

  test('is where a person went before the trainings were read, not what the address said', () => {
    const { trainState, catalog } = opened();
    catalog.runs = loading;
    trainState.visit('done');
    trainState.setTab('runs');
    knows(catalog, [finished]);
    trainState.attach();
    expect(trainState.subpath).toBe('runs');
  });

  test('stays the set-up of a window that was loaded again over it', () => {
    const { trainState, catalog } = opened();
    trainState.visit('new');
    knows(catalog, [active]);
    trainState.attach();
    expect(trainState.subpath).toBe('new');
  });

  test('is the list where the address names a training that is gone, or the one looked at is deleted', () => {
    const { trainState, catalog } = opened();
    knows(catalog, [finished]);
    trainState.visit('gone');
    expect(trainState.subpath).toBe('runs');
    trainState.show(finished);
    trainState.handleDeleted('other');
    expect(trainState.subpath).toBe('done');
    trainState.handleDeleted('done');
    expect([trainState.subpath, trainState.monitor, trainState.notes]).toEqual(['runs', null, null]);
  });
});

describe('a training that is set up', () => {
  const sets = [dataset({ id: 'four', kind: 'sudoku-4x4' }), dataset({ id: 'six', kind: 'sudoku-6x6' })];
  const reader = model({ id: 'm', name: 'M', kind: 'sudoku-6x6', dataset: 'six', preset: 'classroom' });

  test('from a model has puzzles that it reads, and lets it go for others', () => {
    const { trainState, catalog } = opened();
    [catalog.datasets, catalog.models] = [ready(sets), ready([reader])];
    trainState.dataset = 'four';
    trainState.fineTune(reader);
    expect([trainState.setup.values.from, trainState.setup.values.dataset, trainState.subpath]).toEqual([
      'm',
      'six',
      'new',
    ]);
    trainState.dataset = 'four';
    expect(trainState.setup.values.from).toBeNull();
  });

  test('from a model that is gone cannot be started', () => {
    const { trainState, catalog } = opened();
    [catalog.datasets, catalog.models] = [ready(sets), ready([reader])];
    trainState.fineTune(reader);
    catalog.models = ready([]);
    expect(trainState.setup.problem).toMatch(/no longer available/u);
  });

  test('that cannot be started says why', async () => {
    const { trainState, catalog } = opened();
    catalog.datasets = ready(sets);
    Object.assign(trainState.setup.values, { dataset: 'four', preset: 'classroom', maxSeconds: 0 });
    await trainState.start();
    expect([trainState.pendingAction, trainState.setup.problem]).toEqual([
      null,
      'The training time must be 1 second to 7 days.',
    ]);
  });
});
