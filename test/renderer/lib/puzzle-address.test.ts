import { expect, test } from 'vitest';
import { parseAddress } from '../../../renderer/lib/puzzle-address';

test('an address is read as it is copied', () => {
  expect(parseAddress(' sudoku-4x4/test/17\n')).toEqual({ dataset: 'sudoku-4x4', split: 'test', index: 17 });
  for (const other of [
    '',
    'sudoku-4x4/test',
    'sudoku-4x4/valid/1',
    'a/b/test/3',
    'sudoku-4x4/test/-1',
    'sudoku-4x4/test/1.5',
    'typed',
  ])
    expect(parseAddress(other)).toBeNull();
});
