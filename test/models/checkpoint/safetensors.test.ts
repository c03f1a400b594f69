import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readSafetensors,
  SafetensorsError,
  writeSafetensors,
  type StoredTensor,
} from '../../../models/checkpoint/safetensors';

const values = fc.oneof(
  fc.float32Array({ maxLength: 12 }),
  fc.float64Array({ maxLength: 12 }),
  fc.int32Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }),
);
/** As a vector, as a matrix of one column, or alone as a scalar. */
const tensor: fc.Arbitrary<StoredTensor> = fc.tuple(values, fc.boolean()).map(([drawn, asMatrix]) => ({
  values: drawn,
  shape: drawn.length === 1 && !asMatrix ? [] : asMatrix ? [drawn.length, 1] : [drawn.length],
}));
const name = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', '0', ''))
  .filter((text) => text !== '__metadata__');
const tensors = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 5 });
const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true });

describe('a safetensors file', () => {
  test('gives back every tensor, bit for bit, and its metadata', () => {
    fc.assert(
      fc.property(tensors, metadata, fc.nat(9), (stored, notes, offset) => {
        // Read from the middle of a larger buffer, as a file read in one piece with others would be.
        const written = writeSafetensors(stored, notes);
        const bytes = new Uint8Array(offset + written.length);
        bytes.set(written, offset);
        const read = readSafetensors(bytes.subarray(offset));
        expect(read.metadata).toEqual(notes);
        expect(new Set(read.tensors.keys())).toEqual(new Set(stored.map(([key]) => key)));
        for (const [key, { shape, values: kept }] of stored) {
          expect(read.tensors.get(key)?.shape).toEqual(shape);
          expect(read.tensors.get(key)?.values).toEqual(kept);
        }
      }),
    );
  });

  test('has a padded header, so that values start at a multiple of eight', () => {
    fc.assert(
      fc.property(tensors, metadata, (stored, notes) => {
        const bytes = writeSafetensors(stored, notes);
        const size = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        const header = new TextDecoder().decode(bytes.subarray(8, 8 + size));
        expect(size % 8).toBe(0);
        expect(header).toMatch(/^\{.*\} *$/s);
        expect(bytes.length).toBe(8 + size + stored.reduce((sum, [, { values: kept }]) => sum + kept.byteLength, 0));
      }),
    );
  });

  test('keeps tensors that are views of a larger vector', () => {
    const flat = Float32Array.of(0, 1, 2, 3, 4);
    const { tensors: read } = readSafetensors(
      writeSafetensors([['middle', { shape: [3], values: flat.subarray(1, 4) }]]),
    );
    expect(read.get('middle')?.values).toEqual(Float32Array.of(1, 2, 3));
  });

  test('is not written with names given twice or kept by the format, nor with shapes that values do not fill', () => {
    const one = { shape: [1], values: Float32Array.of(1) };
    expect(() =>
      writeSafetensors([
        ['a', one],
        ['a', one],
      ]),
    ).toThrow(new SafetensorsError('a: this name is taken'));
    expect(() => writeSafetensors([['__metadata__', one]])).toThrow(
      new SafetensorsError('__metadata__: this name is taken'),
    );
    expect(() => writeSafetensors([['a', { ...one, shape: [2, 3] }]])).toThrow(
      new SafetensorsError('a: 1 values do not fill [2, 3]'),
    );
  });
});
