import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { withFileSource } from '../../../models/checkpoint/byte-source';
import {
  readSafetensors,
  SafetensorsError,
  SafetensorsReader,
  writeSafetensors,
} from '../../../models/checkpoint/safetensors';
import { inMemory } from './bytes-in-memory';
import { temporaryFolder } from './temporary-folder';

const path = temporaryFolder();

test('a file is read in parts at any position', async () => {
  const file = path('bytes');
  await writeFile(
    file,
    Uint8Array.from({ length: 100 }, (_, index) => index),
  );
  const read = await withFileSource(file, async (source) => {
    const target = new Uint8Array(new SharedArrayBuffer(3));
    await source.read(target, 40);
    return { size: source.size, bytes: [...target] };
  });
  expect(read).toEqual({ size: 100, bytes: [40, 41, 42] });
});

test('a file that becomes shorter, and one that does not exist, are errors', async () => {
  const file = path('shortened');
  await writeFile(file, new Uint8Array(100));
  const shortened = withFileSource(file, async (source) => {
    await truncate(file, 50);
    await source.read(new Uint8Array(20), 40);
  });
  await expect(shortened).rejects.toThrow('the file ends after 50 bytes');
  await expect(withFileSource(path('none'), async () => null)).rejects.toThrow('ENOENT');
});

test('SafetensorsReader reads single tensors as readSafetensors does', async () => {
  const file = path('tensors.safetensors');
  const values = Float32Array.of(1, -0, Infinity, 1e-45, 5, 6);
  const bytes = writeSafetensors(
    [
      ['first', { shape: [3], values: Int32Array.of(7, 8, 9) }],
      ['second', { shape: [2, 3], values }],
    ],
    { key: 'value' },
  );
  await writeFile(file, bytes);
  await withFileSource(file, async (source) => {
    const reader = await SafetensorsReader.open(source);
    expect(reader.metadata).toEqual(readSafetensors(bytes).metadata);
    const read = new Float32Array(6);
    await reader.readInto('second', read);
    expect(read).toEqual(values);
    expect(reader.find('second')).toMatchObject({ type: 'F32', shape: [2, 3] });
    expect(reader.find('third')).toBeUndefined();
    await expect(reader.readInto('first', read)).rejects.toThrow('first');
  });
});

test('SafetensorsReader converts values of another type', async () => {
  const header = '{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}';
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const reader = await SafetensorsReader.open(inMemory(length, Buffer.from(header), Buffer.of(0x80, 0x3f, 0x20, 0xc0)));
  const values = new Float32Array(2);
  await reader.readInto('a', values);
  expect([...values]).toEqual([1, -2.5]);
});

test.each([0, 7, 8, 40])('SafetensorsReader rejects a file cut after %i bytes like readSafetensors', async (length) => {
  const file = path(`cut-${length}`);
  const bytes = writeSafetensors([['a', { shape: [2], values: Float32Array.of(1, 2) }]]).subarray(0, length);
  await writeFile(file, bytes);
  let expected = '';
  try {
    readSafetensors(bytes);
  } catch (error) {
    expected = (error as Error).message;
  }
  expect(expected).not.toBe('');
  await expect(withFileSource(file, (source) => SafetensorsReader.open(source))).rejects.toThrow(expected);
});

test.skipIf(process.platform === 'win32').each<[string, (file: string) => unknown]>([
  ['pipe', (file) => execFileSync('mkfifo', [file])],
  ['folder', (file) => mkdir(file)],
  ['device', (file) => symlink('/dev/zero', file)],
])('a %s in the place of a file is refused at once, by its name', async (kind, make) => {
  const file = path(`a-${kind}`);
  await make(file);
  await expect(withFileSource(file, () => Promise.resolve())).rejects.toThrow(
    new SafetensorsError('checkpoint.folder.notRegular', { file: `a-${kind}`, folder: dirname(file) }).message,
  );
});
