import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run } from '../../../../electron/contract/contract';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { loading, ready } from '../../../../renderer/app/loaded';
import { Notifications } from '../../../../renderer/app/notifications.svelte';
import { TrainState } from '../../../../renderer/features/train/train.svelte';
import { cannedLab, silentHost } from '../../canned-lab';
import { dataset, run } from '../../examples';
import { model } from '../models/model';

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
  return { catalog, training: new TrainState(compute, catalog, silentHost, new Notifications()) };
}

const knows = (catalog: CatalogStore, runs: readonly Run[]): void => void (catalog.runs = ready(runs));

describe('what is looked at', () => {
  test('is the training under way, where nobody said otherwise', () => {
    const { training, catalog } = opened();
    knows(catalog, [finished, active]);
    training.attach();
    expect(training.subpath).toBe('active');
  });

  test('is what the address says, once the trainings are read', () => {
    const { training, catalog } = opened();
    catalog.runs = loading;
    training.visit('done');
    expect(training.subpath).toBe('new');
    knows(catalog, [finished, active]);
    training.attach();
    expect(training.subpath).toBe('done');
  });

  test('is where a person went before the trainings were read, not what the address said', () => {
    const { training, catalog } = opened();
    catalog.runs = loading;
    training.visit('done');
    training.setTab('runs');
    knows(catalog, [finished]);
    training.attach();
    expect(training.subpath).toBe('runs');
  });

  test('stays the set-up of a window that was loaded again over it', () => {
    const { training, catalog } = opened();
    training.visit('new');
    knows(catalog, [active]);
    training.attach();
    expect(training.subpath).toBe('new');
  });

  test('is the list where the address names a training that is gone, or the one looked at is deleted', () => {
    const { training, catalog } = opened();
    knows(catalog, [finished]);
    training.visit('gone');
    expect(training.subpath).toBe('runs');
    training.show(finished);
    training.handleDeleted('other');
    expect(training.subpath).toBe('done');
    training.handleDeleted('done');
    expect([training.subpath, training.watch, training.notes]).toEqual(['runs', null, null]);
  });
});

describe('a training that is set up', () => {
  const sets = [dataset({ id: 'four', kind: 'sudoku-4x4' }), dataset({ id: 'six', kind: 'sudoku-6x6' })];
  const reader = model({ id: 'm', name: 'M', kind: 'sudoku-6x6', dataset: 'six', preset: 'classroom' });

  test('from a model has puzzles that it reads, and lets it go for others', () => {
    const { training, catalog } = opened();
    [catalog.datasets, catalog.models] = [ready(sets), ready([reader])];
    training.dataset = 'four';
    training.fineTune(reader);
    expect([training.setup.values.from, training.setup.values.dataset, training.subpath]).toEqual(['m', 'six', 'new']);
    training.dataset = 'four';
    expect(training.setup.values.from).toBeNull();
  });

  test('from a model that is gone cannot be started', () => {
    const { training, catalog } = opened();
    [catalog.datasets, catalog.models] = [ready(sets), ready([reader])];
    training.fineTune(reader);
    catalog.models = ready([]);
    expect(training.setup.problem).toMatch(/not here any more/u);
  });

  test('that cannot be started says why', async () => {
    const { training, catalog } = opened();
    catalog.datasets = ready(sets);
    Object.assign(training.setup.values, { dataset: 'four', preset: 'classroom', maxSeconds: 0 });
    await training.start();
    expect([training.pendingAction, training.setup.problem]).toEqual([
      null,
      'The time must be between 1 second and 7 days.',
    ]);
  });
});
