import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, MigrationLock, withReadOnlyGuard } from '../../../../electron/compute/storage/locks';
import type { Handlers } from '../../../../electron/contract/contract';
import { freshFolder } from '../opened-service';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await freshFolder();
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const take = () => acquireLock(path, () => new Error('taken'));

test('one holds it at a time, and who gives it back gives it once', async () => {
  const release = await take();
  await expect(take()).rejects.toThrow('taken');
  await release();
  const again = await take();
  await release();
  await expect(readFile(path, 'utf8')).resolves.toMatch(/^\d+/u);
  await again();
});

test('a process that lives holds it, one that was killed does not', async () => {
  const other = spawn(process.execPath, [
    '-e',
    `require('fs').writeFileSync(${JSON.stringify(path)}, String(process.pid)); setInterval(() => {}, 1000); console.log('ready')`,
  ]);
  await once(other.stdout, 'data');
  await expect(take()).rejects.toThrow('taken');
  other.kill('SIGKILL');
  await once(other, 'exit');
  await (
    await take()
  )();
});

test('a number that is another process by now counts for nothing, nor one of before the machine was started', async () => {
  await writeFile(path, `${process.ppid} 1`);
  if (process.platform === 'linux') await (await take())();
  await writeFile(path, String(process.ppid));
  await expect(take()).rejects.toThrow('taken');
  await utimes(path, new Date(0), new Date(0));
  await (
    await take()
  )();
});

test('a file that says nothing is waited for only as long as writing takes', async () => {
  await writeFile(path, '');
  await expect(take()).rejects.toThrow('taken');
  await utimes(path, new Date(Date.now() - 10_000), new Date(Date.now() - 10_000));
  await (
    await take()
  )();
});

const held = () => {
  let release = (): void => undefined;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { done, release };
};

test('while the data are copied nothing is changed; a copy that failed lets go', async () => {
  const moving = new MigrationLock();
  const copy = held();
  const copying = moving.copy(async () => {
    await copy.done;
    throw new Error('no room');
  });
  await expect(moving.change(() => 1)).rejects.toThrow(/are being moved/u);
  copy.release();
  await expect(copying).rejects.toThrow('no room');
  expect(await moving.change(() => 1)).toBe(1);
});

test('a copy that succeeded stays the last word', async () => {
  const moving = new MigrationLock();
  await moving.copy(() => Promise.resolve());
  await expect(moving.change(() => 1)).rejects.toThrow(/are being moved/u);
  await expect(moving.copy(() => Promise.resolve())).rejects.toThrow(/are being moved/u);
});

test('what is being changed ends first, also when it fails', async () => {
  const moving = new MigrationLock();
  const work = held();
  const changing = moving.change(() => work.done.then(() => Promise.reject(new Error('late'))));
  await expect(moving.copy(() => Promise.resolve())).rejects.toThrow(/move the data when it is done/u);
  work.release();
  await expect(changing).rejects.toThrow('late');
  expect(await moving.copy(() => Promise.resolve(2))).toBe(2);
});

test('requests that only look are answered meanwhile, others are refused', async () => {
  const moving = new MigrationLock();
  const handlers = {
    getLabInfo: () => ({}),
    listModels: () => [],
    deleteModel: () => ({ trashId: '' }),
    copyDataFolder: () => moving.copy(async () => ({})),
  } as unknown as Handlers;
  const { signal } = new AbortController();
  const guards = withReadOnlyGuard(handlers, Promise.resolve(null), moving);
  await guards.copyDataFolder({ path: '/there' }, signal);
  expect(await guards.listModels({}, signal)).toEqual([]);
  await expect(guards.deleteModel({ model: 'a' }, signal)).rejects.toThrow(/are being moved/u);
});
