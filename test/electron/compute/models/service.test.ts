import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReferenceSplit } from '../../../../datasets/formats/reference-folder';
import { writeUntrainedModel } from '../../../e2e/untrained-models';
import { openService, type OpenedService } from '../opened-service';

let lab: OpenedService;
let set: string;
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
  set = (await lab.ask('importDataset', { name: 'Turned', path, heldOut: 0.5, augment: 3, seed: 1 })).id;
  await writeUntrainedModel(lab.folder, { id: 'knows', name: 'Knows', kind: 'arc', dataset: set, config: embedding });
  await writeUntrainedModel(lab.folder, { id: 'elsewhere', name: 'Elsewhere', kind: 'arc', config: embedding });
}, 60_000);
afterAll(() => lab.close());

const asked = async (model: string, index: number) => {
  const window = { dataset: set, split: 'train', index } as const;
  const [puzzle] = (await lab.ask('readPuzzles', { dataset: set, split: 'train', from: index, count: 1 })).puzzles;
  return lab.ask('traceSolve', { model, inputs: puzzle?.inputs ?? [], puzzle: window });
};

test('a model is asked each puzzle of its own set under that puzzle’s identifier', async () => {
  const split = await ReferenceSplit.open(join(lab.folder, 'datasets', set), 'train');
  const rows = await split.read(0, split.examples);
  await split.close();
  expect(new Set(rows.map(({ identifier }) => identifier)).size).toBeGreaterThan(2);
  for (const index of [0, 3, rows.length - 1])
    expect(await asked('knows', index)).toMatchObject({ identifier: rows[index]?.identifier, puzzleEmbLen: 1 });
});

test('a puzzle of another set, or of none, has the blank one', async () => {
  expect(await asked('elsewhere', 3)).toMatchObject({ identifier: 0 });
  const { inputs } = await asked('knows', 0);
  expect(await lab.ask('traceSolve', { model: 'knows', inputs })).toMatchObject({ identifier: 0 });
  const [sudoku] = (await lab.ask('readPuzzles', { dataset: 'sudoku-4x4', split: 'test', from: 0, count: 1 })).puzzles;
  expect(
    await lab.ask('traceSolve', {
      model: 'sudoku-4x4',
      inputs: sudoku?.inputs ?? [],
      puzzle: { dataset: 'sudoku-4x4', split: 'test', index: 0 },
    }),
  ).toMatchObject({ identifier: 0 });
});

test('a row that there is not is refused in a sentence', async () => {
  const { inputs } = await asked('knows', 0);
  await expect(
    lab.ask('traceSolve', { model: 'knows', inputs, puzzle: { dataset: set, split: 'train', index: 100_000 } }),
  ).rejects.toThrow(/100000/u);
});
