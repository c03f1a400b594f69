import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson } from '../../datasets/printable';

const acting = [
  '\u001b[2J',
  '\u009b31m',
  '\u0007',
  '\r',
  '\n',
  '\u202e',
  '\u2066',
  '\u2028',
  '\ufeff',
  '\u{e0041}',
  '\ud800',
];
const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...acting)), { maxLength: 6 })
  .map((parts) => parts.join(''));

test('what a terminal would act upon is spelled out', () => {
  expect(acting.map(printable)).toEqual([
    ...[
      'U+001B[2J',
      'U+009B31m',
      'U+0007',
      'U+000D',
      'U+000A',
      'U+202E',
      'U+2066',
      'U+2028',
      'U+FEFF',
      'U+E0041',
      'U+D800',
    ],
  ]);
});

test('visible text stays, emoji and scripts that need joiners included', () => {
  for (const visible of ['Sudoku 9×9 „Übung“', '数独', '👩‍🏫', 'می‌خواهم', 'a\u00a0b'])
    expect(printable(visible)).toBe(visible);
});

test('no text keeps control or bidirectional characters', () => {
  fc.assert(
    fc.property(text, (any) => {
      expect(printable(any)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('JSON keeps its value and has no such character', () => {
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const json = printableJson(JSON.stringify(value));
      expect(JSON.parse(json)).toEqual(value);
      expect(json).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    }),
  );
});
