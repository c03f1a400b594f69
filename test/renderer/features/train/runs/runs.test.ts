import { describe, expect, test } from 'vitest';
import type { Run } from '../../../../../electron/contract/contract';
import type { MainApi } from '../../../../../electron/contract/main-api';
import type { Compute } from '../../../../../renderer/app/compute.svelte';
import { CatalogStore } from '../../../../../renderer/app/catalog-store.svelte';
import { loading, ready } from '../../../../../renderer/app/loaded';
import type { Message } from '../../../../../renderer/app/notifications.svelte';
import { Runs } from '../../../../../renderer/features/train/runs/runs.svelte';
import { run } from '../../../examples';

/** Answers of compute and of the dialogs by name; a refusal is an Error. */
function opened(answers: Record<string, unknown>, items = new Map<string, string>()) {
  const asked: [string, unknown][] = [];
  const answer = (name: string, input: unknown) => {
    asked.push([name, input]);
    const told = answers[name];
    return told instanceof Error ? Promise.reject(told) : Promise.resolve(told);
  };
  const compute = { onEvent: () => () => undefined, request: answer } as unknown as Compute;
  const catalog = new CatalogStore(compute);
  const files = {
    showSaveDialog: (input: unknown) => answer('showSaveDialog', input),
    showOpenDialog: (input: unknown) => answer('showOpenDialog', input),
    openFolder: (input: unknown) => answer('openFolder', input),
    getPathForFile: (file: File) => (file.name === 'here' ? '/here' : ''),
  } as unknown as MainApi;
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const told: Message[] = [];
  return {
    runs: new Runs(compute, catalog, files, { show: (message) => void told.push(message) }, storage),
    catalog,
    asked,
    items,
    told,
  };
}

const named = (runId: string): Run => run({ runId, name: runId.toUpperCase(), state: 'finished' });
const seven = [...'abcdefg'].map(named);

describe('runs that are ticked', () => {
  test('keep their marks, are at most six, and come back in the next window', () => {
    const { runs, catalog, items } = opened({});
    catalog.runs = ready(seven);
    for (const { runId } of seven) runs.tick(runId);
    expect(runs.ticked.join('')).toBe('abcdef');
    runs.tick('b');
    runs.tick('g');
    expect(runs.slots.join('')).toBe('agcdef');
    expect(opened({}, items).runs.slots.join('')).toBe('agcdef');
    runs.untickAll();
    expect(runs.ticked).toEqual([]);
  });

  test('give their marks free when they are gone, and not before that is known', () => {
    const { runs, catalog } = opened({}, new Map([['train/ticked', '["a","gone",7]']]));
    catalog.runs = loading;
    expect(runs.ticked).toEqual(['a', 'gone']);
    catalog.runs = ready(seven);
    expect(runs.ticked).toEqual(['a']);
    runs.tick('b');
    expect(runs.slots.slice(0, 3)).toEqual(['a', 'b', null]);
  });
});

describe('what is done with a run', () => {
  test('is told, and what cannot be done with the reason', async () => {
    const { runs, catalog, told } = opened({
      deleteRun: { token: 't' },
      listRuns: seven.slice(1),
      restoreDeleted: {},
      duplicateRun: new Error('the disk is full'),
    });
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (!first) throw new Error('there is no run');
    expect(await runs.delete(first)).toBe(true);
    expect([told.map(({ text }) => text), runs.all.length]).toEqual([['A was moved to the trash.'], 6]);
    await told[0]?.undo?.();
    expect(told.at(-1)?.text).toBe('A is back.');
    await runs.duplicate(first);
    expect(runs.failure).toEqual({ what: 'It could not be copied.', details: 'the disk is full' });
  });

  test('an export goes where it was said, with the copies of puzzles only for a cluster', async () => {
    const { runs, catalog, asked } = opened({ showSaveDialog: '/out', exportRun: { out: '/out', notes: ['a note'] } });
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (!first) throw new Error('there is no run');
    await runs.export(first, 'csv', 100);
    await runs.export(first, 'cluster', 8);
    expect(asked.filter(([name]) => name === 'exportRun').map(([, input]) => input)).toMatchObject([
      { runId: 'a', out: '/out', format: 'csv' },
      { format: 'cluster', augment: 8 },
    ]);
    expect(asked.find(([name]) => name === 'exportRun')?.[1]).not.toHaveProperty('augment');
    expect(runs.report).toEqual({ sentence: 'A was written to /out.', notes: ['a note'] });
  });

  test('a dialog that was left does nothing, and one that cannot be shown says so', async () => {
    const { runs, catalog, asked } = opened({ showSaveDialog: null, showOpenDialog: new Error('no window') });
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (first) await runs.export(first, 'capsule', null);
    expect(asked.map(([name]) => name)).toEqual(['showSaveDialog']);
    expect(await runs.chooseCapsule()).toBeNull();
    expect(runs.failure?.details).toBe('no window');
  });

  test('what is dropped and no file of this machine is refused', async () => {
    const { runs } = opened({ importRun: named('x') });
    expect(await runs.take(new File([], 'cloud'))).toBeNull();
    expect(runs.failure?.details).toBe('cloud is no file of this machine.');
    expect((await runs.take(new File([], 'here')))?.runId).toBe('x');
  });
});
