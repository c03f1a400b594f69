import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReferenceSplit } from '../../../../datasets/formats/reference-folder';
import { writeUntrainedModel } from '../../../e2e/untrained-models';
import { openService, type OpenedService } from '../opened-service';

let lab: OpenedService;
let dataset: string;
const embedding = {
  lLayers: 1,
  hCycles: 1,
  lCycles: 1,
  haltMaxSteps: 1,
  puzzleEmbNdim: 32,
  puzzleEmbLen: 1,
  numPuzzleIdentifiers: 40,
};

beforeAll(async () => {
  lab = await openService();
  const pair = (value: number) => ({
    input: [
      [value, 0],
      [0, value],
    ],
    output: [
      [0, value],
      [value, 0],
    ],
  });
  const path = join(lab.folder, 'turned.json');
  await writeFile(path, JSON.stringify({ train: [pair(1), pair(2)], test: [pair(3)] }));
  dataset = (await lab.ask('importDataset', { name: 'Turned', path, heldOut: 0.5, augment: 3, seed: 1 })).id;
  await writeUntrainedModel(lab.folder, { id: 'known', name: 'Known', kind: 'arc', dataset, config: embedding });
  await writeUntrainedModel(lab.folder, { id: 'other', name: 'Other', kind: 'arc', config: embedding });
}, 60_000);
afterAll(() => lab.close());

const trace = async (model: string, index: number) => {
  const address = { dataset, split: 'train', index } as const;
  const [puzzle] = (await lab.ask('readPuzzles', { dataset, split: 'train', from: index, count: 1 })).puzzles;
  return lab.ask('traceSolve', { model, inputs: puzzle?.inputs ?? [], puzzle: address });
};

test('traceSolve uses the identifier of a puzzle of the model’s own dataset', async () => {
  const split = await ReferenceSplit.open(join(lab.folder, 'datasets', dataset), 'train');
  const rows = await split.read(0, split.examples);
  await split.close();
  expect(new Set(rows.map(({ identifier }) => identifier)).size).toBeGreaterThan(2);
  for (const index of [0, 3, rows.length - 1])
    expect(await trace('known', index)).toMatchObject({ identifier: rows[index]?.identifier, puzzleEmbLen: 1 });
});

test('traceSolve uses the blank identifier for puzzles of other datasets or without an address', async () => {
  expect(await trace('other', 3)).toMatchObject({ identifier: 0 });
  const { inputs } = await trace('known', 0);
  expect(await lab.ask('traceSolve', { model: 'known', inputs })).toMatchObject({ identifier: 0 });
  const [sudoku] = (await lab.ask('readPuzzles', { dataset: 'sudoku-4x4', split: 'test', from: 0, count: 1 })).puzzles;
  expect(
    await lab.ask('traceSolve', {
      model: 'sudoku-4x4',
      inputs: sudoku?.inputs ?? [],
      puzzle: { dataset: 'sudoku-4x4', split: 'test', index: 0 },
    }),
  ).toMatchObject({ identifier: 0 });
});

test('traceSolve rejects an index outside the split', async () => {
  const { inputs } = await trace('known', 0);
  await expect(
    lab.ask('traceSolve', { model: 'known', inputs, puzzle: { dataset, split: 'train', index: 100_000 } }),
  ).rejects.toThrow(/100000/u);
});
