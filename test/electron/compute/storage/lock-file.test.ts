import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, isOwnLock, withLock } from '../../../../electron/compute/storage/lock-file';
import { freshFolder } from '../opened-service';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await freshFolder();
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const acquire = () => acquireLock(path, () => new Error('taken'));

test('a lock is held once at a time, and a second release does not affect a new lock', async () => {
  const release = await acquire();
  await expect(acquire()).rejects.toThrow('taken');
  await release();
  const again = await acquire();
  await release();
  await expect(readFile(path, 'utf8')).resolves.toMatch(/^\d+/u);
  await again();
});

test.skipIf(process.platform === 'win32').each<[string, () => unknown]>([
  ['a pipe', () => execFileSync('mkfifo', [path])],
  ['a device', () => symlink('/dev/zero', path)],
  ['larger than any lock', () => writeFile(path, '1'.repeat(2 ** 20))],
])('what is %s in the place of a lock locks nothing', async (_, make) => {
  await make();
  execFileSync('touch', ['-h', '-t', '202601010000', path]);
  await (
    await acquire()
  )();
});

test('a running process holds the lock, a killed one does not', async () => {
  const other = spawn(process.execPath, [
    '-e',
    `require('fs').writeFileSync(${JSON.stringify(path)}, String(process.pid)); setInterval(() => {}, 1000); console.log('ready')`,
  ]);
  await once(other.stdout, 'data');
  await expect(acquire()).rejects.toThrow('taken');
  other.kill('SIGKILL');
  await once(other, 'exit');
  await (
    await acquire()
  )();
});

test('one of several callers replaces the lock of a process that has ended', async () => {
  await writeFile(path, String(2 ** 22 + 1));
  const releases = (await Promise.allSettled([acquire(), acquire(), acquire(), acquire()])).flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  expect(releases).toHaveLength(1);
  expect(await isOwnLock(path)).toBe(true);
  await releases[0]!();
});

test('a lock with a reused process id, or from before the last boot, is ignored', async () => {
  await writeFile(path, `${process.ppid} 1`);
  if (process.platform === 'linux') await (await acquire())();
  await writeFile(path, String(process.ppid));
  await expect(acquire()).rejects.toThrow('taken');
  await utimes(path, new Date(0), new Date(0));
  await (
    await acquire()
  )();
});

test('a change of the clock does not free a lock, and a restart of the computer does', async () => {
  const other = spawn(process.execPath, ['-e', "setInterval(() => {}, 1000); console.log('ready')"]);
  await once(other.stdout, 'data');
  const start = /^.*\) (?:\S+ ){19}(\d+)/su.exec(await readFile(`/proc/${other.pid}/stat`, 'utf8'))?.[1];
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  await writeFile(path, `${other.pid} ${start} ${boot}`);
  await utimes(path, new Date(0), new Date(0));
  await expect(acquire()).rejects.toThrow('taken');
  await writeFile(path, `${other.pid} ${start} ${randomUUID()}`);
  await (
    await acquire()
  )();
  other.kill('SIGKILL');
});

test('changes under a lock follow one another, also those of several processes', async () => {
  const count = join(folder, 'count');
  await writeFile(count, '0');
  const increment = () =>
    withLock(path, async () => {
      const before = Number(await readFile(count, 'utf8'));
      await delay(1);
      await writeFile(count, String(before + 1));
    });
  await Promise.all(Array.from({ length: 12 }, increment));
  expect(await readFile(count, 'utf8')).toBe('12');
});

test('an empty lock file counts as locked only while it is new', async () => {
  await writeFile(path, '');
  await expect(acquire()).rejects.toThrow('taken');
  await utimes(path, new Date(Date.now() - 10_000), new Date(Date.now() - 10_000));
  await (
    await acquire()
  )();
});
