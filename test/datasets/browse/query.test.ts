import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, findRowByAddress } from '../../../datasets/browse/query';

describe('the address of a row', () => {
  test('leads back to it, in full or in part', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trimStart() === text);
    fc.assert(
      fc.property(name, fc.constantFrom('train', 'test'), fc.nat(10_000_000), (set, split, row) => {
        const place = { set, split };
        for (const text of [formatAddress(place, row), `${split}/${row}`, String(row)])
          expect(findRowByAddress(text, place, row + 1)).toBe(row);
        expect(findRowByAddress(formatAddress(place, row), place, row)).toBeNull();
        expect(findRowByAddress(formatAddress({ set: `${set}!`, split }, row), place, row + 1)).toBeNull();
      }),
    );
  });

  test.each(['007', '-1', '1.5', '12x', 'train/', '/3', '1e3'])('is not "%s"', (text) => {
    expect(findRowByAddress(text, { set: 'mine', split: 'train' }, 10_000)).toBeNull();
  });
});
