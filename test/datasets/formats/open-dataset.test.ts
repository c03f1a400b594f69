/** Datasets loaded from folders for training, with identifiers and groups if present. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBatches } from '../../../datasets/batches';
import { loadDataset } from '../../../datasets/formats/open-dataset';
import { writeReferenceFolder } from '../../../datasets/formats/reference-writer';
import {
  createArcDataset,
  listArcIdentifiers,
  generateArcTestGroups,
  generateArcTrainGroups,
  planArcDataset,
} from '../../../datasets/kinds/arc/build';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';

const tasks = generateArcTasks(3).slice(0, 3);
const plan = planArcDataset([{ tasks, isTest: true }], { augmentations: 2, seed: 0 });
const shape = { seqLen: 900, vocabSize: 12 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trm-lab-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function writeFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await writeReferenceFolder(path, {
    identifiers: listArcIdentifiers(plan),
    train: { ...shape, groups: generateArcTrainGroups(plan) },
    test: { ...shape, groups: generateArcTestGroups(plan) },
  });
  return path;
}

describe('loadDataset of an ARC folder', () => {
  test('returns the identifier names, and the identifier and group of each example', async () => {
    const { identified, train, test: tests, trainClasses } = await loadDataset(await writeFolder('arc'));
    expect(identified?.names).toEqual(listArcIdentifiers(plan));
    expect([identified?.train, identified?.test]).toEqual([train, tests]);
    const expected = [...generateArcTrainGroups(plan)].flatMap((puzzles, group) =>
      puzzles.flatMap(({ identifier, examples }) => examples.map((example) => ({ ...example, identifier, group }))),
    );
    expect(train).toEqual(expected);
    expect(trainClasses).toBeNull();
  });

  test('equals the dataset that its tasks give in memory', async () => {
    const { identified } = await loadDataset(await writeFolder('same'));
    const catalog = { id: 'any', name: 'any', summary: 'any' };
    expect(createArcDataset(tasks, { augmentations: 2, ...catalog }).identified).toEqual(identified);
  });

  test('gives test batches with identifiers, and blank identifiers as padding', async () => {
    const { test: tests, identified } = await loadDataset(await writeFolder('batches'));
    const batches = [...testBatches(tests, 8)];
    const identifiers = batches.flatMap(({ puzzleIdentifiers, count }) => [...puzzleIdentifiers.subarray(0, count)]);
    expect(identifiers).toEqual(identified?.test.map(({ identifier }) => identifier));
    expect(Math.max(...identifiers)).toBe(9);
    const { puzzleIdentifiers, count } = batches[batches.length - 1]!;
    expect([...puzzleIdentifiers.subarray(count)]).toEqual(Array(8 - count).fill(0));
  });

  test('rejects a folder whose number of names differs from its number of identifiers', async () => {
    const path = await writeFolder('short');
    await rm(join(path, 'digests.json'));
    const names = JSON.parse(await readFile(join(path, 'identifiers.json'), 'utf8')) as string[];
    await writeFile(join(path, 'identifiers.json'), JSON.stringify(names.slice(1)));
    await expect(loadDataset(path)).rejects.toThrow(
      'train/dataset.json, num_puzzle_identifiers: expected 9, the number of names in identifiers.json, found 10',
    );
    await rm(join(path, 'identifiers.json'));
    await expect(loadDataset(path)).rejects.toThrow('identifiers.json: expected a file, found no file with this name');
  });

  test('rejects a folder without a test split', async () => {
    const path = await writeFolder('trained');
    await rm(join(path, 'digests.json'));
    await rm(join(path, 'test'), { recursive: true });
    await expect(loadDataset(path)).rejects.toThrow('expected puzzles in the test split, found none');
  });
});

test('loadDataset returns no identifiers for a folder with the blank one only', async () => {
  const { identified, train, trainClasses } = await loadDataset(
    fileURLToPath(new URL('../../fixtures/oracle/datasets/sudoku_aug3', import.meta.url)),
  );
  expect(identified).toBeNull();
  expect(trainClasses).toBeLessThan(train.length);
});
