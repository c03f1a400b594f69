/**
 * The safetensors format: a length, a JSON header, then raw little-endian values. The lab computes with four element
 * types; every other is widened to the narrowest of the four that holds all its values.
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

const isElementType = (name: string): name is ElementTypeName => Object.hasOwn(elementTypes, name);

/** Copies, so that elements are aligned and no larger buffer is kept alive. @throws RangeError for a whole number beyond 53 bits */
export const decodeElements = (type: ElementTypeName, bytes: Uint8Array): TensorValues =>
  elementTypes[type].decode(new Uint8Array(bytes));

/** Number of elements. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not sound; the message says what was expected and what came. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** The format's own limit for a header: nothing larger is parsed. */
const MAX_HEADER = 100_000_000;

/** A checked tensor of the header: the range of its values behind the header. */
interface Entry {
  readonly name: string;
  readonly type: ElementTypeName;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** @throws SafetensorsError when the header is damaged or the tensors do not fill the file, one after the other */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { __metadata__: metadata = {}, ...header } = readHeader(bytes);
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw new SafetensorsError('__metadata__: expected texts by name');
  const body = bytes.subarray(8 + headerLength(bytes));
  const entries = Object.entries(header).map(([name, value]) => readEntry(name, value));
  // Checked before anything is copied: a small file must not unfold into a large one.
  checkOrder(entries, body.length);
  return {
    tensors: new Map(entries.map((entry) => [entry.name, readTensor(entry, body)])),
    metadata: metadata as Record<string, string>,
  };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) throw new SafetensorsError(`expected at least 8 bytes, came ${bytes.length}`);
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

function readHeader(bytes: Uint8Array): Record<string, unknown> {
  const length = headerLength(bytes);
  if (length > MAX_HEADER || length > bytes.length - 8)
    throw new SafetensorsError(`the header claims ${length} bytes, the file has ${bytes.length - 8} after its length`);
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
    if (isRecord(header)) return header;
  } catch {
    // Falls through: what is wrong with the text does not help the reader.
  }
  throw new SafetensorsError('the header is not a JSON object');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw new SafetensorsError(`${name}: the header entry is damaged`);
  if (!isElementType(dtype)) throw new SafetensorsError(`${name}: values of type ${dtype} are not read`);
  const [from, to] = offsets;
  const size = elementCount(shape) * elementTypes[dtype].bytes;
  if (to! - from! !== size)
    throw new SafetensorsError(
      `${name}: ${dtype} [${shape.join(', ')}] takes ${size} bytes, the header gives it ${to! - from!}`,
    );
  return { name, type: dtype, shape, from: from!, to: to! };
}

/** The format allows no gaps, no overlaps and nothing behind the last tensor. */
function checkOrder(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end)
      throw new SafetensorsError(`${name}: its values start at byte ${from}, those before end at ${end}`);
    end = to;
  }
  if (end !== length) throw new SafetensorsError(`the tensors take ${end} bytes, the file has ${length} for them`);
}

function readTensor({ name, type, shape, from, to }: Entry, body: Uint8Array): StoredTensor {
  try {
    return { shape, values: decodeElements(type, body.subarray(from, to)) };
  } catch (error) {
    throw new SafetensorsError(`${name}: ${(error as RangeError).message}`);
  }
}

/** The file as a whole. @throws as `encodeSafetensorsParts` */
export function writeSafetensors(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = encodeSafetensorsParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/**
 * The file in its parts: the header, then the values of each tensor, not copied.
 * Tensors in the order given; the header is padded so that values start at a multiple of 8.
 * @throws SafetensorsError when a name is given twice or kept by the format, or values do not fill their shape
 */
export function encodeSafetensorsParts(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    if (header.has(name)) throw new SafetensorsError(`${name}: this name is taken`);
    if (values.length !== elementCount(shape))
      throw new SafetensorsError(`${name}: ${values.length} values do not fill [${shape.join(', ')}]`);
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    header.set(name, { dtype: typeName(values), shape, data_offsets: [offset, (offset += values.byteLength)] });
  }
  if (Object.keys(metadata).length === 0) header.delete('__metadata__');
  return [headerBytes(Object.fromEntries(header)), ...parts];
}

/** The four types that are computed with are the ones that are written. */
function typeName(values: TensorValues): ElementTypeName {
  if (values instanceof Float32Array) return 'F32';
  if (values instanceof Float64Array) return 'F64';
  return values instanceof Int32Array ? 'I32' : 'U8';
}

function headerBytes(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + size).fill(0x20, 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  bytes.set(text, 8);
  return bytes;
}
