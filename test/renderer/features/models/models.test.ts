import { describe, expect, test, vi } from 'vitest';
import type { Handlers, Model, ModelEvaluation, Output } from '../../../../electron/contract/contract';
import type { MainApi } from '../../../../electron/contract/main-api';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { ready } from '../../../../renderer/app/compute.svelte';
import { Notifications } from '../../../../renderer/app/notifications.svelte';
import { cardRows, describeModelAccuracy } from '../../../../renderer/features/models/card-rows';
import { describeSampling } from '../../../../electron/contract/sampling';
import { ModelsState } from '../../../../renderer/features/models/models.svelte';
import { formatEnglish } from '../../../../renderer/messages/english';
import { cannedLab } from '../../canned-lab';
import { dataset, importedModel, model } from '../../examples';

/** A state with a list of models, and with dialogs that the test answers. */
function createState(models: readonly Model[], answers: Partial<Handlers> = {}) {
  const backend = { models: [...models] };
  const { compute, inputs } = cannedLab({ listModels: () => [...backend.models], ...answers });
  const mainApi = {
    showOpenDialog: vi.fn<MainApi['showOpenDialog']>(),
    showSaveDialog: vi.fn<MainApi['showSaveDialog']>(),
    openFolder: vi.fn<MainApi['openFolder']>(),
    acceptDroppedFile: vi.fn<MainApi['acceptDroppedFile']>(),
  };
  const catalog = new CatalogStore(compute);
  catalog.models = ready([...models]);
  catalog.datasets = ready([
    dataset(),
    dataset({ id: 'broken', problem: 'no' }),
    dataset({ id: 'mazes', kind: 'maze-11' }),
  ]);
  const notifications = new Notifications();
  return {
    models: new ModelsState(compute, catalog, mainApi, notifications),
    catalog,
    mainApi,
    backend,
    inputs,
    notifications,
  };
}

describe('ModelsState', () => {
  test('selects the first model by default, and never compares a model with itself', () => {
    const { models } = createState([model(), importedModel()]);
    expect([models.selected?.id, models.compared]).toEqual(['first', null]);
    models.compareWith('from-a-file');
    expect(models.compared?.id).toBe('from-a-file');
    models.select('from-a-file');
    expect([models.selected?.id, models.compared]).toEqual(['from-a-file', null]);
  });

  test('offers readable datasets of the same kind, and none for a model of an unknown kind', () => {
    const unknown = importedModel();
    delete unknown.kind;
    const { models } = createState([]);
    expect(models.datasetsFor(importedModel()).map(({ id }) => id)).toEqual(['sudoku-4x4']);
    expect(models.datasetsFor(unknown)).toEqual([]);
    expect([
      formatEnglish(models.getKind(importedModel())?.name ?? ''),
      models.getKind(importedModel({ kind: 'hexagons-9' })),
    ]).toEqual(['Sudoku 4×4', null]);
    expect(models.datasetsFor(importedModel({ kind: 'hexagons-9' }))).toEqual([]);
  });

  test('finds a puzzle for a model whose dataset is not available', async () => {
    const puzzle = { address: 'sudoku-4x4/test/3', inputs: [], labels: [] };
    const { models, inputs } = createState([], {
      readPuzzles: () => ({ puzzles: [puzzle] }) as unknown as Output<'readPuzzles'>,
    });
    expect(await models.taskFor(model())).toEqual({ model: model() });
    expect(await models.taskFor(importedModel())).toEqual({ model: importedModel(), puzzle });
    expect(inputs('readPuzzles')).toMatchObject([{ dataset: 'sudoku-4x4', split: 'test', count: 1 }]);
    expect(await models.taskFor(importedModel({ kind: 'queens-8' }))).toBeNull();
  });
});

