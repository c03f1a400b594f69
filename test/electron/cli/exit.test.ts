import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { formatError } from '../../../electron/cli/exit';

const diskError = (code: string, path: string): Error => Object.assign(new Error(`${code}: raw`), { code, path });

test('errors of the disk name the path and what to do', () => {
  expect(formatError(diskError('EACCES', '/data/models'))).toBe(
    'cannot use /data/models: no permission. Give your user account permission to read and write there',
  );
  expect(formatError(diskError('ENOENT', 'no/new'))).toBe('cannot use no/new: the parent folder does not exist');
});

test('other errors are their message; those of Commander were printed already', () => {
  expect(formatError(new Error('one\ntwo'))).toBe('one');
  expect(formatError('text')).toBe('text');
  expect(formatError(null)).toBe('null');
  expect(formatError(new CommanderError(1, 'code', 'printed'))).toBeNull();
});
