import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ElementTypeName, StoredTensor } from '../../../models/checkpoint/safetensors';
import {
  decodeElements,
  readSafetensors,
  SafetensorsError,
  elementTypes,
  writeSafetensors,
} from '../../../models/checkpoint/safetensors';
import { fuzzRuns } from '../../datasets/formats/fuzz';

const values = fc.oneof(
  fc.float32Array({ maxLength: 12 }),
  fc.float64Array({ maxLength: 12 }),
  fc.int32Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }),
);
/** A vector, a matrix of one column, or a scalar. */
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
  test('returns every tensor with the same bits, and the metadata', () => {
    fc.assert(
      fc.property(tensors, metadata, fc.nat(9), (stored, notes, offset) => {
        // Read from the middle of a larger buffer, as for a file that shares its buffer with others.
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

  test('has a padded header, so that values start at a multiple of 8', () => {
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

  test('keeps tensors that are views of a larger array', () => {
    const flat = Float32Array.of(0, 1, 2, 3, 4);
    const { tensors: read } = readSafetensors(
      writeSafetensors([['middle', { shape: [3], values: flat.subarray(1, 4) }]]),
    );
    expect(read.get('middle')?.values).toEqual(Float32Array.of(1, 2, 3));
  });

  test('is not written with duplicate or reserved names, or shapes that do not fit the values', () => {
    const one = { shape: [1], values: Float32Array.of(1) };
    expect(() =>
      writeSafetensors([
        ['a', one],
        ['a', one],
      ]),
    ).toThrow('a: the name is already in use');
    expect(() => writeSafetensors([['__metadata__', one]])).toThrow('__metadata__: the name is already in use');
    expect(() => writeSafetensors([['a', { ...one, shape: [2, 3] }]])).toThrow('a: 1 values do not fill [2, 3]');
  });
});

// Truncated, altered or forged files are rejected with a reason and never expanded beyond their size.

const valid = writeSafetensors(
  [
    ['weight', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }],
    ['steps', { shape: [3], values: Int32Array.of(5, 6, 7) }],
  ],
  { note: 'valid' },
);

/** A file with this header and `bodyBytes` bytes after it. */
function file(
  header: string,
  bodyBytes: number,
  claimed = BigInt(new TextEncoder().encode(header).length),
): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + bodyBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed, true);
  bytes.set(text, 8);
  return bytes;
}

const withTensor = (entry: unknown, bodyBytes = 16) => file(JSON.stringify({ w: entry }), bodyBytes);
const entry = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] };

const damaged: readonly (readonly [string, Uint8Array, string])[] = [
  ['no bytes at all', new Uint8Array(), 'expected at least 8 bytes, found 0'],
  [
    'a header longer than the file',
    file('{}', 0, 3n),
    'the header length is 3 bytes, but the file has 2 bytes after it',
  ],
  [
    'a header of 2⁶⁴ − 1 bytes',
    file('{}', 0, 2n ** 64n - 1n),
    'the header length is 18446744073709552000 bytes, but the file has 2 bytes after it',
  ],
  ['a header that is not JSON', file('{"w":', 0), 'the header is not a JSON object'],
  ['a header that is a list', file('[]', 0), 'the header is not a JSON object'],
  ['a header that is null', file('null', 0), 'the header is not a JSON object'],
  ['an empty header', file('', 0), 'the header is not a JSON object'],
  ['a tensor without fields', withTensor({}), 'w: the header entry is invalid'],
  ['a tensor that is null', withTensor(null), 'w: the header entry is invalid'],
  ['a size that is not a number', withTensor({ ...entry, shape: ['2', 2] }), 'w: the header entry is invalid'],
  ['a negative size', withTensor({ ...entry, shape: [-2, -2] }), 'w: the header entry is invalid'],
  ['a fractional size', withTensor({ ...entry, shape: [1.5, 2] }), 'w: the header entry is invalid'],
  ['one offset', withTensor({ ...entry, data_offsets: [16] }), 'w: the header entry is invalid'],
  ['three offsets', withTensor({ ...entry, data_offsets: [0, 16, 16] }), 'w: the header entry is invalid'],
  ['a negative offset', withTensor({ ...entry, data_offsets: [-16, 0] }), 'w: the header entry is invalid'],
  [
    'offsets in the wrong order',
    withTensor({ ...entry, data_offsets: [16, 0] }),
    'w: F32 [2, 2] takes 16 bytes, but the header gives it -16',
  ],
  ['an unknown type', withTensor({ ...entry, dtype: 'F8_E4M3' }), 'w: element type F8_E4M3 is not supported'],
  [
    'a type named like an object property',
    withTensor({ ...entry, dtype: 'constructor' }),
    'w: element type constructor is not supported',
  ],
  [
    'offsets that do not fit the shape',
    withTensor({ ...entry, shape: [2, 3] }),
    'w: F32 [2, 3] takes 24 bytes, but the header gives it 16',
  ],
  [
    'a shape that exceeds memory',
    withTensor({ ...entry, shape: [2 ** 40, 2 ** 40], data_offsets: [0, 2 ** 52] }),
    'w: F32 [1099511627776, 1099511627776] takes 4,835,703,278,458,517,000,000,000 bytes, but the header gives it 4,503,599,627,370,496',
  ],
  [
    'values beyond the end',
    withTensor({ ...entry, shape: [2 ** 40], data_offsets: [0, 2 ** 42] }),
    'the tensors take 4,398,046,511,104 bytes, but the file has 16 bytes for them',
  ],
  ['unused bytes at the end', withTensor(entry, 20), 'the tensors take 16 bytes, but the file has 20 bytes for them'],
  [
    'unused bytes at the start',
    withTensor({ ...entry, data_offsets: [4, 20] }, 20),
    'w: the values start at byte 4, but the previous tensor ends at byte 0',
  ],
  ['metadata that is a list', file('{"__metadata__":[]}', 0), '__metadata__: expected strings by name'],
  ['metadata that is not text', file('{"__metadata__":{"epoch":3}}', 0), '__metadata__: expected strings by name'],
];

