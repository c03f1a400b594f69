import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTorchCheckpoint } from '../../../../models/checkpoint/torch/read-torch';
import { writeTorchCheckpoint } from '../../../../models/checkpoint/torch/write-torch';
import { temporaryFolder } from '../temporary-folder';

const path = temporaryFolder();
const tensor = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  return fc.float32Array({ minLength: count, maxLength: count }).map((values) => ({ shape, values }));
});
const tensors = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), tensor), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 5,
});

test('a written checkpoint is read back with the same bits and order', async () => {
  await fc.assert(
    fc.asyncProperty(tensors, async (written) => {
      await writeTorchCheckpoint(path('a.pt'), written);
      expect([...(await readTorchCheckpoint(path('a.pt')))]).toEqual(written);
    }),
    { numRuns: 50 },
  );
});

test('dictionaries and whole numbers are written beside the tensors', async () => {
  const weights = [['w', { shape: [2], values: Float32Array.of(1, 2) }]] as const;
  const averages = [['w', { shape: [2], values: Float32Array.of(3, 4) }]] as const;
  await writeTorchCheckpoint(path('nested.pt'), [
    ['model', weights],
    ['ema_helper', averages],
    ['step', 2 ** 33],
  ]);
  expect([...(await readTorchCheckpoint(path('nested.pt')))]).toEqual(averages);
});

test('the same tensors give the same bytes under any file name', async () => {
  const one = [['w', { shape: [2], values: Float32Array.of(1, 2, 3).subarray(1) }]] as const;
  await writeTorchCheckpoint(path('a.pt'), one);
  await writeTorchCheckpoint(path('b.pt'), one);
  expect(await readFile(path('a.pt'))).toEqual(await readFile(path('b.pt')));
});

test('writeTorchCheckpoint rejects duplicate names and wrong shapes, and writes nothing', async () => {
  const one = { shape: [1], values: new Float32Array(1) };
  await expect(
    writeTorchCheckpoint(path('c.pt'), [
      ['w', one],
      ['w', one],
    ]),
  ).rejects.toThrow('w: the name is already in use');
  await expect(writeTorchCheckpoint(path('c.pt'), [['w', { ...one, shape: [2, 3] }]])).rejects.toThrow(
    'w: 1 values do not fill [2, 3]',
  );
  await expect(readFile(path('c.pt'))).rejects.toThrow('ENOENT');
});
