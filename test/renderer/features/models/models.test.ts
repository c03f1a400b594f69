import { describe, expect, test, vi } from 'vitest';
import type { Dataset, Host, Input, Model, Output, RequestName } from '../../../../electron/contract/contract';
import type { Compute } from '../../../../renderer/app/compute.svelte';
import { Facts } from '../../../../renderer/app/catalog-store.svelte';
import { ready } from '../../../../renderer/app/loaded';
import { ModelsRoom } from '../../../../renderer/features/models/models.svelte';
import { Notices } from '../../../../renderer/app/notifications.svelte';
import { imported, model } from './model';

type Answers = {
  [Name in RequestName]?: (input: Input<Name>, signal?: AbortSignal) => Output<Name> | Promise<Output<Name>>;
};

const set = (other: Partial<Dataset> = {}): Dataset => ({
  id: 'sudoku-4x4',
  name: 'Sudoku 4×4',
  summary: '',
  kind: 'sudoku-4x4',
  source: 'lab',
  createdAt: null,
  train: { puzzles: 282, classes: 282 },
  test: { puzzles: 1000, classes: 94 },
  problem: null,
  ...other,
});

/** A compute that keeps a list of models, and files that are chosen before anyone asks. */
function opened(models: readonly Model[], answers: Answers = {}) {
  const asked: [RequestName, unknown][] = [];
  const kept = { models: [...models] };
  const all: Answers = { listModels: () => [...kept.models], ...answers };
  const compute = {
    onEvent: () => () => undefined,
    request: async (name: RequestName, input: never, signal?: AbortSignal) => {
      asked.push([name, input]);
      const answer = all[name] as ((input: never, signal?: AbortSignal) => unknown) | undefined;
      if (!answer) throw new Error(`nobody answers ${name}`);
      return answer(input, signal);
    },
  } as unknown as Compute;
  const files = {
    chooseOpen: vi.fn<Host['chooseOpen']>(),
    chooseSave: vi.fn<Host['chooseSave']>(),
    openFolder: vi.fn<Host['openFolder']>(),
    pathOf: vi.fn<Host['pathOf']>(),
  };
  const facts = new Facts(compute);
  facts.models = ready([...models]);
  facts.datasets = ready([set(), set({ id: 'broken', problem: 'no' }), set({ id: 'mazes', kind: 'maze-11' })]);
  const inputs = (of: RequestName) => asked.filter(([name]) => name === of).map(([, input]) => input);
  const notices = new Notices();
  return { room: new ModelsRoom(compute, facts, files, notices), facts, files, kept, inputs, notices };
}

describe('the room', () => {
  test('shows the first card until another is chosen, and never compares one with itself', () => {
    const { room } = opened([model(), imported()]);
    expect([room.current?.id, room.compared]).toEqual(['first', null]);
    room.compareWith('from-a-file');
    expect(room.compared?.id).toBe('from-a-file');
    room.choose('from-a-file');
    expect([room.current?.id, room.compared]).toEqual(['from-a-file', null]);
  });

  test('offers sets of the same kind that can be read, and none to a model of an unknown kind', () => {
    const unknown = imported();
    delete unknown.kind;
    const { room } = opened([]);
    expect(room.setsFor(imported()).map(({ id }) => id)).toEqual(['sudoku-4x4']);
    expect(room.setsFor(unknown)).toEqual([]);
    expect([room.kindOf(imported())?.name, room.kindOf(imported({ kind: 'hexagons-9' }))]).toEqual([
      'Sudoku 4×4',
      null,
    ]);
    expect(room.setsFor(imported({ kind: 'hexagons-9' }))).toEqual([]);
  });

  test('finds a puzzle for a model whose own set is not here', async () => {
    const puzzle = { address: 'sudoku-4x4/test/3', inputs: [], labels: [] };
    const { room, inputs } = opened([], {
      readPuzzles: () => ({ puzzles: [puzzle] }) as unknown as Output<'readPuzzles'>,
    });
    expect(await room.taskFor(model())).toEqual({ model: model() });
    expect(await room.taskFor(imported())).toEqual({ model: imported(), puzzle });
    expect(inputs('readPuzzles')).toMatchObject([{ dataset: 'sudoku-4x4', split: 'test', count: 1 }]);
    expect(await room.taskFor(imported({ kind: 'queens-8' }))).toBeNull();
  });
});

