import { expect, test } from 'vitest';
import { formatEnglish } from '../../../renderer/messages/english';
import type { Text } from '../../../renderer/messages/message';

const format = (id: string, parameters: object = {}): string => formatEnglish({ id, parameters } as Text);

test('a message has its parameters, which may be messages and lists themselves', () => {
  const where = { id: 'formats.place.line', parameters: { file: 'a.csv', line: 3 } };
  const text = format('formats.error', { where, expected: ['one', 'two'], found: 'three' });
  expect(text).toBe('a.csv, line 3: expected one and two, found three');
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a.message.of.a.newer.version', ''])(
  'a file may hold the id %j, which is no message',
  (id) => expect(format(id, { a: 1 })).toBe(`${id} {"a":1}`),
);

test('a file may hold a message without its parameters, or with others', () => {
  expect(format('formats.error')).toBe('formats.error {}');
  expect(format('formats.error', { where: 'a', expected: 'b' })).toBe('formats.error {"where":"a","expected":"b"}');
  expect(format('formats.error', Object.create({ where: 1, expected: 2, found: 3 }) as object)).toBe(
    'formats.error {}',
  );
  expect(format('storage.partial.removed', { bytes: { a: 1 } })).not.toContain('undefined');
});
