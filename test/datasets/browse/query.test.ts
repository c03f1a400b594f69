import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, rowOfAddress } from '../../../datasets/browse/query';

describe('the address of a row', () => {
  test('leads back to it, in full or in part', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trimStart() === text);
    fc.assert(
      fc.property(name, fc.constantFrom('train', 'test'), fc.nat(10_000_000), (set, split, row) => {
        const place = { set, split };
        for (const text of [addressOf(place, row), `${split}/${row}`, String(row)])
          expect(rowOfAddress(text, place, row + 1)).toBe(row);
        expect(rowOfAddress(addressOf(place, row), place, row)).toBeNull();
        expect(rowOfAddress(addressOf({ set: `${set}!`, split }, row), place, row + 1)).toBeNull();
      }),
    );
  });

  test.each(['007', '-1', '1.5', '12x', 'train/', '/3', '1e3'])('is not "%s"', (text) => {
    expect(rowOfAddress(text, { set: 'mine', split: 'train' }, 10_000)).toBeNull();
  });
});
