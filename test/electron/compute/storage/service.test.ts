/** The data folder as the window sees it: measured, emptied of its trash, copied elsewhere. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder, openService, type OpenedService } from '../opened-service';
import { formatEnglish } from '../../../../renderer/messages/english';

let lab: OpenedService;
let elsewhere: string;
beforeAll(async () => {
  [lab, elsewhere] = [await openService(), await freshFolder()];
  await lab.ask('generateDataset', { name: 'Small', kind: 'sudoku-4x4', count: 20, heldOut: 0.5, seed: 1 });
});
afterAll(async () => {
  await lab.close();
  rmSync(elsewhere, { recursive: true });
});

const usage = async (name: string) => (await lab.ask('getDiskUsage', {})).folders.find(({ folder }) => folder === name);

test('what was made takes room under its part, and what was deleted in the trash until that is emptied', async () => {
  const made = await usage('datasets');
  expect(made).toMatchObject({ entries: 1 });
  expect(made?.bytes).toBeGreaterThan(500);
  await lab.ask('deleteDataset', { dataset: 'small' });
  expect(await usage('datasets')).toEqual({ folder: 'datasets', entries: 0, bytes: 0 });
  expect(await usage('trash')).toEqual({ folder: 'trash', entries: 1, bytes: made?.bytes });
  const trashId = readdirSync(join(lab.folder, 'trash'))[0]!;
  await lab.ask('emptyTrash', {});
  expect(await usage('trash')).toEqual({ folder: 'trash', entries: 0, bytes: 0 });
  await expect(lab.ask('restoreFromTrash', { trashId })).rejects.toThrow(/no longer in the trash/u);
});

test('a copy elsewhere is whole, tells how far it is, and is found to be no place for a second', async () => {
  await lab.ask('generateDataset', { name: 'Kept', kind: 'sudoku-4x4', count: 20, heldOut: 0.5, seed: 1 });
  const { bytes } = await lab.ask('getDiskUsage', {});
  const looked = await lab.ask('checkDataFolder', { path: elsewhere });
  expect(looked).toMatchObject({ folder: join(elsewhere, 'TRM Puzzle Lab'), bytes, reason: null });
  const copied = await lab.ask('copyDataFolder', { path: looked.folder, job: 'moving' });
  expect(copied).toMatchObject({ folder: looked.folder, bytes });
  expect(readdirSync(join(copied.folder, 'datasets/kept'))).toEqual(readdirSync(join(lab.folder, 'datasets/kept')));
  const { reason } = await lab.ask('checkDataFolder', { path: elsewhere });
  expect(formatEnglish(reason!)).toMatch(/is not empty/u);
  expect(existsSync(`${copied.folder}.moving`)).toBe(false);
});

test('a folder that cannot be copied to is refused with the reason before anything is written', async () => {
  const second = await openService({ freeBytes: () => Promise.resolve(1000) });
  await expect(second.ask('copyDataFolder', { path: elsewhere })).rejects.toThrow(
    /^the data cannot be copied: .*(?:is not empty|are free)$/u,
  );
  expect(readdirSync(elsewhere)).toEqual(['TRM Puzzle Lab']);
  await second.close();
});
