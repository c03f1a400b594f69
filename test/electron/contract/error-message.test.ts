import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorMessage } from '../../../electron/contract/error-message';

const diskError = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: something, open '${path}'`), { code, ...(path && { path }) });

test('an error of the disk names what cannot be used and why', async () => {
  const missing = await readFile('/no/such/file').catch((error: unknown) => error);
  expect(errorMessage(missing)).toBe('cannot use /no/such/file: the folder above it does not exist');
  expect(errorMessage(diskError('EROFS', '/models'))).toBe('cannot use /models: the folder is read-only');
});

test('a full disk is named even where the path is not known', () => {
  expect(errorMessage(diskError('ENOSPC'))).toBe('the disk is full');
});

test('an unusual code keeps its own words', () => {
  expect(errorMessage(diskError('EMFILE', '/models'))).toBe("EMFILE: something, open '/models'");
});

test.each([
  [new RangeError('too long\nby far'), 'too long'],
  ['just text', 'just text'],
  [undefined, 'undefined'],
])('anything else is its first line', (error, expected) => expect(errorMessage(error)).toBe(expected));
