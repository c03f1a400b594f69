import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fit } from '../../../../renderer/app/palette/match';

const best = (query: string, texts: readonly string[]) =>
  [...texts]
    .filter((text) => fit(query, text) !== null)
    .sort((one, other) => (fit(query, other) ?? 0) - (fit(query, one) ?? 0))[0];

test('letters in their order fit, others do not', () => {
  expect(fit('ntr', 'New training')).not.toBeNull();
  expect(fit('rtn', 'New training')).toBeNull();
  expect(fit('', 'anything')).toBe(0);
});

test('words fit in any order, and signs above letters are no hindrance', () => {
  expect(fit('training new', 'New training')).not.toBeNull();
  expect(fit('resume', 'Résumé')).not.toBeNull();
});

test.each([
  ['train', ['Restrain all', 'Train on Sudoku', 'The rain in time']],
  ['dt', ['Undated things', 'Dark theme']],
  ['set', ['Resettle', 'Settings']],
])('beginnings of words count most: %s', (query, texts) => {
  const expected =
    texts.find((text) =>
      text
        .toLowerCase()
        .split(' ')
        .map((word) => word[0])
        .join('')
        .startsWith(query),
    ) ?? texts.find((text) => text.toLowerCase().startsWith(query));
  expect(best(query, texts)).toBe(expected);
});

test('every text is found by itself, by any of its beginnings, and by each of its words', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,8}$/u), { minLength: 1, maxLength: 4 }),
      fc.nat(30),
      (words, cut) => {
        const text = words.join(' ');
        expect(fit(text, text)).not.toBeNull();
        expect(fit(text.slice(0, cut), text)).not.toBeNull();
        for (const word of words) expect(fit(word, text)).not.toBeNull();
      },
    ),
  );
});
