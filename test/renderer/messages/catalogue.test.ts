import { readdirSync, readFileSync } from 'node:fs';
import { parse } from '@messageformat/parser';
import { describe, expect, test } from 'vitest';
import { messageTypes, parameterTypes, readCatalogue, readTexts } from '../../../build/messages.mjs';
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

/** Languages whose translation is not finished: what is missing is shown in English. */
const incomplete = ['de'];

describe.each(Object.keys(languages))('%s', (language) => {
  const texts = readTexts(language);

  test('has no messages that English does not have', () => {
    expect(Object.keys(texts).filter((id) => english[id] === undefined)).toEqual([]);
  });

  test.skipIf(incomplete.includes(language))('has a translation of every message', () => {
    expect(Object.keys(english).filter((id) => texts[id] === undefined)).toEqual([]);
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

test('a message without a translation is shown in English', () => {
  const translated = readTexts('de');
  const missing = Object.keys(english).filter((id) => translated[id] === undefined);
  expect(missing.map((id) => readCatalogue('de')[id])).toEqual(missing.map((id) => english[id]));
});

test('the pseudo-locale has longer texts with the same parameters', () => {
  for (const [id, text] of Object.entries(readCatalogue('en-XA'))) {
    expect(() => parse(text), id).not.toThrow();
    expect(parameterTypes(text), id).toEqual(parameterTypes(english[id] ?? ''));
    expect(text.length, id).toBeGreaterThan((english[id] ?? '').length);
  }
});
