import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { readSettingsFile, findSettingsFile } from '../../../../models/checkpoint/import/import-settings';
import { fuzzRuns } from '../../../datasets/formats/fuzz';
import { temporaryFolder } from '../temporary-folder';

const path = temporaryFolder();

async function read(text: string) {
  await writeFile(path('config.yaml'), text);
  return readSettingsFile(path('config.yaml'));
}

describe('readSettingsFile', () => {
  test.each([
    [
      'YAML with arch and data',
      'arch: {hidden_size: 8, mlp_t: true}\ndata: {seq_len: 4}',
      { hidden_size: 8, mlp_t: true, seq_len: 4 },
    ],
    ['JSON', '{"arch": {"hidden_size": 8, "seq_len": 4}}', { hidden_size: 8, seq_len: 4 }],
    ['the settings of arch alone', 'hidden_size: 8\nL_cycles: 6', { hidden_size: 8, L_cycles: 6 }],
    [
      'settings that refer to others',
      'hidden_size: 8\npuzzle_emb_ndim: ${.hidden_size}\nseq_len: ${nothing}',
      { hidden_size: 8, puzzle_emb_ndim: 8 },
    ],
    [
      'null settings and unknown settings',
      'hidden_size: 8\nnum_heads: null\n__proto__: {seq_len: 1}\nwarmth: 3',
      { hidden_size: 8 },
    ],
    ['YAML aliases', 'a: &id001 [1]\nb: *id001\nhidden_size: 8', { hidden_size: 8 }],
  ])('reads %s', async (_, text, settings) => {
    expect(await read(text)).toEqual(settings);
  });

  test.each([
    ['a text', 'a text', 'config.yaml: expected settings of a model, found a value of type string'],
    ['an empty file', '', 'config.yaml: expected YAML or JSON, found a syntax error (expected a document'],
    ['an empty arch', 'arch:', 'config.yaml: expected settings of a model, found nothing'],
    ['only unknown settings', 'model_type: bert', 'config.yaml: expected settings of a model, found no known setting'],
    ['a setting of another type', 'arch: {mlp_t: "yes"}', 'config.yaml, mlp_t: expected boolean, found string'],
    [
      'a duplicate key',
      'hidden_size: 8\nhidden_size: 9',
      'config.yaml: expected YAML or JSON, found a syntax error (duplicated mapping key (2:1))',
    ],
    ['truncated JSON', '{"arch": {"hidden_size"', 'config.yaml: expected YAML or JSON, found a syntax error ('],
    [
      'exponentially expanding aliases',
      Array.from(
        { length: 12 },
        (_, i) =>
          `a${i}: &a${i} [${
            i > 0
              ? Array(9)
                  .fill(`*a${i - 1}`)
                  .join()
              : 'x'
          }]`,
      ).join('\n'),
      'config.yaml: expected settings of a model, found no known setting',
    ],
    ...['[', '{a: ', '- ', '? ', 'a: ', ' '].map((level) => [
      `excessive nesting by ${JSON.stringify(level)}`,
      level.repeat(50_000),
      'config.yaml: expected YAML or JSON, found a syntax error (',
    ]),
    [
      'excessive nesting by lines',
      Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'config.yaml: expected YAML or JSON, found a syntax error (nesting exceeded maxDepth (100)',
    ],
    ...['&a ', '!t ', '[,', 'k: 1\n', '\n'].map((error) => [
      `a file full of ${JSON.stringify(error)}`,
      error.repeat(2 ** 15),
      'config.yaml: expected YAML or JSON, found a syntax error (',
    ]),
    [
      'a file that is too large',
      ' '.repeat(2 ** 18 + 1),
      'config.yaml: expected at most 262,144 bytes, found 262,145 bytes',
    ],
  ])('rejects %s', async (_, text, message) => {
    const error = await read(text).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error).toBeInstanceOf(FormatError);
    expect(error?.message).toContain(message);
    expect(error?.message).not.toContain('\n');
  });

  test('rejects any sequence of YAML tokens with a FormatError', async () => {
    const piece = fc.constantFrom(
      '[',
      '{',
      ']',
      '}',
      '- ',
      '? ',
      ': ',
      'a',
      ',',
      '\n',
      '  ',
      '&a ',
      '*a',
      '"',
      "'",
      '|\n',
      '>\n',
      '!!x ',
      '#',
      '---\n',
    );
    const deep = fc
      .tuple(fc.constantFrom('[', '{a: ', '- ', '? ', 'a:\n'), fc.nat(100))
      .map(([level, count]) => level.repeat(count));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, deep), { maxLength: 40 }), async (pieces) => {
        const error = await read(pieces.join('')).then(
          () => null,
          (reason: Error) => reason,
        );
        expect(error).toBeInstanceOf(FormatError);
      }),
      { numRuns: fuzzRuns(60) },
    );
  });

  test('reads a config with a changed character or throws FormatError', async () => {
    const valid =
      'arch:\n  hidden_size: 8\n  loss: {loss_type: x, name: &n y}\n  other: [1, *n, "z"]\ndata: {seq_len: 4}\n';
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), async (at, put) => {
        const error = await read(valid.slice(0, at) + put + valid.slice(at + 1)).then(
          () => null,
          (reason: Error) => reason,
        );
        if (error) expect(error).toBeInstanceOf(FormatError);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });
});

test('findSettingsFile prefers a config named after the checkpoint', async () => {
  await writeFile(path('all_config.yaml'), 'hidden_size: 8');
  expect(findSettingsFile(path('a.b.pt'))).toBe(path('all_config.yaml'));
  await writeFile(path('a.config.json'), '{}');
  expect(findSettingsFile(path('a.b.pt'))).toBe(path('a.config.json'));
  expect(findSettingsFile(path('elsewhere', 'a.b.pt'))).toBeNull();
});
