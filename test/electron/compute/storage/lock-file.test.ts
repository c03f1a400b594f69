import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock } from '../../../../electron/compute/storage/lock-file';
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
