/** Overlap of evaluated puzzles with training data in the library: own data, that of ancestors, and what is not known. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { arc } from '../../../../datasets/kinds/arc/arc';
import type { PuzzleKind, RatedPuzzle } from '../../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../../datasets/kinds/registry';
import { Random } from '../../../../datasets/random';
import { applyToPuzzle } from '../../../../datasets/symmetry';
import { hashDataset } from '../../../../electron/compute/datasets/dataset-hash';
import { DatasetLibrary } from '../../../../electron/compute/datasets/library';
import { writeDataset } from '../../../../electron/compute/datasets/write-dataset';
import { Job } from '../../../../electron/compute/job';
import { findStoredParent, type TrainingRecord } from '../../../../electron/compute/models/training-lineage';
import { isKnown, OverlapCounter, TrainingClassesReader } from '../../../../electron/compute/models/training-overlap';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { RunStore } from '../../../../electron/compute/runs/run-store';
import { Trash } from '../../../../electron/compute/storage/trash';
import { MessageError } from '../../../../renderer/messages/message';
import { builtInModels, freshFolder } from '../opened-service';

const { kind, train: puzzles } = loadBuiltInDataset('sudoku-4x4');
const unknownParent = () => Promise.reject(new MessageError('run.unknown', { run: 'gone' }));

let folder: string;
let datasets: DatasetLibrary;
beforeAll(async () => {
  folder = await freshFolder();
  datasets = new DatasetLibrary(join(folder, 'datasets'), new Trash(join(folder, 'trash')));
  await write('first', puzzles.slice(0, 10));
  await write('second', puzzles.slice(10, 20));
});
afterAll(() => rm(folder, { recursive: true }));

const write = (id: string, train: readonly RatedPuzzle[]) =>
  writeDataset(join(datasets.folder, id), { kind, origin: '', train, test: puzzles.slice(-5) }, new Job());

const recordOf = async (dataset: string, parent: TrainingRecord['parent'] = null): Promise<TrainingRecord> => ({
  dataset,
  datasetHash: hashDataset(await datasets.load(dataset)),
  trainPuzzles: null,
  parent,
});

/** Reads classes with the given ancestors, by id. */
function createReader(ancestors: Readonly<Record<string, TrainingRecord>> = {}) {
  return new TrainingClassesReader({
    datasets,
    findParent: ({ id }) => (ancestors[id] ? Promise.resolve(ancestors[id]) : unknownParent()),
  });
}

async function count(record: TrainingRecord, evaluated: readonly RatedPuzzle[], reader = createReader()) {
  const training = await reader.read({ record, kind }, new Job());
  const counter = new OverlapCounter(kind, training);
  for (const puzzle of evaluated) counter.add(puzzle);
  return isKnown(training) ? counter.result : { ...training, result: counter.result };
}

test('counts the puzzles of the training set, symmetric copies included', async () => {
  const random = Random.seeded(1);
  const copies = puzzles.slice(0, 4).map((puzzle) => applyToPuzzle(kind.drawSymmetry(random), puzzle));
  const evaluated = [...copies, ...puzzles.slice(8, 14)];
  expect(await count(await recordOf('first'), evaluated)).toEqual({ seen: 6, of: 10 });
  expect(await count(await recordOf('first'), puzzles.slice(20, 30))).toEqual({ seen: 0, of: 10 });
});

test('counts the data of ancestors, which may be models and runs', async () => {
  const ancestors = {
    tuned: await recordOf('second', { kind: 'run', id: 'base', step: 5 }),
    base: await recordOf('first', { kind: 'model', id: 'tuned', step: null }),
  };
  const own = await recordOf('second', { kind: 'model', id: 'tuned', step: null });
  const evaluated = puzzles.slice(5, 25);
  expect(await count(own, evaluated, createReader(ancestors))).toEqual({ seen: 15, of: 20 });
  expect(await count({ ...own, parent: null }, evaluated)).toEqual({ seen: 10, of: 20 });
});

test.each<[string, Partial<TrainingRecord>, { reason: string; name: string }]>([
  ['a dataset that is not here', { dataset: 'gone' }, { reason: 'not here', name: 'gone' }],
  ['another dataset of this name', { datasetHash: 'other' }, { reason: 'not here', name: 'first' }],
  [
    'other data of this name, in cards without a hash',
    { datasetHash: undefined, trainPuzzles: 9 },
    { reason: 'not here', name: 'first' },
  ],
  ['a built-in dataset that is not stored', { dataset: 'sudoku-9x9' }, { reason: 'not here', name: 'sudoku-9x9' }],
  [
    'an ancestor that is not here',
    { parent: { kind: 'run', id: 'gone', step: 1 } },
    { reason: 'not here', name: 'gone' },
  ],
  ['an imported model', { dataset: 'unknown', trainPuzzles: 0 }, { reason: 'not recorded', name: 'unknown' }],
])('%s leaves the overlap unknown', async (_, change, expected) => {
  const record = { ...(await recordOf('first')), ...change };
  expect(await count(record, puzzles.slice(0, 3))).toEqual({ ...expected, result: null });
});

test.each<[string, PuzzleKind, string]>([
  ['puzzles of another size', getKind('sudoku-6x6'), 'other kind'],
  ['ARC tasks', arc, 'tasks'],
])('the overlap with %s is unknown', async (_, other, reason) => {
  const record = await recordOf('first');
  expect(await createReader().read({ record, kind: other }, new Job())).toEqual({ reason, name: 'first' });
});

test('the evaluated dataset counts as training data where it has the recorded hash', async () => {
  const loaded = {
    ...loadBuiltInDataset('sudoku-4x4'),
    spec: { id: '/elsewhere/own', name: '', summary: '', kind: '' },
  };
  const record = { dataset: 'own', datasetHash: hashDataset(loaded), trainPuzzles: null, parent: null };
  const training = await createReader().read({ record, kind, loaded }, new Job());
  expect(isKnown(training) && training.size).toBe(puzzles.length);
});

test('the classes of the last model are kept, and can be cancelled', async () => {
  const reader = createReader();
  const record = await recordOf('first');
  const load = vi.spyOn(datasets, 'load');
  const training = await reader.read({ record, kind }, new Job());
  expect(await reader.read({ record, kind }, new Job())).toBe(training);
  expect(load).toHaveBeenCalledOnce();
  load.mockRestore();
  const slow = { ...kind, classHash: (inputs: Uint8Array) => (wait(15), kind.classHash(inputs)) };
  const loaded = { ...(await datasets.load('second')), kind: slow };
  const job = new Job(undefined, AbortSignal.abort(new Error('enough')));
  const query = { record: await recordOf('second'), kind: slow, loaded };
  await expect(reader.read(query, job)).rejects.toThrow('enough');
});

function wait(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('parents are found in the library and among the runs', async () => {
  const find = findStoredParent(
    new ModelLibrary({ builtIn: builtInModels, user: join(folder, 'models') }),
    new RunStore(join(folder, 'runs')),
  );
  const card = JSON.parse(await readFile(join(builtInModels, 'maze-12x12', 'card.json'), 'utf8')) as {
    data: { trainPuzzles: number };
  };
  expect(await find({ kind: 'model', id: 'maze-12x12', step: null })).toEqual({
    dataset: 'maze',
    datasetHash: undefined,
    trainPuzzles: card.data.trainPuzzles,
    parent: null,
  });
  await expect(find({ kind: 'run', id: 'gone', step: 1 })).rejects.toThrow(MessageError);
});
