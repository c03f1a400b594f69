import type { ChosenFile } from '../../../../../electron/contract/main-api';
import { describe, expect, test, vi } from 'vitest';
import type { Handlers, Run } from '../../../../../electron/contract/contract';
import { cannedLab, silentMainApi } from '../../../canned-lab';
import { CatalogStore } from '../../../../../renderer/app/catalog-store.svelte';
import { loading, ready } from '../../../../../renderer/app/compute.svelte';
import type { Message } from '../../../../../renderer/app/notifications.svelte';
import { formatRunConfig, RunsState } from '../../../../../renderer/features/train/runs/runs.svelte';
import { exampleRecord } from '../../../../electron/compute/runs/examples';
import { run } from '../../../examples';

/** A state whose dialogs are cancelled unless the test gives an answer. */
function createState(
  answers: Partial<Handlers>,
  {
    items = new Map<string, string>(),
    save = null as ChosenFile | null,
    open = () => Promise.resolve<ChosenFile | null>(null),
  } = {},
) {
  const { compute, requests, inputs } = cannedLab(answers);
  const catalog = new CatalogStore(compute);
  const mainApi = {
    ...silentMainApi,
    showSaveDialog: vi.fn(() => Promise.resolve(save)),
    showOpenDialog: open,
    acceptDroppedFile: (file: File) => Promise.resolve(file.name === 'here' ? { token: '/here', name: 'here' } : null),
  };
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const messages: Message[] = [];
  return {
    runs: new RunsState(compute, catalog, mainApi, { show: (message) => void messages.push(message) }, storage),
    catalog,
    mainApi,
    requests,
    inputs,
    items,
    messages,
  };
}

const named = (runId: string): Run => run({ runId, name: runId.toUpperCase(), state: 'finished' });
const seven = [...'abcdefg'].map(named);

describe('selected runs', () => {
  test('keep their slots, are at most six, and persist in the next window', () => {
    const { runs, catalog, items } = createState({});
    catalog.runs = ready(seven);
    for (const { runId } of seven) runs.toggleSelected(runId);
    expect(runs.selected.join('')).toBe('abcdef');
    runs.toggleSelected('b');
    runs.toggleSelected('g');
    expect(runs.slots.join('')).toBe('agcdef');
    expect(createState({}, { items }).runs.slots.join('')).toBe('agcdef');
    runs.clearSelection();
    expect(runs.selected).toEqual([]);
  });

  test('free their slots once the loaded list lacks them', () => {
    const { runs, catalog } = createState({}, { items: new Map([['train/ticked', '["a","gone",7]']]) });
    catalog.runs = loading;
    expect(runs.selected).toEqual(['a', 'gone']);
    catalog.runs = ready(seven);
    expect(runs.selected).toEqual(['a']);
    runs.toggleSelected('b');
    expect(runs.slots.slice(0, 3)).toEqual(['a', 'b', null]);
  });
});

describe('actions on a run', () => {
  test('notify on success, and report the reason of a failure', async () => {
    const { runs, catalog, messages } = createState({
      deleteRun: () => ({ trashId: 't' }),
      listRuns: () => seven.slice(1),
      restoreFromTrash: () => ({}),
      duplicateRun: () => Promise.reject(new Error('the disk is full')),
    });
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (!first) throw new Error('there is no run');
    expect(await runs.delete(first)).toBe(true);
    expect([messages.map(({ text }) => text), runs.all.length]).toEqual([['Moved A to the trash.'], 6]);
    await messages[0]?.undo?.();
    expect(messages.at(-1)?.text).toBe('Restored A.');
    await runs.duplicate(first);
    expect(runs.failure).toEqual({ title: 'Could not duplicate the run.', details: 'the disk is full' });
  });

  test('repeat queues further seeds and tells which', async () => {
    const waiting = [1, 8, 9].map((seed) => ({
      queueId: String(seed),
      request: { dataset: 'sudoku-4x4', preset: 'classroom', seed, maxSeconds: 60 },
      problem: null,
    }));
    const repeatRun = () => ({ isPaused: false, waiting, damagedFile: null });
    const { runs, catalog, inputs, messages } = createState({ repeatRun });
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (!first) throw new Error('there is no run');
    expect(await runs.repeat(first, 2)).toBe(true);
    expect(inputs('repeatRun')).toEqual([{ runId: 'a', seeds: 2 }]);
    expect(messages.at(-1)?.text).toBe('Added 2 runs to the queue, seeds 8 and 9.');
  });

  test('export writes to the chosen path, and passes the augmentation only for a cluster', async () => {
    const { runs, catalog, inputs } = createState(
      { exportRun: () => ({ out: '/out', notes: ['a note'] }) },
      { save: { token: '/out', name: 'out' } },
    );
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (!first) throw new Error('there is no run');
    await runs.export(first, 'csv', 100);
    await runs.export(first, 'cluster', 8);
    expect(inputs('exportRun')).toMatchObject([
      { runId: 'a', out: '/out', format: 'csv' },
      { format: 'cluster', augment: 8 },
    ]);
    expect(inputs('exportRun')[0]).not.toHaveProperty('augment');
    expect(runs.report).toEqual({ summary: 'Exported A to /out.', notes: ['a note'] });
  });

  test('a cancelled dialog does nothing, and a failed dialog is reported', async () => {
    const open = () => Promise.reject(new Error('no window'));
    const { runs, catalog, mainApi, requests } = createState({}, { open });
    catalog.runs = ready(seven);
    const [first] = runs.all;
    if (first) await runs.export(first, 'archive', null);
    expect([mainApi.showSaveDialog.mock.calls.length, requests]).toEqual([1, []]);
    expect(await runs.importFromDialog()).toBeNull();
    expect(runs.failure?.details).toBe('no window');
  });

  test('a dropped item that is not a local file is rejected', async () => {
    const { runs } = createState({ importRun: () => ({ ...named('x'), notes: [] }) });
    expect(await runs.importDropped(new File([], 'cloud'))).toBeNull();
    expect(runs.failure?.details).toBe('cloud is not a file on this computer.');
    expect((await runs.importDropped(new File([], 'here')))?.runId).toBe('x');
  });
});

test('formatRunConfig writes the command and a config that parses as JSON', () => {
  const { command, preset, config } = exampleRecord.setup;
  const [head, firstCommand, , ...json] = formatRunConfig({ version: '1.2.3', command, preset, config }).split('\n');
  expect([head, firstCommand]).toEqual(['# TRM Puzzle Lab 1.2.3', command]);
  expect(JSON.parse(json.join('\n'))).toEqual({ preset: 'classroom', config });
});
