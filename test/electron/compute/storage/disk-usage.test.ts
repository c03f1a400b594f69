import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { freeBytes, freeBytesFor } from '../../../../electron/compute/storage/disk-usage';

test('a disk has some room, and less than a disk can have', async () => {
  const free = await freeBytes(tmpdir());
  expect(free).toBeGreaterThan(0);
  expect(free).toBeLessThan(2 ** 60);
});

test('a folder that is not there tells nothing, and has the room of the one above it', async () => {
  const missing = join(tmpdir(), 'not', 'there', 'at all');
  expect(await freeBytes(missing)).toBeNull();
  const asked: string[] = [];
  const free = (folder: string) => {
    asked.push(folder);
    return Promise.resolve(folder === tmpdir() ? 7 : null);
  };
  expect(await freeBytesFor(missing, free)).toBe(7);
  expect(asked).toEqual([missing, join(tmpdir(), 'not', 'there'), join(tmpdir(), 'not'), tmpdir()]);
});

test('where no folder tells, nobody knows', async () => {
  expect(await freeBytesFor('/a/b', () => Promise.resolve(null))).toBeNull();
});
