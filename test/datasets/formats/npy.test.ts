import { mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../../datasets/formats/format-error';
import {
  NpyFile,
  npyHeaderBytes,
  npyTypes,
  NpyWriter,
  readNpyHeader,
  type NpyType,
} from '../../../datasets/formats/npy';
import { fuzzRuns } from './fuzz';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'npy-'))));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `${++files}.npy`);
const types = Object.keys(npyTypes) as NpyType[];
const header = (dict: string) => {
  const text = `${dict}\n`;
  return Uint8Array.from([
    0x93,
    ...Buffer.from('NUMPY'),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...Buffer.from(text),
  ]);
};

describe('NpyFile', () => {
  test('reads whole arrays and rows as written, for any type and shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 20 }),
        async (type, width, count) => {
          const path = newPath();
          const rows = Array.from({ length: count }, (_, row) =>
            Array.from({ length: width }, (_unused, i) => (row * 31 + i * 7) % 200),
          );
          const writer = await NpyWriter.create(path, type, width);
          for (const row of rows) await writer.append(row);
          await writer.finish();
          const file = await NpyFile.open(path);
          expect([file.type, file.count, file.width, file.dimensions]).toEqual([type, count, width, 2]);
          expect([...(await file.rows(0, count))]).toEqual(rows.flat());
          if (count > 2) expect([...(await file.rows(1, 3))]).toEqual(rows.slice(1, 3).flat());
          await file.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  test('reads a single row of a file with ten million rows', async () => {
    const path = newPath();
    const [count, width] = [10_000_000, 81];
    const bytes = npyHeaderBytes('|u1', [count, width]);
    const handle = await open(path, 'w');
    await handle.write(bytes);
    await handle.truncate(bytes.length + count * width);
    await handle.write(
      Uint8Array.from({ length: width }, (_, i) => i),
      0,
      width,
      bytes.length + 7_654_321 * width,
    );
    await handle.close();
    const file = await NpyFile.open(path);
    expect(file.count).toBe(count);
    expect([...(await file.rows(7_654_321, 7_654_322))]).toEqual(Array.from({ length: width }, (_, i) => i));
    await expect(file.rows(count, count + 1)).rejects.toThrow(RangeError);
    await file.close();
    await rm(path);
  });

  test('rejects numbers beyond 32 bits and names the row', async () => {
    const path = newPath();
    const writer = await NpyWriter.create(path, '<i8', 2);
    await writer.append([1, -1]);
    await writer.append([2 ** 31, 0]);
    await writer.finish();
    const file = await NpyFile.open(path, 'big.npy');
    expect([...(await file.rows(0, 1))]).toEqual([1, -1]);
    await expect(file.rows(0, 2)).rejects.toThrow('big.npy, row 1: expected 32-bit numbers, found 2147483648');
    await file.close();
  });

  test('rejects a wrong file size, a link and a missing file', async () => {
    const path = newPath();
    await writeFile(path, Buffer.concat([npyHeaderBytes('<i4', [1e12]), Buffer.alloc(40)]));
    await expect(NpyFile.open(path)).rejects.toThrow(
      'expected 4,000,000,000,128 bytes for shape (1000000000000), found 168',
    );
    await symlink(path, join(folder, 'link.npy'));
    await expect(NpyFile.open(join(folder, 'link.npy'))).rejects.toThrow(
      'link.npy: expected a regular file, found a symbolic link',
    );
    await expect(NpyFile.open(join(folder, 'none.npy'))).rejects.toThrow(
      'none.npy: expected a file, found no file with this name',
    );
  });
});

describe('readNpyHeader', () => {
  test.each([
    [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
      'expected numbers of type |u1, |b1, <i4, <i8, <f8, found <f4',
    ],
    [
      "{'descr': '<i4', 'fortran_order': True, 'shape': (3, 4), }",
      'expected rows one after another (C order), found columns one after another (Fortran order)',
    ],
    ["{'descr': '<i4', 'fortran_order': False, 'shape': (), }", 'expected an array of one or two dimensions, found 0'],
    [
      "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2, 3), }",
      'expected an array of one or two dimensions, found 3',
    ],
    ["{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 'expected a possible file size'],
    [
      "{'descr': '<i4', 'fortran_order': False, 'shape': (-1,), }",
      'expected a header with descr, fortran_order and shape',
    ],
    ["{'descr': '__import__', 'shape': (3,), }", 'expected a header with descr, fortran_order and shape'],
    ["{'descr': 'toString', 'fortran_order': False, 'shape': (3,), }", 'found toString'],
  ])('rejects %s', (dict, message) => {
    expect(() => readNpyHeader(header(dict), 'a.npy')).toThrow(FormatError);
    expect(() => readNpyHeader(header(dict), 'a.npy')).toThrow(message);
  });

  test('accepts keys in any order', () => {
    expect(readNpyHeader(header("{'shape': (2, 3), 'fortran_order': False, 'descr': '|u1'}"), 'a')).toMatchObject({
      type: '|u1',
      shape: [2, 3],
    });
  });

  test('reads any bytes or throws FormatError', () => {
    const good = npyHeaderBytes('<i4', [3, 4]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = good.slice(0, length);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            expect(readNpyHeader(bytes, 'a').shape.length).toBeGreaterThan(0);
          } catch (reason) {
            expect(reason).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: fuzzRuns(500) },
    );
  });
});

test('NpyWriter rejects rows of another length and existing files', async () => {
  const path = newPath();
  const writer = await NpyWriter.create(path, '<i4', null);
  expect(() => writer.append([1, 2])).toThrow('expected a row of 1 numbers, got 2');
  await writer.finish();
  await expect(NpyWriter.create(path, '<i4', null)).rejects.toThrow(/EEXIST/u);
  expect((await readFile(path)).length).toBe(128);
});
