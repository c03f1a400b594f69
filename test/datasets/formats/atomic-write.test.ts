/** Files and folders that are written completely or not at all. */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ExistsError,
  isTemporaryName,
  writeAtomically,
  writeNewFile,
  writeNewFolder,
} from '../../../datasets/formats/atomic-write';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function* failing(): AsyncGenerator<string> {
  yield 'half';
  throw new Error('the source ended');
}

test('writeAtomically replaces a file with text, bytes or parts, and leaves no temporary file', async () => {
  const file = join(folder, 'run.json');
  for (const content of [
    'first',
    new TextEncoder().encode('second'),
    ['thi', 'rd'],
    [Buffer.from('fou'), Buffer.from('rth')],
  ]) {
    await writeAtomically(file, content);
    expect(await readdir(folder)).toEqual(['run.json']);
  }
  expect(await readFile(file, 'utf8')).toBe('fourth');
});

test('a shorter content replaces a longer one completely', async () => {
  const file = join(folder, 'a.txt');
  await writeAtomically(file, 'x'.repeat(1000));
  await writeAtomically(file, 'y');
  expect(await readFile(file, 'utf8')).toBe('y');
});

test('a failing source leaves the old file unchanged', async () => {
  const file = join(folder, 'a.txt');
  await writeFile(file, 'old');
  await expect(writeAtomically(file, failing())).rejects.toThrow('the source ended');
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('concurrent writes of one file run in order, and the last one wins', async () => {
  const file = join(folder, 'a.txt');
  await Promise.all(['1', '2', '3'].map((text) => writeAtomically(file, text)));
  expect(await readFile(file, 'utf8')).toBe('3');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test.skipIf(process.platform === 'win32')('writeAtomically keeps the file mode', async () => {
  const file = join(folder, 'a.txt');
  await writeFile(file, 'old');
  await chmod(file, 0o600);
  await writeAtomically(file, 'new');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a missing folder is an error that names the file', async () => {
  const error = await writeAtomically(join(folder, 'no', 'a.txt'), 'x').catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'ENOENT' });
  expect((error as NodeJS.ErrnoException).path).toContain(join(folder, 'no', 'a.txt'));
});

test('writeNewFile creates parent folders, and rejects an existing file', async () => {
  const file = join(folder, 'some', 'where', 'a.txt');
  await writeNewFile(file, ['a', 'b']);
  expect(await readFile(file, 'utf8')).toBe('ab');
  await expect(writeNewFile(file, ['c'])).rejects.toThrow(ExistsError);
  expect(await readFile(file, 'utf8')).toBe('ab');
});

test('writeNewFile does not overwrite a file that appears during the write', async () => {
  const file = join(folder, 'a.txt');
  const parts = async function* () {
    yield 'ours';
    await writeFile(file, 'theirs');
  };
  await expect(writeNewFile(file, parts())).rejects.toThrow(ExistsError);
  expect(await readFile(file, 'utf8')).toBe('theirs');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('writeNewFolder creates the folder only if filling it succeeds', async () => {
  const path = join(folder, 'deep', 'set');
  await expect(
    writeNewFolder(path, async (temporary) => {
      await writeFile(join(temporary, 'a'), '');
      throw new Error('no more');
    }),
  ).rejects.toThrow('no more');
  expect(await readdir(join(folder, 'deep'))).toEqual([]);
  await writeNewFolder(path, (temporary) => writeFile(join(temporary, 'a'), ''));
  expect(await readdir(path)).toEqual(['a']);
  await expect(writeNewFolder(path, () => Promise.resolve())).rejects.toThrow(ExistsError);
});

test('isTemporaryName recognises temporary names', () => {
  const names = ['run.json', 'run.json.1234567', 'step-9.safetensors.42', 'run.json.1-1.tmp', 'step-9.safetensors'];
  expect(names.filter(isTemporaryName)).toEqual(['run.json.1234567', 'step-9.safetensors.42', 'run.json.1-1.tmp']);
});
