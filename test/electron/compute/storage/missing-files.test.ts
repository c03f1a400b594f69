import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ifExists, readdirIfExists } from '../../../../electron/compute/storage/missing-files';
import { freshFolder } from '../opened-service';

test('what does not exist is null, also below a file', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, 'file'), '');
  for (const path of ['missing', 'file/below']) expect(await ifExists(stat(join(folder, path)))).toBeNull();
  expect(await ifExists(readFile(join(folder, 'file'), 'utf8'))).toBe('');
});

test('what exists but cannot be read is an error', async () => {
  await expect(ifExists(readFile(await freshFolder()))).rejects.toThrow('EISDIR');
});

test('a missing folder has no names', async () => {
  const folder = await freshFolder();
  expect(await readdirIfExists(join(folder, 'missing'))).toEqual([]);
  await mkdir(join(folder, 'inside'));
  expect(await readdirIfExists(folder)).toEqual(['inside']);
});
