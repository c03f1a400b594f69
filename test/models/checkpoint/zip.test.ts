import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../datasets/formats/format-error';
import { type ZipContent, withZip, writeZip, ZipArchive } from '../../../models/checkpoint/zip';
import { fuzzRuns } from '../../datasets/formats/fuzz';
import { rawZip, type RawEntry } from './raw-zip';
import { temporaryFolder } from './temporary-folder';

const path = temporaryFolder();
const limits = { maxEntries: 20, maxBytes: 1000 };

const contentsOf = (file: string, most = limits) =>
  withZip(file, most, async (zip) =>
    Promise.all(zip.names.map(async (name): Promise<ZipContent> => ({ name, content: await zip.read(name) }))),
  );

const segment = fc
  .string({ unit: fc.constantFrom(...'abcä5-_.'), minLength: 1, maxLength: 8 })
  .filter((text) => !/^\.+$/u.test(text));
const names = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
const contents = fc.uniqueArray(fc.record({ name: names, content: fc.uint8Array({ maxLength: 40 }) }), {
  selector: ({ name }) => name.normalize('NFC').toLowerCase(),
  maxLength: 6,
});

describe('writeZip and ZipArchive', () => {
  test.each([true, false])('return the written entries, compressed: %s', async (compressed) => {
    await fc.assert(
      fc.asyncProperty(contents, async (written) => {
        await writeZip(path('whole.zip'), written, { compressed });
        expect(await contentsOf(path('whole.zip'))).toEqual(written);
      }),
      { numRuns: 30 },
    );
  });

  test('write contents that are opened one after the other', async () => {
    const opened: string[] = [];
    const content = (text: string) => () => {
      opened.push(text);
      return Readable.from([Buffer.from(text), Buffer.from('!')]);
    };
    const written = ['one', 'two'].map((name) => ({ name, content: content(name) }));
    await writeZip(path('streamed.zip'), written, { compressed: true });
    expect(
      (await contentsOf(path('streamed.zip'))).map(({ content: bytes }) => Buffer.from(bytes as Uint8Array).toString()),
    ).toEqual(['one!', 'two!']);
    expect(opened).toEqual(['one', 'two']);
  });

  test('fail with a content that fails, and leave no file', async () => {
    await mkdir(path('failing'));
    let second: Readable | null = null;
    async function* failing() {
      yield Buffer.alloc(100);
      throw new Error('cannot read');
    }
    const contents: ZipContent[] = [
      { name: 'a', content: () => Readable.from(failing()) },
      { name: 'b', content: () => (second = Readable.from(['b'])) },
    ];
    await expect(writeZip(path('failing', 'a.zip'), contents)).rejects.toThrow('cannot read');
    expect([second, await readdir(path('failing'))]).toEqual([null, []]);
  });

  test('reject entry names outside the archive, and leave no file', async () => {
    await mkdir(path('empty'));
    for (const name of ['../up', '/root', 'a/../../b', 'C:/x'])
      await expect(writeZip(path('empty', 'bad.zip'), [{ name, content: new Uint8Array(1) }])).rejects.toThrow(/path/u);
    expect(await readdir(path('empty'))).toEqual([]);
  });
});