describe('importing', () => {
  test('asks for what the file does not say, and tries again with all that was said', async () => {
    const missing = (...settings: string[]) => ({
      model: null,
      notes: [],
      missing: { settings, message: 'a.pt: expected more' },
    });
    const whole = { model: imported(), notes: ['Taken as usual: loss.'], missing: null };
    const context = opened([model()], {
      importModel: ({ settings = {} }) => {
        if (!('num_heads' in settings)) return missing('num_heads');
        if (!('seq_len' in settings)) return missing('seq_len');
        context.kept.models.push(imported());
        return whole;
      },
    });
    const { room, files, inputs } = context;
    files.chooseOpen.mockResolvedValue('/there/a.pt');
    await room.chooseFile('file');
    expect(room.asked).toMatchObject({ settings: ['num_heads'], message: 'a.pt: expected more' });
    await room.answer({ num_heads: 4 });
    expect(room.asked?.settings).toEqual(['seq_len']);
    await room.answer({ seq_len: 16 });
    expect(inputs('importModel').at(-1)).toEqual({ path: '/there/a.pt', settings: { num_heads: 4, seq_len: 16 } });
    expect([room.asked, room.current?.id]).toEqual([null, 'from-a-file']);
    expect(room.news).toEqual({ sentence: 'From a file was imported.', notes: ['Taken as usual: loss.'] });
  });

  test('keeps the question open when an answer does not fit, and says why', async () => {
    const { room } = opened([], {
      importModel: ({ settings }) => {
        if (settings) throw new Error('a.pt: expected 4 heads, found 5');
        return { model: null, notes: [], missing: { settings: ['num_heads'], message: '' } };
      },
    });
    await room.import({ path: 'a.pt' });
    await room.answer({ num_heads: 5 });
    expect(room.failure?.details).toBe('a.pt: expected 4 heads, found 5');
    expect([room.asked?.settings, room.isBusy]).toEqual([['num_heads'], false]);
  });

  test('takes what was dropped by its path, and refuses what has none', async () => {
    const { room, files, inputs } = opened([], {
      importModel: () => ({ model: imported(), notes: [], missing: null }),
    });
    files.pathOf.mockReturnValueOnce('').mockReturnValueOnce('/there/step_1000');
    await room.take({ name: 'picture.png' } as File);
    expect(room.failure?.details).toBe('picture.png is no file of this machine.');
    await room.take({ name: 'step_1000' } as File);
    expect([room.failure, inputs('importModel')]).toEqual([null, [{ path: '/there/step_1000' }]]);
  });

  test('does nothing when the dialog was left', async () => {
    const { room, files, inputs } = opened([]);
    files.chooseOpen.mockResolvedValue(null);
    await room.chooseFile('folder');
    expect(inputs('importModel')).toEqual([]);
  });
});

describe('exporting', () => {
  test.each([
    ['safetensors', 'first.safetensors', {}],
    ['pt', 'first.pt', {}],
    ['onnx-step', 'first-step.onnx', { batchSize: 8 }],
    ['onnx-solve', 'first-solve.onnx', { batchSize: 8 }],
  ] as const)('%s proposes the name %s and tells what was written', async (format, name, batch) => {
    const { room, files, inputs } = opened([model()], {
      exportModel: ({ out }) => ({ files: [out, `${out}.json`], notes: ['A note.'] }),
    });
    files.chooseSave.mockResolvedValue('/there/out');
    await room.export(format, 8);
    expect(files.chooseSave.mock.calls[0]![0]).toMatchObject({ name });
    expect(inputs('exportModel')).toEqual([{ model: 'first', out: '/there/out', format, ...batch }]);
    expect(room.news).toEqual({ sentence: 'First was written to /there/out and /there/out.json.', notes: ['A note.'] });
  });
});

describe('a model of the user’s', () => {
  test('has its new name at once', async () => {
    const context = opened([model()], { renameModel: ({ name }) => (context.kept.models = [model({ name })])[0]! });
    await context.room.rename('Better');
    expect(context.room.current?.name).toBe('Better');
    expect([context.notices.current?.text, context.room.news]).toEqual(['First is now Better.', null]);
  });

  test('is gone when deleted, and is looked at again when it is back', async () => {
    const context = opened([imported(), model()], {
      deleteModel: ({ model: id }) => {
        context.kept.models = context.kept.models.filter((one) => one.id !== id);
        return { token: `trash/${id}` };
      },
      restoreDeleted: () => {
        context.kept.models = [imported(), model()];
        return {};
      },
    });
    const { room, inputs, notices } = context;
    room.choose('first');
    await room.delete();
    expect([room.list.map(({ id }) => id), notices.current?.text]).toEqual([
      ['from-a-file'],
      'First was moved to the trash.',
    ]);
    await notices.undo(notices.history[0]!);
    expect(inputs('restoreDeleted')).toEqual([{ token: 'trash/first' }]);
    expect([room.current?.id, notices.current?.text]).toEqual(['first', 'First is back.']);
  });

  test('stays when it cannot be deleted', async () => {
    const { room, notices } = opened([model()], {
      deleteModel: () => Promise.reject(new Error('first comes with the lab and stays')),
    });
    await room.delete();
    expect([notices.current, room.failure?.details, room.current?.id]).toEqual([
      null,
      'first comes with the lab and stays',
      'first',
    ]);
  });
});

describe('measuring', () => {
  const plan = { dataset: 'sudoku-4x4', split: 'test', limit: 100 } as const;

  test('keeps every result beside its model, the newest first', async () => {
    let exactAccuracy = 0.25;
    const { room } = opened([model()], {
      evaluateModel: () => ({ ...model().accuracy!, exactAccuracy: (exactAccuracy += 0.25) }),
    });
    await room.measure(plan);
    await room.measure({ ...plan, split: 'train' });
    expect(room.measurements.map(({ model: id, split, accuracy }) => [id, split, accuracy.exactAccuracy])).toEqual([
      ['first', 'train', 0.75],
      ['first', 'test', 0.5],
    ]);
  });

  test('says why it failed; when cancelled it just ends', async () => {
    const refused = opened([model()], {
      evaluateModel: () => Promise.reject(new Error('this model reads 16 cells')),
    }).room;
    await refused.measure(plan);
    expect([refused.failure?.details, refused.measurements]).toEqual(['this model reads 16 cells', []]);
    const cancelled = opened([model()], {
      evaluateModel: (_, signal) =>
        new Promise((_resolve, reject) => void signal?.addEventListener('abort', () => reject(signal.reason))),
    }).room;
    const ending = cancelled.measure(plan);
    expect(cancelled.isBusy).toBe(true);
    cancelled.job.cancel();
    await ending;
    expect([cancelled.failure, cancelled.isBusy, cancelled.measurements]).toEqual([null, false, []]);
  });
});