describe('published models', () => {
  const entry: Output<'listPublishedModels'>[number] = {
    id: 'trm',
    name: 'TRM',
    summary: 'A model.',
    homepage: 'https://example.org',
    licence: null,
    kind: 'sudoku-9x9',
    dataset: 'sudoku-extreme',
    reported: 0.8,
    bytes: 20_000_000,
    isHashKnown: false,
    isDownloaded: false,
    partialBytes: 0,
    model: null,
  };
  const { id, homepage, licence, reported, dataset: of } = entry;
  const downloaded = importedModel({ accuracy: null, published: { id, homepage, licence, reported, dataset: of } });

  test('are read when their panel is opened, and downloaded only on request', async () => {
    const { models, inputs, backend } = createState([model()], {
      listPublishedModels: () => [entry],
      downloadModel: () => {
        backend.models.push(downloaded);
        return { model: downloaded, notes: [] };
      },
    });
    await models.togglePublished();
    expect(models.published).toEqual(ready([entry]));
    expect(inputs('downloadModel')).toEqual([]);
    await models.downloadPublished(entry);
    expect(inputs('downloadModel')).toMatchObject([{ id: 'trm' }]);
    expect([models.selected?.id, models.panel]).toEqual(['from-a-file', 'none']);
    await models.togglePublished();
    await models.togglePublished();
    expect(models.panel).toBe('none');
  });

  test('show why a download failed, and how much of it was kept', async () => {
    const { models } = createState([model()], {
      listPublishedModels: () => [{ ...entry, partialBytes: 7 }],
      downloadModel: () => Promise.reject(new Error('no connection')),
    });
    await models.downloadPublished(entry);
    expect(models.failure).toEqual({ title: 'Could not download the model.', details: 'no connection' });
    expect(models.published).toEqual(ready([{ ...entry, partialBytes: 7 }]));
    expect(models.isBusy).toBe(false);
  });

  test('are “not evaluated here” until they are evaluated', () => {
    expect(describeModelAccuracy(downloaded)).toBe('published, not evaluated here');
    const rows = cardRows(downloaded, { kind: null, dataset: null });
    expect(rows[0]).toMatchObject({
      value: 'published, not evaluated here',
      detail: 'The publisher states 80.0 % exact accuracy on sudoku-extreme; not evaluated here.',
    });
    expect(rows.find(({ label }) => label === 'models.card.provenance')).toMatchObject({
      value: 'Published at https://example.org',
      detail: 'Licence: not verified, see the source',
    });
  });
});

describe('importing', () => {
  test('asks for missing settings, and retries with all answers', async () => {
    const missing = (...settings: string[]) => ({
      model: null,
      notes: [],
      missing: { settings, message: 'a.pt: expected more' },
    });
    const whole = { model: importedModel(), notes: ['Taken as usual: loss.'], missing: null };
    const context = createState([model()], {
      importModel: ({ settings = {} }) => {
        if (!('num_heads' in settings)) return missing('num_heads');
        if (!('seq_len' in settings)) return missing('seq_len');
        context.backend.models.push(importedModel());
        return whole;
      },
    });
    const { models, mainApi, inputs } = context;
    mainApi.showOpenDialog.mockResolvedValue({ token: 'a', name: 'a.pt' });
    await models.chooseFile('file');
    expect(models.missing).toMatchObject({ settings: ['num_heads'], message: 'a.pt: expected more' });
    await models.importWithSettings({ num_heads: 4 });
    expect(models.missing?.settings).toEqual(['seq_len']);
    await models.importWithSettings({ seq_len: 16 });
    expect(inputs('importModel').at(-1)).toEqual({ path: 'a', settings: { num_heads: 4, seq_len: 16 } });
    expect([models.missing, models.selected?.id]).toEqual([null, 'from-a-file']);
    expect(models.report).toEqual({ summary: 'Imported From a file.', notes: ['Taken as usual: loss.'] });
  });

  test('keeps the form open when a setting does not fit, and reports why', async () => {
    const { models } = createState([], {
      importModel: ({ settings }) => {
        if (settings) throw new Error('a.pt: expected 4 heads, found 5');
        return { model: null, notes: [], missing: { settings: ['num_heads'], message: '' } };
      },
    });
    await models.import({ token: 'a', name: 'a.pt' });
    await models.importWithSettings({ num_heads: 5 });
    expect(models.failure?.details).toBe('a.pt: expected 4 heads, found 5');
    expect([models.missing?.settings, models.isBusy]).toEqual([['num_heads'], false]);
  });

  test('imports a dropped file by its token, and rejects what is no file of this computer', async () => {
    const { models, mainApi, inputs } = createState([], {
      importModel: () => ({ model: importedModel(), notes: [], missing: null }),
    });
    mainApi.acceptDroppedFile.mockResolvedValueOnce(null).mockResolvedValueOnce({ token: 'b', name: 'step_1000' });
    await models.importDropped({ name: 'picture.png' } as File);
    expect(models.failure?.details).toBe('picture.png is not a file on this computer.');
    await models.importDropped({ name: 'step_1000' } as File);
    expect([models.failure, inputs('importModel')]).toEqual([null, [{ path: 'b' }]]);
  });

  test('does nothing when the dialog is cancelled', async () => {
    const { models, mainApi, inputs } = createState([]);
    mainApi.showOpenDialog.mockResolvedValue(null);
    await models.chooseFile('folder');
    expect(inputs('importModel')).toEqual([]);
  });
});

