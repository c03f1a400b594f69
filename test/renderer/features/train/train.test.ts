import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Dataset, Host, Model, RequestName, Run } from '../../../../electron/contract/contract';
import type { Compute } from '../../../../renderer/app/compute.svelte';
import { Facts } from '../../../../renderer/app/catalog-store.svelte';
import { loading, ready } from '../../../../renderer/app/loaded';
import { Notices } from '../../../../renderer/app/notifications.svelte';
import { Training } from '../../../../renderer/features/train/train.svelte';
import { run } from '../../examples';

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

function opened(answers: Partial<Record<RequestName, unknown>> = {}) {
  const compute = {
    onEvent: () => () => undefined,
    request: (name: RequestName) => (name in answers ? Promise.resolve(answers[name]) : new Promise(() => undefined)),
  } as unknown as Compute;
  const facts = new Facts(compute);
  return { facts, training: new Training(compute, facts, {} as Host, new Notices()) };
}

const knows = (facts: Facts, runs: readonly Run[]): void => void (facts.runs = ready(runs));

describe('what is looked at', () => {
  test('is the training under way, where nobody said otherwise', () => {
    const { training, facts } = opened();
    knows(facts, [finished, active]);
    training.attach();
    expect(training.place).toBe('active');
  });

  test('is what the address says, once the trainings are read', () => {
    const { training, facts } = opened();
    facts.runs = loading;
    training.visit('done');
    expect(training.place).toBe('new');
    knows(facts, [finished, active]);
    training.attach();
    expect(training.place).toBe('done');
  });

  test('is where a person went before the trainings were read, not what the address said', () => {
    const { training, facts } = opened();
    facts.runs = loading;
    training.visit('done');
    training.go('runs');
    knows(facts, [finished]);
    training.attach();
    expect(training.place).toBe('runs');
  });

  test('stays the set-up of a window that was loaded again over it', () => {
    const { training, facts } = opened();
    training.visit('new');
    knows(facts, [active]);
    training.attach();
    expect(training.place).toBe('new');
  });

  test('is the list where the address names a training that is gone, or the one looked at is deleted', () => {
    const { training, facts } = opened();
    knows(facts, [finished]);
    training.visit('gone');
    expect(training.place).toBe('runs');
    training.show(finished);
    training.forget('other');
    expect(training.place).toBe('done');
    training.forget('done');
    expect([training.place, training.watch, training.notes]).toEqual(['runs', null, null]);
  });
});

describe('a training that is set up', () => {
  const sets = [
    { id: 'four', kind: 'sudoku-4x4', problem: null },
    { id: 'six', kind: 'sudoku-6x6', problem: null },
  ] as unknown as Dataset[];
  const model = {
    id: 'm',
    name: 'M',
    kind: 'sudoku-6x6',
    dataset: 'six',
    preset: 'classroom',
    family: 'TRM-MLP',
  } as unknown as Model;

  test('from a model has puzzles that it reads, and lets it go for others', () => {
    const { training, facts } = opened();
    [facts.datasets, facts.models] = [ready(sets), ready([model])];
    training.dataset = 'four';
    training.fineTune(model);
    expect([training.setup.values.from, training.setup.values.dataset, training.place]).toEqual(['m', 'six', 'new']);
    training.dataset = 'four';
    expect(training.setup.values.from).toBeNull();
  });

  test('from a model that is gone cannot be started', () => {
    const { training, facts } = opened();
    [facts.datasets, facts.models] = [ready(sets), ready([model])];
    training.fineTune(model);
    facts.models = ready([]);
    expect(training.setup.problem).toMatch(/not here any more/u);
  });

  test('that cannot be started says why', async () => {
    const { training, facts } = opened();
    facts.datasets = ready(sets);
    Object.assign(training.setup.values, { dataset: 'four', preset: 'classroom', maxSeconds: 0 });
    await training.start();
    expect([training.asking, training.setup.problem]).toEqual([null, 'The time must be between 1 second and 7 days.']);
  });
});
