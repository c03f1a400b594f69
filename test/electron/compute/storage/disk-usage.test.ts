import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { freeBytes, freeBytesFor } from '../../../../electron/compute/storage/disk-usage';

test('freeBytes returns a plausible value', async () => {
  const free = await freeBytes(tmpdir());
  expect(free).toBeGreaterThan(0);
  expect(free).toBeLessThan(2 ** 60);
});

test('freeBytesFor uses the nearest existing folder for a missing one', async () => {
  const missing = join(tmpdir(), 'not', 'there', 'at all');
  expect(await freeBytes(missing)).toBeNull();
  const requested: string[] = [];
  const free = (folder: string) => {
    requested.push(folder);
    return Promise.resolve(folder === tmpdir() ? 7 : null);
  };
  expect(await freeBytesFor(missing, free)).toBe(7);
  expect(requested).toEqual([missing, join(tmpdir(), 'not', 'there'), join(tmpdir(), 'not'), tmpdir()]);
});

test('freeBytesFor returns null if no folder reports its free space', async () => {
  expect(await freeBytesFor('/a/b', () => Promise.resolve(null))).toBeNull();
});