async function refusal(bytes: Uint8Array, most = limits): Promise<string> {
  await writeFile(path('bad.zip'), bytes);
  const error = await contentsOf(path('bad.zip'), most).then(
    () => null,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  expect(error?.message).not.toContain('\n');
  return error?.message ?? '';
}

const oneEntry = (entry: Partial<RawEntry>) => rawZip([{ name: 'a', data: Uint8Array.of(1, 2, 3), ...entry }]);

describe('ZipArchive rejects an archive', () => {
  test.each<[string, Uint8Array, string]>([
    ['that is a text', Buffer.from('not a zip archive, but some text'), 'bad.zip: expected a complete zip archive'],
    ['that is truncated', oneEntry({}).subarray(0, -1), 'bad.zip: expected a complete zip archive'],
    [
      'that claims too many entries',
      rawZip([{ name: 'a' }], { entryCount: 3 }),
      'bad.zip: expected a valid zip directory',
    ],
    [
      'with more entries than allowed',
      rawZip(Array.from({ length: 21 }, (_, i) => ({ name: `${i}` }))),
      'bad.zip: expected at most 20 entries, found 21',
    ],
    ['with a name that leads outside', oneEntry({ name: '../../evil' }), 'invalid relative path: ../../evil'],
    ['with an absolute name', oneEntry({ name: '/etc/passwd' }), 'absolute path: /etc/passwd'],
    ['with a drive letter in a name', oneEntry({ name: 'C:evil' }), 'absolute path: C:evil'],
    ['with a backslash in a name', oneEntry({ name: '..\\evil' }), 'invalid characters in fileName'],
    [
      'with a line feed in a message',
      oneEntry({ name: 'a\nb', flags: 0x800, mode: 0o120777 }),
      'bad.zip, aU+000Ab: expected a regular file',
    ],
    [
      'with a link',
      oneEntry({ mode: 0o120777 }),
      'bad.zip, a: expected a regular file, found a link or another special file',
    ],
    ['with a device', oneEntry({ mode: 0o060644 }), 'bad.zip, a: expected a regular file'],
    [
      'with an encrypted entry',
      oneEntry({ flags: 1, packedSize: 15 }),
      'bad.zip, a: expected an unencrypted entry, found an encrypted entry',
    ],
    [
      'with an unknown compression method',
      oneEntry({ method: 12 }),
      'bad.zip, a: expected a stored or deflated entry, found compression method 12',
    ],
    [
      'with a duplicate name',
      rawZip([{ name: 'a' }, { name: 'a' }]),
      'bad.zip: expected unique entry names, found a twice',
    ],
    [
      'with names that differ only in case',
      rawZip([{ name: 'Run.json' }, { name: 'run.json' }]),
      'bad.zip: expected unique entry names, found run.json twice',
    ],
    [
      'with a wrong checksum',
      oneEntry({ crc: 7 }),
      'bad.zip, a: expected bytes that match the checksum, found other bytes',
    ],
    [
      'that claims a gigabyte of stored data',
      oneEntry({ size: 2 ** 30, packedSize: 2 ** 30 }),
      'found 1,073,741,824 bytes',
    ],
    [
      'that claims more than deflate can expand to',
      oneEntry({ method: 8, size: 2 ** 30 }),
      'bad.zip, a: expected at most 3,096 bytes, the most that 3 compressed bytes can contain, found 1,073,741,824 bytes',
    ],
    [
      'that expands to less than it claims',
      oneEntry({ method: 8, data: deflateRawSync(Buffer.alloc(4)), size: 5 }),
      'bad.zip, a: expected 5 bytes',
    ],
    [
      'that expands to more than it claims',
      oneEntry({ method: 8, data: deflateRawSync(Buffer.alloc(4)), size: 3 }),
      'bad.zip, a: expected 3 bytes',
    ],
    [
      'with invalid compressed data',
      oneEntry({ method: 8, data: Buffer.from('zzzzz') }),
      'bad.zip, a: expected 5 bytes, found damaged data',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  });

  test('that expands beyond the limit as it claims', async () => {
    const bomb = deflateRawSync(Buffer.alloc(600));
    const entries = ['a', 'b'].map((name) => ({ name, data: bomb, method: 8, size: 600 }));
    expect(await refusal(rawZip(entries))).toBe('bad.zip: expected at most 1,000 unpacked bytes, found 1,200 or more');
  });

  test('that is missing or a folder', async () => {
    await expect(ZipArchive.open(path('absent.zip'), limits)).rejects.toThrow(
      'absent.zip: expected a file, found nothing with this name',
    );
    await mkdir(path('folder.zip'));
    await expect(ZipArchive.open(path('folder.zip'), limits)).rejects.toThrow(
      'folder.zip: expected a regular file, found a folder',
    );
  });
});

test('a missing entry is reported by name', async () => {
  await writeZip(path('small.zip'), [{ name: 'a', content: new Uint8Array(2) }]);
  await withZip(path('small.zip'), limits, async (zip) => {
    expect([zip.size('a'), zip.size('b')]).toEqual([2, undefined]);
    await expect(zip.read('b')).rejects.toThrow('small.zip: expected an entry named b, found no such entry');
  });
});

test('an archive with changed bytes is read within the limits or rejected', async () => {
  const valid = rawZip([
    { name: 'a', data: Uint8Array.of(1, 2, 3) },
    { name: 'b/c', data: deflateRawSync(Buffer.alloc(300, 'text')), method: 8, size: 300 },
    { name: 'd/' },
  ]);
  const change = fc.record({
    at: fc.nat(valid.length - 1),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 8, 255)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Uint8Array.from(valid);
      for (const { at, byte } of changes) bytes[at] = byte;
      await writeFile(path('changed.zip'), bytes);
      const outcome = await contentsOf(path('changed.zip')).catch((reason: Error) => reason);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
      else expect(outcome.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThanOrEqual(limits.maxBytes);
    }),
    { numRuns: fuzzRuns(500) },
  );
});
