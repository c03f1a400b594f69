import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRowByAddress, formatAddress, parseAddress } from '../../datasets/puzzle-address';

describe('the address of a puzzle', () => {
  test('finds its row, complete or partial', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trimStart() === text);
    const split = fc.constantFrom('train' as const, 'test' as const);
    fc.assert(
      fc.property(name, split, fc.nat(10_000_000), (dataset, split, index) => {
        const id = { dataset, split };
        for (const text of [formatAddress({ ...id, index }), `${split}/${index}`, String(index)])
          expect(findRowByAddress(text, id, index + 1)).toBe(index);
        expect(findRowByAddress(formatAddress({ ...id, index }), id, index)).toBeNull();
        const other = formatAddress({ dataset: `${dataset}!`, split, index });
        expect(findRowByAddress(other, id, index + 1)).toBeNull();
      }),
    );
  });

  test.each(['007', '-1', '1.5', '12x', 'train/', '/3', '1e3'])('does not match "%s"', (text) => {
    expect(findRowByAddress(text, { dataset: 'mine', split: 'train' }, 10_000)).toBeNull();
  });

  test('is parsed with surrounding white space', () => {
    const address = { dataset: 'sudoku-4x4', split: 'test', index: 17 } as const;
    expect(parseAddress(` ${formatAddress(address)}\n`)).toEqual(address);
  });

  test.each([
    '',
    'sudoku-4x4/test',
    'sudoku-4x4/valid/1',
    'a/b/test/3',
    'sudoku-4x4/test/-1',
    'sudoku-4x4/test/1.5',
    'typed',
  ])('is not parsed from "%s"', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});
