import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadNamedDataset } from '../../../../electron/cli/resolve-names';
import { readExportSample } from '../../../../electron/compute/models/export-sample';
import { readModel } from '../../../../models/checkpoint/model-folder';
import type { Message } from '../../../../renderer/messages/message';
import { formatEnglish } from '../../../../renderer/messages/english';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-sample-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The sample of the built-in model for Sudoku 4×4, whose card names another dataset. */
async function readSample(dataset: string) {
  const model = await readModel(resolve('models/pretrained/sudoku-4x4'));
  const card = { ...model.card, dataset };
  delete card.datasetHash;
  return readExportSample({ ...model, card }, loadNamedDataset);
}

test('the sample has at most 200 puzzles of the dataset of the model', async () => {
  expect(await readSample('sudoku-4x4')).toHaveLength(200);
});

test('the reason is that the dataset is unknown', async () => {
  const reason = (await readSample('lost')) as Message;
  expect(formatEnglish(reason)).toBe('the dataset lost is not on this computer');
});

test('the reason is that the dataset cannot be read', async () => {
  const file = join(folder, 'damaged.csv');
  await writeFile(file, 'neither\nof them\n');
  const reason = formatEnglish((await readSample(file)) as Message);
  expect(reason).toContain('damaged.csv');
  expect(reason).not.toContain('not on this computer');
});

test('the reason is that the puzzles have another size than the model reads', async () => {
  const larger = join(folder, 'larger');
  await mkdir(larger);
  const solved = '123456456123231564564231312645645312';
  for (const [split, digit] of Object.entries({ train: '1', test: '2' }))
    await writeFile(join(larger, `${split}.csv`), `question,answer\n${solved.replace(digit, '.')},${solved}\n`);
  expect(formatEnglish((await readSample(larger)) as Message)).toMatch(
    /^the model reads 16 cells with 6 tokens, but .+36 cells/u,
  );
});
