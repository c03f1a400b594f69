/** The safetensors format: a length, a JSON header, then raw little-endian values. */

export type TensorValues = Float32Array | Int32Array | Uint8Array | Float64Array;

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not sound; the message says what was expected and what came. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

const types = { F32: Float32Array, I32: Int32Array, U8: Uint8Array, F64: Float64Array } as const;
type TypeName = keyof typeof types;

/** The format's own limit for a header: nothing larger is parsed. */
const MAX_HEADER = 100_000_000;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** @throws SafetensorsError when the header is damaged or a tensor does not fit its bytes */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { __metadata__: metadata = {}, ...entries } = readHeader(bytes);
  const body = bytes.subarray(8 + headerLength(bytes));
  const tensors = Object.entries(entries).map(([name, entry]) => [name, readTensor(name, entry as Entry, body)] as const);
  return { tensors: new Map(tensors), metadata: metadata as Record<string, string> };
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
    if (header && typeof header === 'object' && !Array.isArray(header)) return header as Record<string, unknown>;
  } catch {
    // Falls through: what is wrong with the text does not help the reader.
  }
  throw new SafetensorsError('the header is not a JSON object');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readTensor(name: string, entry: Entry, body: Uint8Array): StoredTensor {
  if (!entry || !Array.isArray(entry.shape) || !Array.isArray(entry.data_offsets) || ![...entry.shape, ...entry.data_offsets].every(isCount))
    throw new SafetensorsError(`${name}: the header entry is damaged`);
  if (!Object.hasOwn(types, entry.dtype)) throw new SafetensorsError(`${name}: values of type ${entry.dtype} are not read`);
  const type = types[entry.dtype as TypeName];
  const [from, to] = entry.data_offsets;
  const size = entry.shape.reduce((product, length) => product * length, 1) * type.BYTES_PER_ELEMENT;
  if (to - from !== size || to > body.length)
    throw new SafetensorsError(`${name}: expected ${size} bytes, the file has ${Math.max(0, Math.min(to, body.length) - from)}`);
  // Copied, since a view would need an offset that is a multiple of the element size.
  return { shape: entry.shape, values: new type(new Uint8Array(body.subarray(from, to)).buffer) };
}

/** Tensors in the order given; the header is padded so that values start at a multiple of 8. */
export function writeSafetensors(tensors: Iterable<readonly [string, StoredTensor]>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    header[name] = { dtype: typeName(values), shape, data_offsets: [offset, (offset += values.byteLength)] };
  }
  return join(new TextEncoder().encode(JSON.stringify(header)), parts);
}

const typeName = (values: TensorValues): string =>
  (Object.keys(types) as TypeName[]).find((name) => values instanceof types[name]) ?? 'F32';

function join(header: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const headerSize = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerSize + parts.reduce((sum, part) => sum + part.length, 0)).fill(0x20, 8, 8 + headerSize);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerSize), true);
  bytes.set(header, 8);
  let offset = 8 + headerSize;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