const onnx = { batchSize: 8, tokenType: 'int64', weights: 'int8' } as const;

describe('exporting', () => {
  test.each([
    ['safetensors', 'first.safetensors', {}],
    ['pt', 'first.pt', {}],
    ['onnx-step', 'first-step.onnx', onnx],
    ['onnx-solve', 'first-solve.onnx', onnx],
  ] as const)('%s proposes the name %s and reports the written files', async (format, name, options) => {
    const { models, mainApi, inputs } = createState([model()], {
      exportModel: ({ out }) => ({ files: [out, `${out}.json`], notes: ['A note.'] }),
    });
    mainApi.showSaveDialog.mockResolvedValue({ token: '/there/out', name: 'out' });
    await models.export(format, onnx);
    expect(mainApi.showSaveDialog.mock.calls[0]![0]).toMatchObject({ name });
    expect(inputs('exportModel')).toEqual([{ model: 'first', out: '/there/out', format, ...options }]);
    expect(models.report).toEqual({
      summary: 'Exported First to /there/out and /there/out.json.',
      notes: ['A note.'],
    });
  });
});

describe('a model of the user', () => {
  test('has its new name immediately', async () => {
    const context = createState([model()], {
      renameModel: ({ name }) => (context.backend.models = [model({ name })])[0]!,
    });
    await context.models.rename('Better');
    expect(context.models.selected?.name).toBe('Better');
    expect([context.notifications.current?.text, context.models.report]).toEqual(['Renamed First to Better.', null]);
  });

  test('leaves the list when deleted, and is selected again when restored', async () => {
    const context = createState([importedModel(), model()], {
      deleteModel: ({ model: id }) => {
        context.backend.models = context.backend.models.filter((one) => one.id !== id);
        return { trashId: `trash/${id}` };
      },
      restoreFromTrash: () => {
        context.backend.models = [importedModel(), model()];
        return {};
      },
    });
    const { models, inputs, notifications } = context;
    models.select('first');
    await models.delete();
    expect([models.list.map(({ id }) => id), notifications.current?.text]).toEqual([
      ['from-a-file'],
      'Moved First to the trash.',
    ]);
    await notifications.undo(notifications.history[0]!);
    expect(inputs('restoreFromTrash')).toEqual([{ trashId: 'trash/first' }]);
    expect([models.selected?.id, notifications.current?.text]).toEqual(['first', 'Restored First.']);
  });

  test('stays in the list when it cannot be deleted', async () => {
    const { models, notifications } = createState([model()], {
      deleteModel: () => Promise.reject(new Error('first comes with the lab and stays')),
    });
    await models.delete();
    expect([notifications.current, models.failure?.details, models.selected?.id]).toEqual([
      null,
      'first comes with the lab and stays',
      'first',
    ]);
  });
});

