/** The data folder through the compute service: disk usage, trash and migration. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder, openService, type OpenedService } from '../opened-service';
import { formatEnglish } from '../../../../renderer/messages/english';

let lab: OpenedService;
let target: string;
beforeAll(async () => {
  [lab, target] = [await openService(), await freshFolder()];
  await lab.ask('generateDataset', { name: 'Small', kind: 'sudoku-4x4', count: 20, heldOut: 0.5, seed: 1 });
});
afterAll(async () => {
  await lab.close();
  rmSync(target, { recursive: true });
});

const usage = async (name: string) => (await lab.ask('getDiskUsage', {})).folders.find(({ folder }) => folder === name);

test('getDiskUsage counts datasets and, until emptyTrash, deleted ones in the trash', async () => {
  const created = await usage('datasets');
  expect(created).toMatchObject({ entries: 1 });
  expect(created?.bytes).toBeGreaterThan(500);
  await lab.ask('deleteDataset', { dataset: 'small' });
  expect(await usage('datasets')).toEqual({ folder: 'datasets', entries: 0, bytes: 0 });
  expect(await usage('trash')).toEqual({ folder: 'trash', entries: 1, bytes: created?.bytes });
  const trashId = readdirSync(join(lab.folder, 'trash'))[0]!;
  await lab.ask('emptyTrash', {});
  expect(await usage('trash')).toEqual({ folder: 'trash', entries: 0, bytes: 0 });
  await expect(lab.ask('restoreFromTrash', { trashId })).rejects.toThrow(/no longer in the trash/u);
});

test('copyDataFolder copies all data into a folder, which checkDataFolder then rejects', async () => {
  await lab.ask('generateDataset', { name: 'Kept', kind: 'sudoku-4x4', count: 20, heldOut: 0.5, seed: 1 });
  const { bytes } = await lab.ask('getDiskUsage', {});
  const checked = await lab.ask('checkDataFolder', { path: target });
  expect(checked).toMatchObject({ folder: join(target, 'TRM Puzzle Lab'), bytes, reason: null });
  const copied = await lab.ask('copyDataFolder', { path: checked.folder, job: 'moving' });
  expect(copied).toMatchObject({ folder: checked.folder, bytes });
  expect(readdirSync(join(copied.folder, 'datasets/kept'))).toEqual(readdirSync(join(lab.folder, 'datasets/kept')));
  const { reason } = await lab.ask('checkDataFolder', { path: target });
  expect(formatEnglish(reason!)).toMatch(/is not empty/u);
  expect(existsSync(`${copied.folder}.moving`)).toBe(false);
});

test('copyDataFolder rejects an unsuitable folder before it writes anything', async () => {
  const second = await openService({ freeBytes: () => Promise.resolve(1000) });
  await expect(second.ask('copyDataFolder', { path: target })).rejects.toThrow(
    /^the data cannot be copied: .*(?:is not empty|are free)$/u,
  );
  expect(readdirSync(target)).toEqual(['TRM Puzzle Lab']);
  await second.close();
});
