import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBoundedJson, requireBounded } from '../../../datasets/formats/bounded-json';
import { FormatError } from '../../../datasets/formats/format-error';

test('JSON of few levels is parsed as usual, brackets and quotes in its texts included', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(parseBoundedJson(JSON.stringify(value), 'x.json')).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  const text = JSON.stringify({ a: '['.repeat(1000), 'b"\\': ['\\', '"{'] });
  expect(parseBoundedJson(text, 'x.json')).toEqual(JSON.parse(text));
});

test.each(['[', '{"a":', '[{"a":', ' [ '])('more than 64 levels of %j are refused', (level) => {
  expect(() => parseBoundedJson(level.repeat(65), 'x.json')).toThrow(
    new FormatError('x.json', 'at most 64 levels of lists', 'more').message,
  );
  expect(() => parseBoundedJson(level.repeat(1_000_000), 'x.json')).toThrow('at most 64 levels of lists');
});

test('64 levels are read', () => {
  const text = `${'['.repeat(64)}${']'.repeat(64)}`;
  expect(JSON.stringify(parseBoundedJson(text, 'x.json'))).toBe(text);
});

test('any other text is a FormatError', () => {
  const piece = fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', 'a', '1', ' ');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 100 }).map((pieces) => pieces.join('')),
      (text) => {
        const parse = (read: (json: string) => unknown) => {
          try {
            return { value: read(text) };
          } catch (error) {
            return error instanceof FormatError || error instanceof SyntaxError ? 'refused' : error;
          }
        };
        const bounded = parse((json) => parseBoundedJson(json, 'x.json'));
        expect(bounded).toEqual(parse(JSON.parse));
      },
    ),
  );
});

test.each(['1,', '"a",', '{},', '"k":1,', ','])(
  'more than four million values are refused before they are parsed: %j',
  (value) => {
    const text = `[${value.repeat(2 ** 22)}1]`;
    expect(() => parseBoundedJson(text, 'x.json')).toThrow(
      new FormatError('x.json', 'at most 4,194,304 values', 'more').message,
    );
    expect(() => requireBounded(text)).toThrow(new SyntaxError('more than 4194304 values'));
  },
);

test('commas in texts are no values', () => {
  const text = `["${','.repeat(2 ** 22)}"]`;
  expect(parseBoundedJson(text, 'x.json')).toEqual([','.repeat(2 ** 22)]);
});
