/**
 * Element types of stored tensors, by safetensors' names of them. The lab computes with four; every other is
 * widened to the narrowest of the four that holds all its values.
 */

export type TensorValues = Float32Array | Int32Array | Uint8Array | Float64Array;

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

interface ElementType {
  /** Of one element. */
  readonly bytes: number;
  /** Little-endian bytes, whole elements and none but the tensor's own, as values that share no memory with others. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => TensorValues;
}

/** The first 16 bits of a float32. */
function bfloat16({ buffer }: Uint8Array<ArrayBuffer>): Float32Array {
  const bits = new Uint32Array(new Uint16Array(buffer));
  for (let i = 0; i < bits.length; i++) bits[i]! <<= 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

/** @throws RangeError for a number that a float64 cannot hold exactly */
function toSafeInteger(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is beyond 53 bits`);
  return number;
}

export const elementTypes = {
  F32: { bytes: 4, decode: ({ buffer }) => new Float32Array(buffer) },
  F64: { bytes: 8, decode: ({ buffer }) => new Float64Array(buffer) },
  I32: { bytes: 4, decode: ({ buffer }) => new Int32Array(buffer) },
  U8: { bytes: 1, decode: (bytes) => bytes },
  BF16: { bytes: 2, decode: bfloat16 },
  F16: { bytes: 2, decode: ({ buffer }) => new Float32Array(new Uint16Array(buffer)).map(half) },
  I64: { bytes: 8, decode: ({ buffer }) => Float64Array.from(new BigInt64Array(buffer), toSafeInteger) },
  U64: { bytes: 8, decode: ({ buffer }) => Float64Array.from(new BigUint64Array(buffer), toSafeInteger) },
  U32: { bytes: 4, decode: ({ buffer }) => new Float64Array(new Uint32Array(buffer)) },
  I16: { bytes: 2, decode: ({ buffer }) => new Int32Array(new Int16Array(buffer)) },
  U16: { bytes: 2, decode: ({ buffer }) => new Int32Array(new Uint16Array(buffer)) },
  I8: { bytes: 1, decode: ({ buffer }) => new Int32Array(new Int8Array(buffer)) },
  BOOL: { bytes: 1, decode: (bytes) => bytes },
} as const satisfies Record<string, ElementType>;

export type ElementTypeName = keyof typeof elementTypes;

export const isElementType = (name: string): name is ElementTypeName => Object.hasOwn(elementTypes, name);

/** A copy, so that elements stand where their size asks for and nothing larger is kept alive. @throws RangeError for a whole number beyond 53 bits */
export const decodeElements = (type: ElementTypeName, bytes: Uint8Array): TensorValues =>
  elementTypes[type].decode(new Uint8Array(bytes));

/** Number of elements. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
