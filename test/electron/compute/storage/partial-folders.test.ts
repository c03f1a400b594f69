import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findWriter, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { removePartialFolders } from '../../../../electron/compute/storage/partial-folders';
import { formatEnglish } from '../../../../renderer/messages/english';
import { freshFolder, openService } from '../opened-service';

let folder: string;
beforeEach(async () => {
  folder = await freshFolder();
  await mkdir(join(folder, 'runs'));
});
afterEach(() => rm(folder, { recursive: true }));

const random = '0123456789abcdef';
/** The id of a process that has ended. */
const endedProcess = (): number => Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));

async function leave(name: string): Promise<void> {
  await mkdir(join(folder, 'runs', name, 'checkpoints'), { recursive: true });
  await writeFile(join(folder, 'runs', name, 'checkpoints', 'step-1.safetensors'), Buffer.alloc(4096));
}
const entries = () => readdir(join(folder, 'runs'));
const remove = async () =>
  (await removePartialFolders(folder)).map(({ folder: name, reason }) => `${name}: ${formatEnglish(reason)}`);

test('a folder that is being written has a name that nobody can foresee', async () => {
  const names: string[] = [];
  for (const run of ['one', 'one-2'])
    await writeNewFolder(join(folder, 'runs', run), async () => {
      names.push(...(await entries()).filter((name) => name.endsWith('.partial')));
      expect(await remove()).toEqual([]);
    });
  const [first, second] = names.map((name) => name.split('.').at(-2));
  const own = { pid: process.pid, isElsewhere: false };
  expect(names.map(findWriter)).toEqual([own, own]);
  expect(first).toMatch(/^[0-9a-f]{16}$/u);
  expect(first).not.toBe(second);
});

test('folders of ended processes are removed and reported once', async () => {
  const pid = endedProcess();
  await Promise.all([
    leave(`old.${pid}.partial`),
    leave(`new.${pid}.${random}.partial`),
    leave('whole'),
    leave('whole.partial'),
  ]);
  expect((await remove()).sort()).toEqual([
    `new.${pid}.${random}.partial: interrupted while it was being written; the incomplete folder (4 kB) was removed`,
    `old.${pid}.partial: interrupted while it was being written; the incomplete folder (4 kB) was removed`,
  ]);
  expect((await entries()).sort()).toEqual(['whole', 'whole.partial']);
  expect(await remove()).toEqual([]);
});

test('folders of running processes stay, and those of before a process with the same id do not', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  await once(other, 'spawn');
  await Promise.all([leave(`a.${other.pid}.${random}.partial`), leave(`b.${process.pid}.${random}.partial`)]);
  expect(await remove()).toEqual([]);
  const before = new Date(Date.now() - process.uptime() * 1000 - 60_000);
  for (const path of ['', 'checkpoints/step-1.safetensors'])
    await utimes(join(folder, 'runs', `b.${process.pid}.${random}.partial`, path), before, before);
  expect(await remove()).toHaveLength(1);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await remove()).toHaveLength(1);
});

test('a folder of another computer, where the process id means another process, stays until nothing was written for a day', async () => {
  const name = `far.${endedProcess()}.${'0'.repeat(8)}.${random}.partial`;
  await leave(name);
  const age = async (...paths: string[]) => {
    const before = new Date(Date.now() - 25 * 3600 * 1000);
    for (const path of paths) await utimes(join(folder, 'runs', name, path), before, before);
  };
  expect(findWriter(name)).toMatchObject({ isElsewhere: true });
  expect(await remove()).toEqual([]);
  // A file is written while its folders stay as they are.
  await age('', 'checkpoints');
  expect(await remove()).toEqual([]);
  await age('checkpoints/step-1.safetensors');
  expect(await remove()).toHaveLength(1);
});

test('the name of a partial folder does not tell the name of the computer', async () => {
  await writeNewFolder(join(folder, 'runs', 'one'), async () => {
    expect((await entries()).join()).toMatch(/^one\.\d+\.[\da-f]{8}\.[\da-f]{16}\.partial$/u);
  });
});

test.skipIf(process.platform === 'win32')('what a link leads to stays', async () => {
  await writeFile(join(folder, 'mine'), '');
  await symlink(folder, join(folder, 'runs', `link.${endedProcess()}.${random}.partial`));
  expect(await remove()).toHaveLength(1);
  expect(await readdir(folder)).toContain('mine');
});

test('the window reports them with the runs that cannot be read, also after a reload, until the next start', async () => {
  const name = `run.${endedProcess()}.${random}.partial`;
  await leave(name);
  const lab = await openService({ folder });
  try {
    expect(await lab.ask('listUnreadableRuns', {})).toMatchObject([{ folder: name }]);
    expect(await lab.ask('listUnreadableRuns', {})).toMatchObject([{ folder: name }]);
    expect(await entries()).toEqual([]);
    const next = await openService({ folder });
    expect(await next.ask('listUnreadableRuns', {})).toEqual([]);
  } finally {
    await lab.close();
    // Deleted with the service.
    await mkdir(folder);
  }
});
