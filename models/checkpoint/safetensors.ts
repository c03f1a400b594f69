/**
 * The safetensors format: a length, a JSON header, then raw little-endian values. The lab computes with four element
 * types; all others are converted to the narrowest of the four that can represent their values.
 */
import { MessageError, type MessageId } from '../../renderer/messages/message';
import type { ByteSource } from './byte-source';

export type TensorValues = Float32Array | Int32Array | Uint8Array | Float64Array;

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

interface ElementType {
  /** Bytes of one element. */
  readonly bytes: number;
  /** Decodes exactly the little-endian bytes of a tensor to values that share no memory with others. */
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

interface SmallFloat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  /** Whether the largest exponent is that of infinities and NaN, as in IEEE 754; otherwise only all ones are NaN. */
  readonly hasInfinity: boolean;
}

/** The 256 values of a format of 8 bits with a sign. */
function smallFloats({ exponentBits, fractionBits, hasInfinity }: SmallFloat): Float32Array {
  const bias = 2 ** (exponentBits - 1) - 1;
  const [most, ones] = [2 ** exponentBits - 1, 2 ** fractionBits - 1];
  return Float32Array.from({ length: 256 }, (_, bits) => {
    const sign = bits & 0x80 ? -1 : 1;
    const [exponent, fraction] = [(bits & 0x7f) >> fractionBits, bits & ones];
    if (exponent === most && hasInfinity) return fraction ? NaN : sign * Infinity;
    if (exponent === most && fraction === ones) return NaN;
    const significand = exponent === 0 ? fraction : fraction + 2 ** fractionBits;
    return sign * significand * 2 ** (Math.max(exponent, 1) - bias - fractionBits);
  });
}

const float8e4m3 = smallFloats({ exponentBits: 4, fractionBits: 3, hasInfinity: false });
const float8e5m2 = smallFloats({ exponentBits: 5, fractionBits: 2, hasInfinity: true });

/** @throws MessageError for an integer that a float64 cannot represent exactly */
function toSafeInteger(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new MessageError('safetensors.unsafeInteger', { value: String(value) });
  return number;
}

export const elementTypes = {
  F32: { bytes: 4, decode: ({ buffer }) => new Float32Array(buffer) },
  F64: { bytes: 8, decode: ({ buffer }) => new Float64Array(buffer) },
  I32: { bytes: 4, decode: ({ buffer }) => new Int32Array(buffer) },
  U8: { bytes: 1, decode: (bytes) => bytes },
  BF16: { bytes: 2, decode: bfloat16 },
  F16: { bytes: 2, decode: ({ buffer }) => new Float32Array(new Uint16Array(buffer)).map(half) },
  F8_E4M3: { bytes: 1, decode: (bytes) => Float32Array.from(bytes, (bits) => float8e4m3[bits]!) },
  F8_E5M2: { bytes: 1, decode: (bytes) => Float32Array.from(bytes, (bits) => float8e5m2[bits]!) },
  I64: { bytes: 8, decode: ({ buffer }) => Float64Array.from(new BigInt64Array(buffer), toSafeInteger) },
  U64: { bytes: 8, decode: ({ buffer }) => Float64Array.from(new BigUint64Array(buffer), toSafeInteger) },
  U32: { bytes: 4, decode: ({ buffer }) => new Float64Array(new Uint32Array(buffer)) },
  I16: { bytes: 2, decode: ({ buffer }) => new Int32Array(new Int16Array(buffer)) },
  U16: { bytes: 2, decode: ({ buffer }) => new Int32Array(new Uint16Array(buffer)) },
  I8: { bytes: 1, decode: ({ buffer }) => new Int32Array(new Int8Array(buffer)) },
  BOOL: { bytes: 1, decode: (bytes) => bytes },
} as const satisfies Record<string, ElementType>;

export type ElementTypeName = keyof typeof elementTypes;

/** Weights of 8 bits in this format have scales in other tensors, which differ by program. */
const isElementType = (name: string): name is ElementTypeName =>
  Object.hasOwn(elementTypes, name) && !name.startsWith('F8');

/** Decodes a copy, so that elements are aligned and no larger buffer is kept alive. @throws MessageError for an integer of more than 53 bits */
export const decodeElements = (type: ElementTypeName, bytes: Uint8Array): TensorValues =>
  elementTypes[type].decode(new Uint8Array(bytes));

/** Number of elements of a tensor. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** `[2, 3]` */
export const formatShape = (shape: readonly number[]): string =>
  `[${[...shape.slice(0, MAX_SHOWN_SIZES), ...(shape.length > MAX_SHOWN_SIZES ? ['…'] : [])].join(', ')}]`;

/** A damaged file may claim a million. */
const MAX_SHOWN_SIZES = 8;

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An invalid file: what was expected and what was found. */
export class SafetensorsError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'SafetensorsError';
}

/** Maximum bytes of the header; the format allows 100 MB, for a million tensors. Published models have some hundreds. */
export const MAX_HEADER = 2 ** 23;

interface TensorInfo {
  readonly type: ElementTypeName;
  readonly shape: readonly number[];
}

/** A checked tensor of the header, with the range of its values after the header. */
interface Entry extends TensorInfo {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: SafetensorsFile['metadata'];
}

