/** Built-in datasets that are generated on first use: the same with any number of threads, whole or not at all. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findGeneratedSpec, type GeneratedSpec } from '../../../../datasets/catalog';
import { openSource } from '../../../../datasets/formats/puzzle-source';
import { getDifficulty } from '../../../../datasets/generate-puzzles';
import type { RatedPuzzle } from '../../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../../datasets/kinds/registry';
import { BuiltInGenerator } from '../../../../electron/compute/datasets/built-in-generator';
import { estimateBytes } from '../../../../electron/compute/datasets/stored-copy';
import { DatasetLibrary } from '../../../../electron/compute/datasets/library';
import { checkCopy } from '../../../../electron/compute/datasets/stored-copy';
import { generateDataset } from '../../../../electron/compute/datasets/write-dataset';
import { Job } from '../../../../electron/compute/job';
import { Trash } from '../../../../electron/compute/storage/trash';
import { WorkerEngine } from '../../../../models/engine/worker-engine';
import { freshFolder } from '../opened-service';

const script = resolve('out/main/engine-worker.cjs');
const engines = [1, 3].map((workers) => new WorkerEngine({ script, workers }));
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

const queens = findGeneratedSpec('queens')!;
/** A part of the dataset that is generated in a moment. */
const spec: GeneratedSpec = {
  ...queens,
  counts: { trainPuzzles: 60, trainClasses: 60, testClasses: 24 },
  testPuzzles: 24,
  recipe: {
    type: 'puzzles',
    version: 1,
    parts: [
      { difficulty: 'easy', train: 40, test: 12, chunk: 7, milliseconds: 1 },
      { difficulty: 'hard', train: 20, test: 12, chunk: 5, milliseconds: 1 },
    ],
  },
};

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await freshFolder();
  out = join(folder, 'datasets', spec.id);
});
afterEach(() => rm(folder, { recursive: true }));

const digestsOf = (path: string) => readFile(join(path, 'digests.json'), 'utf8');
const check = () => checkCopy(out, spec);
const here = new BuiltInGenerator({ engine: null });
const entries = () => readdir(join(folder, 'datasets')).catch(() => []);

async function readAll(split: 'train' | 'test'): Promise<RatedPuzzle[]> {
  const puzzles: RatedPuzzle[] = [];
  for await (const puzzle of (await openSource(out)).read(split)) puzzles.push(puzzle);
  return puzzles;
}

describe('generating', () => {
  test('gives the same files with any number of threads', async () => {
    const folders = ['one', 'three'].map((name) => join(folder, name));
    for (const [index, engine] of engines.entries())
      await new BuiltInGenerator({ engine }).ensure(spec, folders[index]!, new Job());
    await here.ensure(spec, out, new Job());
    expect(await digestsOf(folders[0]!)).toBe(await digestsOf(out));
    expect(await digestsOf(folders[1]!)).toBe(await digestsOf(out));
  });

  test('splits by symmetry class, with ratings, spread evenly over the difficulties', async () => {
    await here.ensure(spec, out, new Job());
    const [train, held] = [await readAll('train'), await readAll('test')];
    expect([train.length, held.length]).toEqual([60, 24]);
    const kind = getKind(spec.kind);
    expect(new Set([...train, ...held].map(({ inputs }) => kind.classKey(inputs))).size).toBe(84);
    for (const { inputs, rating } of held) expect(rating).toBe(kind.generator!.rate(inputs));
    const { max } = getDifficulty(kind, 'easy');
    for (const end of [2, 8, 16])
      expect(held.slice(0, end).filter(({ rating = 0 }) => rating <= max)).toHaveLength(end / 2);
  });

  test('reports the puzzles generated and the time left', async () => {
    const messages: unknown[] = [];
    await here.ensure(spec, out, new Job(({ message }) => messages.push(message)));
    expect(messages).toContainEqual(
      expect.objectContaining({ id: 'datasets.job.generating', parameters: expect.objectContaining({ total: 84 }) }),
    );
  });

  test.each(['arc-tasks', 'arc-small'])(
    'stores %s with identifiers, the tests of all tasks in the test set',
    async (id) => {
      const arc = findGeneratedSpec(id)!;
      await here.ensure(arc, join(folder, arc.id), new Job());
      const { counts, kind } = await openSource(join(folder, arc.id));
      expect(kind.id).toBe(arc.kind);
      expect(counts).toEqual({ train: arc.counts.trainPuzzles, test: arc.testPuzzles });
    },
  );

  test('awaits a generation in progress instead of starting another', async () => {
    await Promise.all([here.ensure(spec, out, new Job()), here.ensure(spec, out, new Job())]);
    expect(await check()).toBe('ready');
    expect(await entries()).toEqual([spec.id]);
  });
});

