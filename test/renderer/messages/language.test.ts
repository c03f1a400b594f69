import { expect, test } from 'vitest';
import { createFormatter, type Catalogue } from '../../../renderer/messages/format-message';
import { formatMessage, matchLanguage, setLanguage, t } from '../../../renderer/messages/language.svelte';
import { message, MessageError, type Message } from '../../../renderer/messages/message';

const catalogue: Catalogue = {
  outer: ({ reason, names }) => `${String(reason)}: ${String(names)}`,
  inner: ({ count }) => `${String(count)} cells`,
};
/** Ids of this test's own catalogue. */
const own = (id: string, parameters: object): Message => ({ id, parameters }) as unknown as Message;

test('messages in parameters are formatted, several as a list of the language', () => {
  const nested = own('outer', { reason: own('inner', { count: 3 }), names: ['a', 'b', own('inner', { count: 1 })] });
  expect(createFormatter(catalogue, 'en')(nested)).toBe('3 cells: a, b, and 1 cells');
  expect(createFormatter(catalogue, 'de')(nested)).toBe('3 cells: a, b und 1 cells');
});

test('an unknown message shows its id and parameters', () => {
  expect(createFormatter(catalogue, 'en')(own('other', { side: 31 }))).toBe('other {"side":31}');
});

test('texts follow the language', async () => {
  await setLanguage('en');
  expect(t('common.cancel')).toBe('Cancel');
  expect(formatMessage(message('common.cancel'))).toBe('Cancel');
  await setLanguage('en-XA');
  expect(t('common.cancel')).toMatch(/^\[Cáñçél~+\]$/u);
});

test('the first language of the system that is there is used, else English', () => {
  expect(matchLanguage(['it-IT', 'en-GB'])).toBe('en');
  expect(matchLanguage(['it', 'pt'])).toBe('en');
  expect(matchLanguage([])).toBe('en');
});

test('an error carries its message, and a log line', () => {
  const error = new MessageError('common.cancel');
  expect(error.text).toEqual({ id: 'common.cancel', parameters: {} });
  expect(error.message).toBe('common.cancel {}');
});
