import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorMessage } from '../../../electron/contract/error-message';

const diskError = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: something, open '${path}'`), { code, ...(path && { path }) });

test('a disk error names the path and the reason', async () => {
  const missing = await readFile('/no/such/file').catch((error: unknown) => error);
  expect(errorMessage(missing)).toBe('cannot use /no/such/file: the parent folder does not exist');
  expect(errorMessage(diskError('EROFS', '/models'))).toBe('cannot use /models: the folder is read-only');
});

test('a link that leads to itself has a sentence', () => {
  expect(errorMessage(diskError('ELOOP', '/a'))).toBe('cannot use /a: it is a link that leads to itself');
});

test('a name that is too long is named, and shortened', async () => {
  const found = await readFile(`/${'ä'.repeat(128)}/file`).catch((error: unknown) => error);
  expect(errorMessage(found)).toBe(`the name “${'ä'.repeat(40)}…” is too long (256 bytes): choose a shorter one`);
  const whole = await readFile('/long'.repeat(1000)).catch((error: unknown) => error);
  expect(errorMessage(whole)).toBe('a name or a path is too long');
  expect(errorMessage(diskError('ENAMETOOLONG'))).toBe('a name or a path is too long');
});

test('ENOSPC without a path is reported as a full disk', () => {
  expect(errorMessage(diskError('ENOSPC'))).toBe('the disk is full');
});

test('an unknown error code keeps the original message', () => {
  expect(errorMessage(diskError('EMFILE', '/models'))).toBe("EMFILE: something, open '/models'");
});

test.each([
  [new RangeError('too long\nby far'), 'too long'],
  ['just text', 'just text'],
  [undefined, 'undefined'],
])('an error without a code is reported by its first line', (error, expected) =>
  expect(errorMessage(error)).toBe(expected),
);