describe('a generation that does not end', () => {
  test('leaves nothing when it is cancelled, and can be started again', async () => {
    const controller = new AbortController();
    const cancelled = new Job(() => controller.abort(new Error('cancelled')), controller.signal);
    await expect(new BuiltInGenerator({ engine: engines[0]! }).ensure(spec, out, cancelled)).rejects.toThrow(
      'cancelled',
    );
    expect(await entries()).toEqual([]);
    await here.ensure(spec, out, new Job());
    expect(await check()).toBe('ready');
  });

  test('is refused without enough disk space', async () => {
    const full = new BuiltInGenerator({ engine: null, freeBytes: async () => estimateBytes(spec) - 1 });
    await expect(full.ensure(spec, out, new Job())).rejects.toThrow(/needs .* of free disk space, found/u);
    expect(await entries()).toEqual([]);
  });

  test('leaves a folder when its process is killed, which is not listed and is removed by the next', async () => {
    const partial = `${out}.99999999.partial`;
    await mkdir(join(partial, 'train'), { recursive: true });
    const library = new DatasetLibrary(join(folder, 'datasets'), new Trash(join(folder, 'trash')));
    expect((await library.list()).filter(({ source }) => source === 'user')).toEqual([]);
    await here.ensure(spec, out, new Job());
    expect(await entries()).toEqual([spec.id]);
  });
});

describe('a stored copy', () => {
  const damages: Record<string, (path: string) => Promise<void>> = {
    'has other bytes': async (path) => {
      const file = join(path, 'test', 'all__labels.npy');
      const bytes = await readFile(file);
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(file, bytes);
    },
    'is cut short': async (path) => {
      const file = join(path, 'train', 'all__inputs.npy');
      await writeFile(file, (await readFile(file)).subarray(0, 500));
    },
    'lacks a file': (path) => rm(join(path, 'test', 'all__ratings.npy')),
    'lacks its digests': (path) => rm(join(path, 'digests.json')),
    'has an unreadable source.json': (path) => writeFile(join(path, 'source.json'), '{'),
  };

  test.each(Object.keys(damages))('that %s is noticed and generated again', async (name) => {
    await here.ensure(spec, out, new Job());
    const before = await digestsOf(out);
    await damages[name]!(out);
    expect(await check()).toBe('damaged');
    await here.ensure(spec, out, new Job());
    expect(await check()).toBe('ready');
    expect(await digestsOf(out)).toBe(before);
  });

  test('is read once and again when a file has changed', async () => {
    await here.ensure(spec, out, new Job());
    expect(await checkCopy(out, spec)).toBe('ready');
    await damages['has other bytes']!(out);
    expect(await checkCopy(out, spec)).toBe('damaged');
  });

  test('of another version is generated again', async () => {
    await here.ensure(spec, out, new Job());
    const newer = { ...spec, recipe: { ...spec.recipe, version: 2 } };
    expect(await checkCopy(out, newer)).toBe('missing');
    await here.ensure(newer, out, new Job());
    expect(await checkCopy(out, newer)).toBe('ready');
  });
});

describe('the library', () => {
  const open = () =>
    new DatasetLibrary(join(folder, 'datasets'), new Trash(join(folder, 'trash')), { generator: here });

  test('says what generating takes, and refuses to browse before', async () => {
    const library = open();
    expect(await library.describe('queens')).toMatchObject({
      source: 'built-in',
      train: { puzzles: queens.counts.trainPuzzles },
      generation: { isDamaged: false, seconds: expect.any(Number), bytes: estimateBytes(queens) },
    });
    await expect(library.openBrowser('queens', 'test')).rejects.toThrow('queens has not been generated yet');
  });

  test('uses a dataset of the user with the id of a built-in one', async () => {
    const plan = { kind: getKind('queens-5'), name: 'Mine', count: 3, heldOut: 0, seed: 1 };
    await generateDataset({ ...plan, out }, new Job());
    const library = open();
    await library.prepare('queens');
    const listed = (await library.list()).filter(({ id }) => id === 'queens');
    expect(listed).toMatchObject([{ source: 'user', name: 'Mine', kind: 'queens-5', generation: null }]);
    expect(await library.resolve('queens')).toBe(out);
    expect(await library.remove('queens')).toContain('queens');
    expect(await library.describe('queens')).toMatchObject({ source: 'built-in' });
  });

  test('generates, lists, loads and opens a dataset, and does not delete it', async () => {
    const library = open();
    await library.prepare('arc-tasks');
    expect(await library.describe('arc-tasks')).toMatchObject({ source: 'built-in', generation: null });
    const dataset = await library.load('arc-tasks');
    expect(dataset.spec.name).toEqual(findGeneratedSpec('arc-tasks')!.name);
    expect(dataset.identified?.test).toHaveLength(findGeneratedSpec('arc-tasks')!.testPuzzles);
    expect((await library.open('arc-tasks')).counts.test).toBe(dataset.test.length);
    await expect(library.remove('arc-tasks')).rejects.toThrow('cannot be deleted');
  });
});
