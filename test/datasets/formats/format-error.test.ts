import { expect, test } from 'vitest';
import { FormatError } from '../../../datasets/formats/format-error';
import { message } from '../../../renderer/messages/message';

test('what a file contains is quoted without control characters, at any depth', () => {
  const where = message('formats.place.key', { file: 'a.json', key: '\u001b[31m\u202e' });
  expect(new FormatError(where, 'text\r\n', ['\u0007', 'b']).message).toBe(
    'a.json, U+001B[31mU+202E: expected textU+000DU+000A, found U+0007 and b',
  );
});

test('what a file contains is quoted in a line that can be read', () => {
  const long = 'x'.repeat(3_000_000);
  const error = new FormatError(message('formats.place.key', { file: long, key: long }), long, [long, long]);
  expect(error.message.length).toBeLessThan(3000);
});
