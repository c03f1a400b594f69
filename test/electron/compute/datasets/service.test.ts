/** Datasets through the compute service: generate, browse, import, export, delete and restore. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import { openService, type OpenedService } from '../opened-service';
import { inEnglish } from '../../../english';

let lab: OpenedService;
beforeAll(async () => {
  lab = await openService();
});
afterAll(() => lab.close());

const userDatasets = async () => (await lab.ask('listDatasets', {})).filter(({ source }) => source === 'user');

describe('a generated dataset', () => {
  test('reports progress, is listed, and can be browsed, filtered and sorted', async () => {
    const generated = await lab.ask('generateDataset', {
      name: 'Hard mazes (9×9)',
      kind: 'maze-9',
      count: 400,
      heldOut: 0.25,
      seed: 3,
      job: 'generate',
    });
    expect(generated).toMatchObject({
      id: 'hard-mazes-9-9',
      name: 'Hard mazes (9×9)',
      kind: 'maze-9',
      source: 'user',
      train: { puzzles: 300 },
      test: { puzzles: 100 },
      problem: null,
    });
    expect(await userDatasets()).toEqual([generated]);
    expect(lab.events.some((event) => event.type === 'job/progress' && event.job === 'generate')).toBe(true);

    const split = { dataset: generated.id, split: 'train' } as const;
    const { total, rows } = await lab.ask('browsePuzzles', { ...split, from: 290, count: 50 });
    expect([total, rows.length, rows[0]!.address]).toEqual([300, 10, 'hard-mazes-9-9/train/290']);
    const { histograms } = await lab.ask('readHistograms', split);
    const path = histograms.find(({ id }) => id === 'path');
    expect(path?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    const longest = await lab.ask('browsePuzzles', {
      ...split,
      sort: { by: 'path', descending: true },
      filter: { facets: { path: { min: 12, max: 1000 } } },
      from: 0,
      count: 200,
    });
    const lengths = longest.rows.map(({ facets }) => facets.path!);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(12);
    const again = await lab.ask('readPuzzles', { ...split, from: longest.rows[0]!.index, count: 1 });
    expect(again.puzzles[0]!.inputs).toEqual(longest.rows[0]!.inputs);
  });

  test('can be trained on', async () => {
    await lab.ask('generateDataset', { name: 'four', kind: 'sudoku-4x4', count: 30, heldOut: 0.2, seed: 1 });
    const run = await lab.ask('startRun', {
      dataset: 'four',
      preset: 'classroom',
      seed: 1,
      maxSeconds: 600,
      maxEvalSamples: 32,
    });
    await lab.next('run/step');
    await lab.ask('stopRun', { runId: run.runId });
    expect((await lab.next('run/stopped')).run).toMatchObject({ dataset: 'four', state: 'stopped' });
    expect((await lab.ask('listModels', {})).find(({ id }) => id === run.runId)).toMatchObject({
      dataset: 'four',
      kind: 'sudoku-4x4',
      data: { trainPuzzles: 24, testPuzzles: 6 },
    });
  }, 60_000);

  test('is deleted into the trash and restored once', async () => {
    await lab.ask('generateDataset', { name: 'short lived', kind: 'queens-5', count: 5, heldOut: 0.2, seed: 1 });
    const { trashId } = await lab.ask('deleteDataset', { dataset: 'short-lived' });
    expect((await userDatasets()).map(({ id }) => id)).not.toContain('short-lived');
    await expect(
      lab.ask('browsePuzzles', { dataset: 'short-lived', split: 'train', from: 0, count: 1 }),
    ).rejects.toThrow('unknown dataset “short-lived”');
    await lab.ask('restoreFromTrash', { trashId });
    expect((await userDatasets()).map(({ id }) => id)).toContain('short-lived');
    await expect(lab.ask('restoreFromTrash', { trashId })).rejects.toThrow('no longer in the trash');
    await expect(lab.ask('restoreFromTrash', { trashId: '../~x~1' })).rejects.toThrow('no longer in the trash');
    await expect(lab.ask('deleteDataset', { dataset: 'sudoku-4x4' })).rejects.toThrow('built-in dataset');
  });

  test('gets another id if its name is taken', async () => {
    const names = [];
    for (let i = 0; i < 2; i++)
      names.push(
        (await lab.ask('generateDataset', { name: 'Twice', kind: 'queens-5', count: 3, heldOut: 0, seed: i })).id,
      );
    expect(names).toEqual(['twice', 'twice-2']);
  });

  test('can be previewed with previewPuzzles', async () => {
    const kind = getKind('sudoku-9x9');
    const puzzles = await lab.ask('previewPuzzles', { kind: 'sudoku-9x9', difficulty: 'hard', count: 3, seed: 5 });
    const band = kind.generator?.difficulties.find(({ id }) => id === 'hard');
    for (const { inputs, labels, rating } of puzzles) {
      expect(kind.check(Uint8Array.from(inputs), Uint8Array.from(labels)).legal).toBe(true);
      expect(rating).toBeGreaterThanOrEqual(band?.min ?? NaN);
    }
  });
});

describe('dataset files', () => {
  test('are inspected, imported and unchanged after an export', async () => {
    const { out } = await lab.ask('exportDataset', {
      dataset: 'sudoku-4x4',
      out: join(lab.folder, 'out'),
      format: 'csv',
      augment: 0,
      seed: 1,
    });
    const path = join(out, 'train.csv');
    const report = await lab.ask('inspectFiles', { path });
    expect(inEnglish(report)).toMatchObject({
      form: 'CSV file',
      kind: 'sudoku-4x4',
      tasks: null,
      splits: [{ split: 'train', puzzles: 282, classes: 282, duplicates: 0 }],
    });
    const imported = await lab.ask('importDataset', {
      name: 'imported again',
      path,
      heldOut: 0.5,
      augment: 0,
      seed: 1,
    });
    expect(imported).toMatchObject({ id: 'imported-again', train: { puzzles: 141 }, test: { puzzles: 141 } });
    const folder = await lab.ask('inspectFiles', { path: join(lab.folder, 'datasets', 'imported-again') });
    expect(folder.splits).toMatchObject([{ classes: 141 }, { classes: 141, inEarlierSplit: 0 }]);
  });

  test('with ARC tasks are counted and imported with augmented copies', async () => {
    const path = join(lab.folder, 'swap.json');
    await writeFile(
      path,
      JSON.stringify({ train: [{ input: [[1, 2]], output: [[2, 1]] }], test: [{ input: [[3, 4]], output: [[4, 3]] }] }),
    );
    expect(inEnglish(await lab.ask('inspectFiles', { path }))).toEqual({
      form: 'ARC tasks',
      kind: 'arc',
      takesTestShare: true,
      splits: [],
      notes: [],
      tasks: { tasks: 1, pairs: 2, problems: [] },
    });
    const imported = await lab.ask('importDataset', { name: 'swap', path, heldOut: 1, augment: 4, seed: 1 });
    expect(imported).toMatchObject({ kind: 'arc', train: { puzzles: 5 }, test: { puzzles: 5 } });
    const { rows } = await lab.ask('browsePuzzles', { dataset: 'swap', split: 'test', from: 0, count: 1 });
    expect(getKind('arc').format(Uint8Array.from(rows[0]!.inputs))).toBe('34');
  });

  test('without puzzles are rejected with one line, and nothing is written', async () => {
    const path = join(lab.folder, 'poem.csv');
    await writeFile(path, 'roses,violets\nred,blue\n');
    const before = await readdir(join(lab.folder, 'datasets'));
    for (const response of [
      lab.ask('inspectFiles', { path }),
      lab.ask('importDataset', { name: 'poem', path, heldOut: 0, augment: 0, seed: 1 }),
    ])
      await expect(response).rejects.toThrow(
        /^poem\.csv, line 1: expected a column of puzzles, with a name such as question or puzzle, found [^\n]*$/u,
      );
    expect(await readdir(join(lab.folder, 'datasets'))).toEqual(before);
  });

  test('that are damaged in the data folder are listed with the problem', async () => {
    await lab.ask('generateDataset', { name: 'torn', kind: 'queens-5', count: 4, heldOut: 0.5, seed: 1 });
    const array = join(lab.folder, 'datasets', 'torn', 'train', 'all__inputs.npy');
    await writeFile(array, (await readFile(array)).subarray(0, -1));
    expect(inEnglish((await userDatasets()).find(({ id }) => id === 'torn'))).toMatchObject({
      kind: 'unknown',
      problem: expect.stringMatching(/^train\/all__inputs\.npy: expected \d+ bytes/u) as string,
    });
    await rm(join(lab.folder, 'datasets', 'torn'), { recursive: true });
  });
});

test('a cancelled generateDataset leaves no files', async () => {
  const cancel = new AbortController();
  const generating = lab.ask(
    'generateDataset',
    { name: 'never', kind: 'sudoku-9x9', count: 100_000, heldOut: 0, seed: 1, job: 'never' },
    { signal: cancel.signal },
  );
  const from = lab.events.length;
  await lab.next('job/progress', from);
  cancel.abort(new Error('enough'));
  await expect(generating).rejects.toThrow('enough');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await readdir(join(lab.folder, 'datasets'))).filter((name) => name.startsWith('never'))).toEqual([]);
});
