import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunStore } from '../../../../electron/compute/runs/run-store';
import { freshFolder } from '../opened-service';
import { exampleRecord } from './examples';

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = await freshFolder();
  store = new RunStore(folder);
  await store.create(exampleRecord);
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'run.json'), text);
}

test('a run that can be read is not among those that cannot, nor is a folder without a record', async () => {
  await mkdir(join(folder, 'holiday-pictures'));
  expect(await store.unreadable()).toEqual([]);
});

test('a run of a newer lab is told with that reason, and so is a damaged one', async () => {
  const record = await readFile(join(folder, 'run-1', 'run.json'), 'utf8');
  await put('newer', record.replace('"format": 1', '"format": 99'));
  await put('torn', record.slice(0, 40));
  await put('moved', record);
  expect(await store.unreadable()).toEqual([
    { folder: 'moved', why: 'it holds the run "run-1", which belongs in a folder of that name' },
    {
      folder: 'newer',
      why: expect.stringMatching(
        /^newer[\\/]run\.json was written by a newer lab \([^)]+\): this one cannot read it$/u,
      ) as string,
    },
    { folder: 'torn', why: expect.stringMatching(/expected JSON$/u) as string },
  ]);
  expect((await store.list()).map(({ runId }) => runId)).toEqual(['run-1']);
});
