import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeSetting, parseSettings } from '../../../../renderer/features/models/missing-settings';

test('describeSetting returns a label, or the name of an unknown setting', () => {
  expect(describeSetting('num_heads')).toEqual({ name: 'num_heads', label: 'Attention heads', options: null });
  expect(describeSetting('pos_encodings').options).toEqual(['rope', 'learned', 'none']);
  expect(describeSetting('width_of_things').label).toBe('width_of_things');
});

test('parseSettings reads integers as numbers and options as text', () => {
  const names = ['num_heads', 'pos_encodings'];
  expect(parseSettings(names, { num_heads: ' 4 ', pos_encodings: 'rope' })).toEqual({
    num_heads: 4,
    pos_encodings: 'rope',
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), (cells) => {
      expect(parseSettings(['seq_len'], { seq_len: String(cells) })).toEqual({ seq_len: cells });
    }),
  );
});

test.each([
  {},
  { num_heads: '' },
  { num_heads: '0' },
  { num_heads: '-2' },
  { num_heads: '2.5' },
  { num_heads: '1e3' },
  { num_heads: 'four' },
])('parseSettings rejects %j as a number of heads', (answers) => {
  expect(parseSettings(['num_heads'], answers)).toBeNull();
});

test('parseSettings rejects an unknown position encoding', () => {
  expect(parseSettings(['pos_encodings'], { pos_encodings: 'sideways' })).toBeNull();
});