/** @throws SafetensorsError when the header is damaged or the tensors do not fill the file one after the other */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const start = LENGTH_BYTES + headerLength(bytes, bytes.length);
  const { entries, metadata } = parseHeader(bytes.subarray(LENGTH_BYTES, start), bytes.length - start);
  const body = bytes.subarray(start);
  return { tensors: new Map(entries.map((entry) => [entry.name, readTensor(entry, body)])), metadata };
}

/** A file whose tensors are read one by one into given memory: nothing is copied, and the calling thread is not blocked. */
export class SafetensorsReader {
  private constructor(
    private readonly source: ByteSource,
    /** Where the values start. */
    readonly headerEnd: number,
    private readonly entries: ReadonlyMap<string, Entry>,
    readonly metadata: SafetensorsFile['metadata'],
  ) {}

  /** Reads the header. @throws as `readSafetensors`, and errors of the source */
  static async open(source: ByteSource): Promise<SafetensorsReader> {
    const first = new Uint8Array(Math.min(LENGTH_BYTES, source.size));
    await source.read(first, 0);
    const header = new Uint8Array(headerLength(first, source.size));
    await source.read(header, LENGTH_BYTES);
    const start = LENGTH_BYTES + header.length;
    const { entries, metadata } = parseHeader(header, source.size - start);
    return new SafetensorsReader(source, start, new Map(entries.map((entry) => [entry.name, entry])), metadata);
  }

  find(name: string): TensorInfo | undefined {
    return this.entries.get(name);
  }

  /** Reads a tensor of as many elements as `values`; others of its type are converted. @throws Error where there is none, and errors of the source */
  async readInto(name: string, values: TensorValues): Promise<void> {
    const entry = this.entries.get(name);
    if (!entry || elementCount(entry.shape) !== values.length) throw new Error(`${name}: no tensor of this size`);
    const position = this.headerEnd + entry.from;
    if (entry.type === typeName(values)) return this.source.read(bytesOf(values), position);
    const bytes = new Uint8Array(entry.to - entry.from);
    await this.source.read(bytes, position);
    values.set(elementTypes[entry.type].decode(bytes));
  }
}

/** Bytes of the length of the header. */
export const LENGTH_BYTES = 8;

/** @param bytes the first bytes of a file @param size of the file */
function headerLength(bytes: Uint8Array, size: number): number {
  if (size < LENGTH_BYTES) throw new SafetensorsError('safetensors.tooShort', { count: size });
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const available = size - LENGTH_BYTES;
  if (length > available)
    throw new SafetensorsError('safetensors.headerTooLong', { length: String(length), available });
  if (length > MAX_HEADER) throw new SafetensorsError('safetensors.headerTooLarge', { length, max: MAX_HEADER });
  return length;
}

/** @param bodySize bytes after the header */
function parseHeader(bytes: Uint8Array, bodySize: number): Header {
  const { __metadata__: metadata = {}, ...header } = parseJson(bytes);
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw new SafetensorsError('safetensors.metadata');
  const entries = Object.entries(header).map(([name, value]) => readEntry(name, value));
  // Checked before anything is copied: a small file must not expand to a large one.
  checkOrder(entries, bodySize);
  return { entries, metadata: metadata as Header['metadata'] };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(header)) return header;
  } catch {
    // Falls through: the error of the parser would not help the reader.
  }
  throw new SafetensorsError('safetensors.headerNotJson');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw new SafetensorsError('safetensors.entryInvalid', { name });
  if (!isElementType(dtype)) throw new SafetensorsError('safetensors.unsupportedType', { name, type: dtype });
  const [from, to] = offsets;
  const size = elementCount(shape) * elementTypes[dtype].bytes;
  if (to! - from! !== size)
    throw new SafetensorsError('safetensors.wrongSize', {
      name,
      type: dtype,
      shape: formatShape(shape),
      size,
      found: to! - from!,
    });
  return { name, type: dtype, shape, from: from!, to: to! };
}

/** The format allows no gaps, no overlaps and nothing after the last tensor. */
function checkOrder(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw new SafetensorsError('safetensors.wrongOffset', { name, from, end });
    end = to;
  }
  if (end !== length) throw new SafetensorsError('safetensors.wrongTotal', { end, length });
}

function readTensor({ name, type, shape, from, to }: Entry, body: Uint8Array): StoredTensor {
  try {
    return { shape, values: decodeElements(type, body.subarray(from, to)) };
  } catch (error) {
    throw new SafetensorsError('safetensors.tensorError', { name, reason: (error as MessageError).text });
  }
}

/** Encodes a file. @throws as `encodeSafetensorsParts` */
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
 * Encodes a file in parts: the header, then the values of each tensor in the given order, without copying them.
 * The header is padded so that values start at a multiple of 8.
 * @throws Error when a name is used twice or reserved by the format, or values do not fill their shape
 */
export function encodeSafetensorsParts(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    if (header.has(name)) throw new Error(`${name}: the name is already in use`);
    if (values.length !== elementCount(shape))
      throw new Error(`${name}: ${values.length} values do not fill ${formatShape(shape)}`);
    parts.push(bytesOf(values));
    header.set(name, { dtype: typeName(values), shape, data_offsets: [offset, (offset += values.byteLength)] });
  }
  if (Object.keys(metadata).length === 0) header.delete('__metadata__');
  return [headerBytes(Object.fromEntries(header)), ...parts];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TensorValues): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The element type of values: only the four types that the lab computes with are written. */
export function typeName(values: TensorValues): ElementTypeName {
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
