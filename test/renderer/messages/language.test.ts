import { expect, test } from 'vitest';
import { createFormatter, type Catalogue } from '../../../renderer/messages/format-message';
import { formatText, setLanguage, t } from '../../../renderer/messages/language.svelte';
import { resolveLanguage } from '../../../renderer/messages/languages';
import { message, MessageError, type Message } from '../../../renderer/messages/message';

const catalogue: Catalogue = {
  outer: ({ reason, names }) => `${String(reason)}: ${String(names)}`,
  inner: ({ count }) => `${String(count)} cells`,
};
/** Creates a message of this test's own catalogue. */
const own = (id: string, parameters: object): Message => ({ id, parameters }) as unknown as Message;

test('messages in parameters are formatted, and lists follow the language', () => {
  const nested = own('outer', { reason: own('inner', { count: 3 }), names: ['a', 'b', own('inner', { count: 1 })] });
  expect(createFormatter(catalogue, 'en')(nested)).toBe('3 cells: a, b, and 1 cells');
  expect(createFormatter(catalogue, 'de')(nested)).toBe('3 cells: a, b und 1 cells');
});

test('an unknown message is formatted as its id and parameters', () => {
  expect(createFormatter(catalogue, 'en')(own('other', { side: 31 }))).toBe('other {"side":31}');
});

test('texts change with the language', async () => {
  await setLanguage('en');
  expect(t('common.cancel')).toBe('Cancel');
  expect(formatText(message('common.cancel'))).toBe('Cancel');
  await setLanguage('en-XA');
  expect(t('common.cancel')).toMatch(/^\[Cáñçél~+\]$/u);
});

test('the last of several languages chosen at once is used', async () => {
  await Promise.all([setLanguage('de'), setLanguage('fr'), setLanguage('en')]);
  expect(t('common.cancel')).toBe('Cancel');
});

test.each([
  [['it-IT', 'en-GB'], 'en'],
  [['it', 'pt'], 'en'],
  [['de-AT', 'en'], 'de'],
  [['zh-TW'], 'zh-CN'],
  [[], 'en'],
])('system languages %j resolve to %s', (system, language) => {
  expect(resolveLanguage('system', system)).toBe(language);
});

test('a chosen language takes precedence over the system languages', () => {
  expect(resolveLanguage('en-XA', ['it'])).toBe('en-XA');
});

test('an error has its message and an English text for logs', () => {
  const error = new MessageError('common.cancel');
  expect(error.text).toEqual({ id: 'common.cancel', parameters: {} });
  expect(error.message).toBe('Cancel');
});
