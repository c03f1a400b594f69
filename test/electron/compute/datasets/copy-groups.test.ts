import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../../../datasets/formats/puzzle-source';
import { generateArcTasks } from '../../../../datasets/kinds/arc/generated-tasks/task-rules';
import { getKind } from '../../../../datasets/kinds/registry';
import { writeArcDataset } from '../../../../electron/compute/datasets/arc-tasks';
import { importDataset } from '../../../../electron/compute/datasets/import-dataset';
import { exportDataset } from '../../../../electron/compute/datasets/export-dataset';
import { generateDataset } from '../../../../electron/compute/datasets/write-dataset';
import { Job } from '../../../../electron/compute/job';
import { freshFolder } from '../opened-service';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const read = (name: string, file: string) => readFile(join(folder, name, file));
const splitFiles = (split: string) =>
  [
    'dataset.json',
    ...['inputs', 'labels', 'puzzle_identifiers', 'puzzle_indices', 'group_indices'].map(
      (array) => `all__${array}.npy`,
    ),
  ].map((file) => `${split}/${file}`);

async function expectEqualFiles(one: string, other: string, files: readonly string[]): Promise<void> {
  for (const file of files) expect((await read(one, file)).equals(await read(other, file)), file).toBe(true);
}

const exportPlan = { format: 'reference', origin: '', seed: 1 } as const;

test('an import and an export of ARC tasks keep identifiers, groups and the tasks of the evaluator', async () => {
  const tasks = generateArcTasks(3).slice(0, 4);
  const plan = { augment: 2, heldOut: 0.5, seed: 1, origin: '' };
  await writeArcDataset(at('arc'), tasks, plan, new Job());
  const source = await openSource(at('arc'));
  const written = await importDataset(source, { out: at('imported'), origin: '', heldOut: 0.1 }, new Job());
  await exportDataset(source, { ...exportPlan, out: at('exported'), augment: 0 }, new Job());
  const files = ['identifiers.json', 'test_puzzles.json', ...splitFiles('train'), ...splitFiles('test')];
  for (const copy of ['imported', 'exported']) await expectEqualFiles('arc', copy, files);
  expect(written).toMatchObject({ kind: 'arc', train: source.counts.train, test: source.counts.test });
});

test('further copies of ARC tasks are refused: they would have no identifiers', async () => {
  const source = await openSource(at('arc'));
  const refused = exportDataset(source, { ...exportPlan, out: at('more'), augment: 3 }, new Job());
  await expect(refused).rejects.toThrow('each copy has an identifier of its own');
});

test('an import keeps the groups of symmetric copies', async () => {
  const generated = { out: at('four'), kind: getKind('sudoku-4x4'), count: 12, heldOut: 0.25, seed: 1 };
  await generateDataset(generated, new Job());
  await exportDataset(await openSource(at('four')), { ...exportPlan, out: at('copies'), augment: 5 }, new Job());
  await importDataset(await openSource(at('copies')), { out: at('again'), origin: '', heldOut: 0.1 }, new Job());
  await expectEqualFiles('copies', 'again', [...splitFiles('train'), ...splitFiles('test')]);
  expect(JSON.parse(String(await read('again', 'train/dataset.json')))).toMatchObject({ total_groups: 9 });
});

test('an import without a test split holds whole groups out', async () => {
  await rm(at('copies/digests.json'));
  await rm(at('copies/test'), { recursive: true });
  await importDataset(await openSource(at('copies')), { out: at('divided'), origin: '', heldOut: 1 / 3 }, new Job());
  const groups = async (split: string) =>
    (JSON.parse(String(await read('divided', `${split}/dataset.json`))) as { total_groups: number }).total_groups;
  expect([await groups('train'), await groups('test')]).toEqual([6, 3]);
});