describe('readSafetensors rejects', () => {
  test.each(damaged)('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test('a truncated file', () => {
    for (let length = 0; length < valid.length; length++)
      expect(() => readSafetensors(valid.subarray(0, length)), `${length}`).toThrow(SafetensorsError);
    expect(readSafetensors(valid).tensors.size).toBe(2);
  });

  test('a header that is not UTF-8', () => {
    const bytes = valid.slice();
    bytes[bytes.indexOf('w'.charCodeAt(0))] = 0xff;
    expect(() => readSafetensors(bytes)).toThrow('the header is not a JSON object');
  });

  test('tensors that share bytes, which would expand a small file', () => {
    const shared = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`w${i}`, { dtype: 'U8', shape: [2 ** 20], data_offsets: [0, 2 ** 20] }]),
    );
    expect(() => readSafetensors(file(JSON.stringify(shared), 2 ** 20))).toThrow(
      'w1: the values start at byte 0, but the previous tensor ends at byte 1,048,576',
    );
  });

  test('or reads a file with one changed byte, without expanding it', () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), (position, byte) => {
        const bytes = valid.slice();
        bytes[position] = byte;
        try {
          const total = [...readSafetensors(bytes).tensors.values()].reduce(
            (sum, { values }) => sum + values.byteLength,
            0,
          );
          expect(total).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});

const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

test('F16 decodes signed zeros, subnormal and normal limits, infinities and NaN', () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
  const expected = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, -2, 65504, Infinity, -Infinity, NaN];
  expect(decodeElements('F16', bytesOf(bits))).toEqual(Float32Array.from(expected));
});

test('BF16 decodes to the float32 with the same upper bits', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const decoded = new Uint32Array((decodeElements('BF16', bytesOf(all)) as Float32Array).buffer);
  // A signalling NaN may become a quiet one.
  expect(decoded.every((wide, bits) => wide === bits * 0x10000 || (bits & 0x7f80) === 0x7f80)).toBe(true);
  expect(decoded[0x7f80]).toBe(0x7f800000);
});

const integerArrays = {
  I8: fc.int8Array(),
  I16: fc.int16Array(),
  U16: fc.uint16Array(),
  U32: fc.uint32Array(),
  I32: fc.int32Array(),
  U8: fc.uint8Array(),
} as const;

test.each(Object.keys(integerArrays) as (keyof typeof integerArrays)[])(
  'all values of type %s are decoded exactly',
  (type) => {
    fc.assert(
      fc.property(integerArrays[type] as fc.Arbitrary<Int8Array>, (values) => {
        expect([...decodeElements(type, bytesOf(values))]).toEqual([...values]);
      }),
    );
  },
);

test('64-bit integers are decoded if they fit in 53 bits, and rejected otherwise', () => {
  const edge = 2n ** 53n;
  expect([...decodeElements('I64', bytesOf(BigInt64Array.of(-1n, edge - 1n, 1n - edge)))]).toEqual([
    -1,
    2 ** 53 - 1,
    1 - 2 ** 53,
  ]);
  expect(() => decodeElements('I64', bytesOf(BigInt64Array.of(-edge)))).toThrow(
    '-9007199254740992 needs more than 53 bits',
  );
  expect(() => decodeElements('U64', bytesOf(BigUint64Array.of(2n ** 64n - 1n)))).toThrow(
    '18446744073709551615 needs more than 53 bits',
  );
});

test('decodeElements copies the bytes', () => {
  for (const type of Object.keys(elementTypes) as ElementTypeName[]) {
    const bytes = new Uint8Array(8);
    const values = decodeElements(type, bytes);
    bytes.fill(1);
    expect([...values], type).toEqual(Array(8 / elementTypes[type].bytes).fill(0));
  }
});
