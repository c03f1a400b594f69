import { readdirSync, readFileSync } from 'node:fs';
import { parse } from '@messageformat/parser';
import { describe, expect, test } from 'vitest';
import { messageTypes, parameterTypes, readCatalogue } from '../../../build/messages.mjs';
import { languages } from '../../../renderer/messages/languages';

const english = readCatalogue('en');
const folder = 'renderer/messages';

test('the catalogues match the languages of the settings', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(files.map((name) => name.replace('.json', '')).sort()).toEqual(Object.keys(languages).sort());
});

test('the generated types match the English catalogue', () => {
  expect(readFileSync(`${folder}/message-types.ts`, 'utf8')).toBe(messageTypes(english));
});

describe.each(Object.keys(languages))('%s', (language) => {
  const texts = readCatalogue(language);

  test('has the same messages as English', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
  });

  test('uses the same parameters as English', () => {
    const other = Object.entries(texts).filter(
      ([id, text]) =>
        JSON.stringify([...parameterTypes(text)].sort()) !==
        JSON.stringify([...parameterTypes(english[id] ?? '')].sort()),
    );
    expect(other).toEqual([]);
  });

  test('has no empty texts and no leading or trailing spaces', () => {
    expect(Object.entries(texts).filter(([, text]) => text === '' || text.trim() !== text)).toEqual([]);
  });
});

test('the pseudo-locale has longer texts with the same parameters', () => {
  for (const [id, text] of Object.entries(readCatalogue('en-XA'))) {
    expect(() => parse(text), id).not.toThrow();
    expect(parameterTypes(text), id).toEqual(parameterTypes(english[id] ?? ''));
    expect(text.length, id).toBeGreaterThan((english[id] ?? '').length);
  }
});
