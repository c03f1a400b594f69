import { describe, expect, test } from 'vitest';
import { families, kindOf } from '../../../datasets/kinds/registry';
import { UnknownIdError } from '../../../datasets/unknown-id';

describe('the kinds of puzzle', () => {
  test('are found by family, and by size where there are sizes', () => {
    for (const { id, sizes } of families)
      for (const size of sizes ? [sizes.least, sizes.usual, sizes.most] : ['']) {
        const name = sizes ? `${id}-${size}` : id;
        expect(kindOf(name).id).toBe(name);
        expect(kindOf(name)).toBe(kindOf(name));
      }
  });

  test('have an id of their own each', () => {
    expect(new Set(families.map(({ id }) => id)).size).toBe(families.length);
  });

  test.each([
    'maze',
    'maze-4',
    'maze-31',
    'maze-011',
    'maze-1e1',
    'maze-11.0',
    'maze- 11',
    'sudoku',
    'sudoku-4x4-1',
    '',
    'toString',
    '__proto__',
  ])('no kind is called %j', (id) => {
    expect(() => kindOf(id)).toThrow(UnknownIdError);
    expect(() => kindOf(id)).toThrow(
      `unknown kind of puzzle "${id}"; known: sudoku-4x4, sudoku-6x6, sudoku-9x9, maze-5 to maze-30, nonogram-4 to nonogram-10, queens-4 to queens-12, numberlink-4 to numberlink-7`,
    );
  });
});