describe('evaluating', () => {
  const plan = { dataset: 'sudoku-4x4', split: 'test', limit: 100 } as const;
  const evaluation: ModelEvaluation = {
    ...model().accuracy!,
    steps: 2,
    overSteps: { exact: [0.25, 0.5], firstLegal: [0.25, 0.5] },
    rollouts: { count: 1, noise: 0, pick: 'halting', answered: 100, wrong: 50, unanswered: 0 },
  };

  test('stores the result of a model of the user in its card, and lists stored ones with those of the window', async () => {
    const saved: unknown[] = [];
    const stored = { dataset: 'sudoku-4x4', split: 'test' as const, evaluatedAt: '2026-01-01', evaluation };
    const own = model({ source: 'trained', evaluations: [stored] });
    const { models } = createState([own], {
      evaluateModel: () => evaluation,
      saveEvaluation: ({ record }) => {
        saved.push(record);
        return own;
      },
    });
    await models.evaluate(plan);
    expect(saved).toEqual([expect.objectContaining({ dataset: 'sudoku-4x4', split: 'test', evaluation })]);
    expect(models.evaluationsOf(own).map(({ evaluatedAt }) => evaluatedAt === stored.evaluatedAt)).toEqual([
      false,
      true,
    ]);
  });

  test('keeps what was evaluated until it was cancelled, without storing it', async () => {
    let finish: (result: Output<'evaluateModel'>) => void = () => undefined;
    const own = model({ source: 'trained' });
    const { models } = createState([own], {
      evaluateModel: () => new Promise((resolve) => (finish = resolve)),
      endEvaluation: () => {
        finish({ ...evaluation, cancelled: { planned: 2000 } });
        return { isEnding: true };
      },
      saveEvaluation: () => Promise.reject(new Error('stored')),
    });
    const ending = models.evaluate(plan);
    models.job.cancel();
    await ending;
    expect(models.failure).toBeNull();
    expect(models.evaluationsOf(own)).toMatchObject([{ accuracy: { count: evaluation.count } }]);
    expect(describeSampling(models.evaluations[0]!.accuracy).map(formatEnglish)).toEqual([
      'cancelled after 500 of 2,000 puzzles',
    ]);
  });

  test('opens a failure with its puzzle and the same number of steps, and stores none', async () => {
    const puzzle = { address: 'sudoku-4x4/test/7', inputs: [1], labels: [2] };
    const failure = { row: 7, wrongCells: 3, brokenRules: 2, haltProbability: 0.5, confidence: 0.9 };
    const [read, saved]: [unknown[], unknown[]] = [[], []];
    const own = model({ source: 'trained' });
    const { models } = createState([own], {
      evaluateModel: () => ({ ...evaluation, failures: { count: 1, worst: [failure], mostConfident: [failure] } }),
      saveEvaluation: ({ record }) => {
        saved.push(record.evaluation);
        return own;
      },
      readPuzzles: (input) => {
        read.push(input);
        return { total: 1, puzzles: [puzzle] };
      },
    });
    await models.evaluate(plan);
    expect(saved).toEqual([evaluation]);
    const task = await models.taskForFailure(own, models.evaluations[0]!, failure);
    expect(task).toEqual({ model: own, puzzle, steps: evaluation.steps });
    expect(read).toEqual([{ dataset: 'sudoku-4x4', split: 'test', from: 7, count: 1 }]);
  });

  test('of a checkpoint requests its weights, and is not stored with the model', async () => {
    const own = model({ source: 'trained' });
    const inputs: unknown[] = [];
    const { models } = createState([own], {
      evaluateModel: (input) => {
        inputs.push(input);
        return evaluation;
      },
    });
    await models.evaluate({ ...plan, checkpoint: 20 });
    expect(inputs).toEqual([expect.objectContaining({ checkpoint: { run: own.id, step: 20 }, ...plan })]);
    expect(models.failure).toBeNull();
    expect(models.evaluationsOf(own)).toMatchObject([{ checkpoint: 20 }]);
    expect(models.latestEvaluation(own)).toBeNull();
  });

  test('of a vote of the last checkpoints requests as many, and is not stored with the model', async () => {
    const own = model({ source: 'trained' });
    const { models, inputs } = createState([own], { evaluateModel: () => evaluation });
    await models.evaluate({ ...plan, lastCheckpoints: 4 });
    expect(inputs('evaluateModel')).toEqual([expect.objectContaining({ model: own.id, lastCheckpoints: 4, ...plan })]);
    expect(inputs('saveEvaluation')).toEqual([]);
    expect(models.evaluationsOf(own)).toMatchObject([{ checkpoint: null, lastCheckpoints: 4 }]);
    expect(models.latestEvaluation(own)).toBeNull();
  });

  test('keeps every result with its model, newest first', async () => {
    let exactAccuracy = 0.25;
    const { models } = createState([model({ source: 'built-in' })], {
      evaluateModel: () => ({ ...evaluation, exactAccuracy: (exactAccuracy += 0.25) }),
    });
    await models.evaluate(plan);
    await models.evaluate({ ...plan, split: 'train' });
    expect(models.evaluations.map(({ model: id, split, accuracy }) => [id, split, accuracy.exactAccuracy])).toEqual([
      ['first', 'train', 0.75],
      ['first', 'test', 0.5],
    ]);
  });

  test('reports why it failed, and ends without a failure when cancelled', async () => {
    const refused = createState([model()], {
      evaluateModel: () => Promise.reject(new Error('this model reads 16 cells')),
    }).models;
    await refused.evaluate(plan);
    expect([refused.failure?.details, refused.evaluations]).toEqual(['this model reads 16 cells', []]);
    const cancelled = createState([model()], {
      endEvaluation: () => ({ isEnding: false }),
      evaluateModel: (_, signal) =>
        new Promise((_resolve, reject) => void signal?.addEventListener('abort', () => reject(signal.reason))),
    }).models;
    const ending = cancelled.evaluate(plan);
    expect(cancelled.isBusy).toBe(true);
    cancelled.job.cancel();
    await ending;
    expect([cancelled.failure, cancelled.isBusy, cancelled.evaluations]).toEqual([null, false, []]);
  });
});
