/** Any change of a sealed safetensors file is noticed. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withFileSource } from '../../../models/checkpoint/byte-source';
import { addChecksum, verifyChecksum, withChecksum } from '../../../models/checkpoint/checksum';
import {
  encodeSafetensorsParts,
  readSafetensors,
  SafetensorsError,
  SafetensorsReader,
  writeSafetensors,
} from '../../../models/checkpoint/safetensors';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'checksum-'))));
afterAll(() => rm(folder, { recursive: true }));

const tensors = [
  ['weights', { shape: [3, 50], values: Float32Array.from({ length: 150 }, (_, i) => Math.sin(i)) }],
  ['bytes', { shape: [7], values: Uint8Array.from([1, 2, 3, 4, 5, 6, 7]) }],
] as const;
const metadata = { updates: '12', position: '{"at":"é"}' };

const seal = async () => Buffer.concat(await addChecksum(encodeSafetensorsParts(tensors, withChecksum(metadata))));

async function verify(bytes: Uint8Array): Promise<void> {
  const path = join(folder, 'file.safetensors');
  await writeFile(path, bytes);
  await withFileSource(path, async (source) => verifyChecksum(source, await SafetensorsReader.open(source)));
}

test('a sealed file is valid, has the same tensors, and is the same every time', async () => {
  const bytes = await seal();
  await verify(bytes);
  expect(bytes).toEqual(await seal());
  const { tensors: read, metadata: found } = readSafetensors(bytes);
  expect([...read]).toEqual(tensors.map(([name, tensor]) => [name, tensor]));
  expect(found).toEqual({ ...metadata, sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) as string });
});

test('every flipped bit is noticed, in the header and in the values', async () => {
  const valid = await seal();
  await fc.assert(
    fc.asyncProperty(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const bytes = Buffer.from(valid);
      bytes[at]! ^= 1 << bit;
      // Without the name of its key there is no checksum: as in a file of another program.
      if (!bytes.includes('"sha256":"')) return;
      await expect(verify(bytes)).rejects.toBeInstanceOf(SafetensorsError);
    }),
    { numRuns: 300 },
  );
});

test('a file of another program, without a checksum, is accepted', () => verify(writeSafetensors(tensors, metadata)));

test('the built-in models have a checksum', async () => {
  const pretrained = join('models', 'pretrained');
  for (const id of await readdir(pretrained)) {
    const bytes = await readFile(join(pretrained, id, 'model.safetensors'));
    await verify(bytes);
    bytes[bytes.length - 9]! ^= 4;
    await expect(verify(bytes)).rejects.toThrow('does not match its checksum');
  }
});

test('a large file is hashed in slices', async () => {
  const values = Uint8Array.from({ length: 9_000_001 }, (_, i) => i % 251);
  const parts = encodeSafetensorsParts([['large', { shape: [values.length], values }]], withChecksum());
  const bytes = Buffer.concat(await addChecksum(parts));
  await verify(bytes);
  bytes[bytes.length - 1]! ^= 1;
  await expect(verify(bytes)).rejects.toThrow('does not match its checksum');
});
