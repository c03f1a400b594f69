import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeElements, elementTypes, type ElementTypeName } from '../../../models/checkpoint/element-types';

const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

test('half numbers: zeros of both signs, the smallest and largest of each kind, infinities and no number', () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
  const expected = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, -2, 65504, Infinity, -Infinity, NaN];
  expect(decodeElements('F16', bytesOf(bits))).toEqual(Float32Array.from(expected));
});

test('every bfloat16 is the float32 that starts with its bits', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const decoded = new Uint32Array((decodeElements('BF16', bytesOf(all)) as Float32Array).buffer);
  // A signalling no-number may become a quiet one on its way.
  expect(decoded.every((wide, bits) => wide === bits * 0x10000 || (bits & 0x7f80) === 0x7f80)).toBe(true);
  expect(decoded[0x7f80]).toBe(0x7f800000);
});

const whole = {
  I8: fc.int8Array(),
  I16: fc.int16Array(),
  U16: fc.uint16Array(),
  U32: fc.uint32Array(),
  I32: fc.int32Array(),
  U8: fc.uint8Array(),
} as const;

test.each(Object.keys(whole) as (keyof typeof whole)[])('all numbers of type %s keep their values', (type) => {
  fc.assert(
    fc.property(whole[type] as fc.Arbitrary<Int8Array>, (values) => {
      expect([...decodeElements(type, bytesOf(values))]).toEqual([...values]);
    }),
  );
});

test('whole numbers of 64 bits are kept where 53 bits hold them, and refused where not', () => {
  const edge = 2n ** 53n;
  expect([...decodeElements('I64', bytesOf(BigInt64Array.of(-1n, edge - 1n, 1n - edge)))]).toEqual([
    -1,
    2 ** 53 - 1,
    1 - 2 ** 53,
  ]);
  expect(() => decodeElements('I64', bytesOf(BigInt64Array.of(-edge)))).toThrow('-9007199254740992 is beyond 53 bits');
  expect(() => decodeElements('U64', bytesOf(BigUint64Array.of(2n ** 64n - 1n)))).toThrow(RangeError);
});

test('what is decoded shares no memory with the bytes it came from', () => {
  for (const type of Object.keys(elementTypes) as ElementTypeName[]) {
    const bytes = new Uint8Array(8);
    const values = decodeElements(type, bytes);
    bytes.fill(1);
    expect([...values], type).toEqual(Array(8 / elementTypes[type].bytes).fill(0));
  }
});
