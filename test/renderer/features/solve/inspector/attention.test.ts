import { expect, test } from 'vitest';
import { trimCache } from '../../../../../renderer/features/solve/inspector/attention.svelte';

/** An entry with this number of numbers, in rows of 2^16. */
const entry = (name: string, numbers: number) => {
  const row = Array.from({ length: Math.min(numbers, 2 ** 16) }, () => 0);
  return { name, rows: Array.from({ length: Math.ceil(numbers / 2 ** 16) }, () => [row]) };
};
const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);

test('the cache keeps the latest cells, fewer of a long solve, and always the last', () => {
  const short = [...'abcdefghij'].map((name) => entry(name, 100));
  expect(names(trimCache(short))).toEqual([...'cdefghij']);
  const long = [...'abcde'].map((name) => entry(name, 2 ** 21));
  expect(names(trimCache(long))).toEqual(['d', 'e']);
  expect(names(trimCache([...short, entry('huge', 2 ** 23)]))).toEqual(['huge']);
});
