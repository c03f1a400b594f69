import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataFolderLock } from '../../../../electron/compute/storage/data-folder-lock';
import { acquireLock } from '../../../../electron/compute/storage/lock-file';
import { formatEnglish } from '../../../../renderer/messages/english';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'data-folder-lock-'));
  folder = join(parent, 'data');
  await mkdir(folder);
});
afterEach(() => rm(parent, { recursive: true }));

const reasonOf = async (lock: DataFolderLock): Promise<string | null> => {
  const reason = await lock.check();
  return reason === null ? null : formatEnglish(reason);
};

/** A process that holds the lock until it is killed. */
async function lockElsewhere(): Promise<ChildProcess> {
  const file = JSON.stringify(join(folder, 'lab.lock'));
  const code = `require('fs').writeFileSync(${file}, String(process.pid)); setInterval(() => {}, 1000); console.log('ready')`;
  const other = spawn(process.execPath, ['-e', code]);
  await once(other.stdout, 'data');
  return other;
}

test('locks the folder once and keeps it', async () => {
  const lock = new DataFolderLock(folder);
  expect([await reasonOf(lock), await reasonOf(lock)]).toEqual([null, null]);
  expect(await readdir(folder)).toEqual(['lab.lock']);
  await expect(acquireLock(join(folder, 'lab.lock'), () => new Error('taken'))).rejects.toThrow('taken');
});

test('names another process as the reason until that has ended', async () => {
  const other = await lockElsewhere();
  const lock = new DataFolderLock(folder);
  expect(await reasonOf(lock)).toBe('the data folder is in use by another instance');
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await reasonOf(lock)).toBeNull();
});

test('a folder that was renamed is missing and not created again; it is locked when it is back', async () => {
  const lock = new DataFolderLock(folder);
  await lock.check();
  await rename(folder, join(parent, 'away'));
  expect(await reasonOf(lock)).toContain(`the data folder ${folder} cannot be found`);
  expect(await readdir(parent)).toEqual(['away']);
  await rename(join(parent, 'away'), folder);
  expect(await reasonOf(lock)).toBeNull();
});

test('another folder in its place, as below the mount point of a drive, is not taken for it', async () => {
  const lock = new DataFolderLock(folder);
  await lock.check();
  await rename(folder, join(parent, 'away'));
  await mkdir(folder);
  expect(await reasonOf(lock)).toContain('cannot be found');
  expect(await readdir(folder)).toEqual([]);
});

test('a lock file that was removed is written again', async () => {
  const lock = new DataFolderLock(folder);
  await lock.check();
  await rm(join(folder, 'lab.lock'));
  expect(await reasonOf(lock)).toBeNull();
  expect(await readdir(folder)).toEqual(['lab.lock']);
});

test('a lock that another process has taken meanwhile is respected', async () => {
  const lock = new DataFolderLock(folder);
  await lock.check();
  const other = await lockElsewhere();
  expect(await reasonOf(lock)).toBe('the data folder is in use by another instance');
  other.kill('SIGKILL');
});

test('a folder that is missing from the start is not created', async () => {
  const missing = join(parent, 'stick', 'data');
  expect(await reasonOf(new DataFolderLock(missing))).toContain(`the data folder ${missing} cannot be found`);
  expect(await readdir(parent)).toEqual(['data']);
});

// The administrator may write everywhere; test/e2e/read-only.test.ts takes that right away.
test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a folder without permission, or that cannot be created, is named with the reason',
  async () => {
    await chmod(folder, 0o555);
    for (const path of [folder, join(folder, 'new')])
      expect(await reasonOf(new DataFolderLock(path))).toBe(`the data folder ${path} cannot be written: no permission`);
    await chmod(folder, 0o755);
  },
);
