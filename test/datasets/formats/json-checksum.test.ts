import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksumOf, parseWithChecksum, stringifyWithChecksum } from '../../../datasets/formats/json-checksum';

const content = fc.dictionary(
  fc.string().filter((key) => key !== 'sha256' && key !== '__proto__'),
  fc.jsonValue(),
);

test('what is sealed is read back', () => {
  fc.assert(
    fc.property(content, (value) => {
      const opened = parseWithChecksum(stringifyWithChecksum(value));
      expect(JSON.stringify(opened)).toBe(JSON.stringify({ value, checksum: checksumOf(value), isDamaged: false }));
    }),
  );
});

test('a changed character is noticed, or changes nothing', () => {
  const value = { name: 'a', seed: 12, rate: 1e-3, list: [1, 2, { deep: true }] };
  const text = stringifyWithChecksum(value);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('0', '7', 'x', ' ', '"', ','), (at, character) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      try {
        const opened = parseWithChecksum(changed);
        if (!opened.isDamaged) expect(opened.value).toMatchObject(value);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

test('a file of an earlier version has no checksum', () => {
  expect(parseWithChecksum('{"a":1}')).toEqual({ value: { a: 1 }, checksum: null, isDamaged: false });
});

test.each(['[', '{"a":'])('deep levels of %j are refused, with or without a checksum', (level) => {
  const deep = `${level.repeat(100_000)}1${(level === '[' ? ']' : '}').repeat(100_000)}`;
  for (const text of [deep, `{"value":${deep}}`, `{"value":${deep},"sha256":"${'0'.repeat(64)}"}`])
    expect(() => parseWithChecksum(text)).toThrow(new SyntaxError('more than 64 levels'));
});
