/**
 * NumPy array files, read by offset (a file of many gigabytes opens at once and stays on disk) and written row by row.
 * The header is that of NEP 1: magic, version, length, a Python dict literal. Arrays are little-endian, in C order,
 * of whole numbers, and of others where `floats` reads them.
 */
import type { FileHandle } from 'node:fs/promises';
import { lstat, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { message } from '../../renderer/messages/message';
import { FormatError, numberText } from './format-error';

export const npyTypes = { '|u1': 1, '|b1': 1, '<i4': 4, '<i8': 8, '<f8': 8 } as const;
export type NpyType = keyof typeof npyTypes;

interface NpyHeader {
  readonly type: NpyType;
  /** One or two dimensions: [count] or [count, length of a row]. */
  readonly shape: readonly number[];
  /** Bytes before the first number. */
  readonly offset: number;
}

/** Maximum bytes of a header; 64 are usual. */
const MAX_HEADER_BYTES = 4096;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads the header at the start of a file's bytes; more bytes than the header are ignored.
 * @throws FormatError; nothing is allocated by what the header claims
 */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new FormatError(file, message('formats.npy.array'), message('formats.npy.otherStart'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6]!;
  if (major < 1 || major > 3)
    throw new FormatError(file, message('formats.npy.versions'), message('formats.npy.version', { version: major }));
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES - start)
    throw new FormatError(file, message('formats.npy.maxHeader', { max: MAX_HEADER_BYTES }), numberText(length));
  if (bytes.length < start + length)
    throw new FormatError(
      file,
      message('formats.npy.headerBytes', { count: length }),
      message('formats.npy.endAfter', { count: bytes.length - start }),
    );
  const text = String.fromCharCode(...bytes.subarray(start, start + length));
  return { ...readDict(text, file), offset: start + length };
}

/** Keys come in any order; the values are those NumPy writes. */
const DICT = /^\{\s*(?:'(?:descr|fortran_order|shape)'\s*:\s*(?:'[^']*'|True|False|\([\d,\s]*\))\s*,?\s*){3}\}\s*$/u;

function readDict(text: string, file: string): Pick<NpyHeader, 'type' | 'shape'> {
  const valueOf = (key: string, value: string) => new RegExp(`'${key}'\\s*:\\s*${value}`, 'u').exec(text)?.[1];
  const descr = valueOf('descr', "'([^']*)'");
  const fortran = valueOf('fortran_order', '(True|False)');
  const dimensions = valueOf('shape', '\\(([\\d,\\s]*)\\)');
  if (!DICT.test(text) || descr === undefined || fortran === undefined || dimensions === undefined)
    throw new FormatError(file, message('formats.npy.header'), JSON.stringify(text.trim().slice(0, 80)));
  if (!Object.hasOwn(npyTypes, descr))
    throw new FormatError(
      file,
      message('formats.npy.types', { types: Object.keys(npyTypes).join(', ') }),
      descr || message('formats.none'),
    );
  if (fortran === 'True')
    throw new FormatError(file, message('formats.npy.cOrder'), message('formats.npy.fortranOrder'));
  return { type: descr as NpyType, shape: readShape(dimensions, file) };
}

function readShape(text: string, file: string): number[] {
  const shape = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (shape.length < 1 || shape.length > 2)
    throw new FormatError(file, message('formats.npy.dimensions'), String(shape.length));
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * size, 8)))
    throw new FormatError(file, message('formats.npy.possibleSize'), message('formats.npy.shape', { shape: text }));
  return shape;
}

/** The bytes NumPy itself writes: padded so that the numbers begin at a multiple of 64. */
export function npyHeaderBytes(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Room for a growing first dimension, as NumPy leaves it: the header of a file can be rewritten in place.
  const room = 21 - String(shape[0]).length;
  const length = Math.ceil((10 + dict.length + room + 1) / 64) * 64 - 10;
  const text = `${dict.padEnd(length - 1, ' ')}\n`;
  return Uint8Array.from([
    ...MAGIC,
    1,
    0,
    length & 255,
    length >> 8,
    ...Array.from(text, (character) => character.charCodeAt(0)),
  ]);
}

export class NpyFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly header: NpyHeader,
    /** For errors: the file's name with its folder's. */
    readonly name: string,
  ) {}

  /**
   * Reads the header only, and compares the file's size with it.
   * @throws FormatError for other content, a size other than the header's, or a link
   */
  static async open(path: string, name: string = basename(path)): Promise<NpyFile> {
    const handle = await openPlain(path, name);
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
      const header = readNpyHeader(buffer.subarray(0, bytesRead), name);
      const expected = header.offset + header.shape.reduce((product, size) => product * size, npyTypes[header.type]);
      const { size } = await handle.stat();
      if (size !== expected)
        throw new FormatError(
          name,
          message('formats.npy.shapeBytes', { count: expected, shape: header.shape.join(', ') }),
          numberText(size),
        );
      return new NpyFile(handle, header, name);
    } catch (reason) {
      await handle.close();
      throw reason;
    }
  }

  get type() {
    return this.header.type;
  }

  get dimensions(): number {
    return this.header.shape.length;
  }

  /** Number of rows. */
  get count(): number {
    return this.header.shape[0]!;
  }

  /** Numbers in a row; 1 in an array of one dimension. */
  get width(): number {
    return this.header.shape[1] ?? 1;
  }

  /**
   * Rows from..to (the last not included), one after another.
   * @throws RangeError for rows the file does not have
   * @throws FormatError for a number beyond 32 bits
   */
  async rows(from: number, to: number): Promise<Int32Array> {
    return this.decode(new DataView((await this.bytes(from, to)).buffer), from);
  }

  /** As `rows`, for numbers of any size, whole or not. */
  async floats(from: number, to: number): Promise<Float64Array> {
    if (this.header.type !== '<f8') return Float64Array.from(await this.rows(from, to));
    const view = new DataView((await this.bytes(from, to)).buffer);
    return Float64Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(i * 8, true));
  }

  /** The same, without a copy for arrays of bytes: a million grids are read so. @throws as `rows` */
  async numbers(from: number, to: number): Promise<Uint8Array | Int32Array> {
    return npyTypes[this.header.type] === 1 ? this.bytes(from, to) : this.rows(from, to);
  }

  private async bytes(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    this.requireRows(from, to);
    const size = npyTypes[this.header.type];
    const bytes = new Uint8Array((to - from) * this.width * size);
    const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, this.header.offset + from * this.width * size);
    if (bytesRead !== bytes.length)
      throw new FormatError(
        this.name,
        message('formats.npy.bytesFromRow', { count: bytes.length, row: from }),
        numberText(bytesRead),
      );
    return bytes;
  }

  private requireRows(from: number, to: number): void {
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= this.count))
      throw new RangeError(`${this.name} has rows 0 to ${this.count - 1}, got a request for ${from} to ${to - 1}`);
  }

  private decode(view: DataView, from: number): Int32Array {
    if (this.header.type === '<f8') return this.decodeFloats(view, from);
    const size = npyTypes[this.header.type];
    const values = new Int32Array(view.byteLength / size);
    for (let i = 0; i < values.length; i++) {
      if (size === 1) values[i] = view.getUint8(i);
      else values[i] = view.getInt32(i * size, true);
      if (size === 8 && view.getInt32(i * size + 4, true) !== values[i]! >> 31)
        throw new FormatError(
          message('formats.place.row', { file: this.name, row: from + Math.floor(i / this.width) }),
          message('formats.npy.int32'),
          String(view.getBigInt64(i * size, true)),
        );
    }
    return values;
  }

  private decodeFloats(view: DataView, from: number): Int32Array {
    return Int32Array.from({ length: view.byteLength / 8 }, (_, i) => {
      const value = view.getFloat64(i * 8, true);
      if (value === (value | 0)) return value;
      throw new FormatError(
        message('formats.place.row', { file: this.name, row: from + Math.floor(i / this.width) }),
        message('formats.npy.int32'),
        String(value),
      );
    });
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A link could lead anywhere, and reading a pipe would never end. */
async function openPlain(path: string, name: string): Promise<FileHandle> {
  const stat = await lstat(path).catch((reason: NodeJS.ErrnoException) => {
    if (reason.code === 'ENOENT' || reason.code === 'ENOTDIR')
      throw new FormatError(name, message('formats.file'), message('formats.noFile'));
    throw reason;
  });
  if (!stat.isFile())
    throw new FormatError(
      name,
      message('formats.plainFile'),
      message(stat.isSymbolicLink() ? 'formats.link' : 'formats.notFile'),
    );
  return open(path, 'r');
}

/** Bytes collected before they are written. */
const CHUNK = 1 << 20;

export class NpyWriter {
  private chunk = new DataView(new ArrayBuffer(CHUNK));
  private filled = 0;
  private count = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly type: NpyType,
    private readonly width: number | null,
  ) {}

  /**
   * `width`: numbers in a row; null for an array of one dimension.
   * @throws where the file exists or cannot be created
   */
  static async create(path: string, type: NpyType, width: number | null): Promise<NpyWriter> {
    const writer = new NpyWriter(await open(path, 'wx'), type, width);
    await writer.handle.write(npyHeaderBytes(type, writer.shape()));
    return writer;
  }

  /**
   * One row. Returns a promise only when it is time to write: awaiting one for each of millions takes longer than the work.
   * @throws RangeError when it has another length than the array's rows
   */
  append(row: ArrayLike<number>): Promise<void> | undefined {
    if (row.length !== (this.width ?? 1))
      throw new RangeError(`expected a row of ${this.width ?? 1} numbers, got ${row.length}`);
    if (this.filled + row.length * npyTypes[this.type] > this.chunk.byteLength) return this.flushAndAppend(row);
    for (let i = 0; i < row.length; i++) this.put(row[i]!);
    this.count++;
    return undefined;
  }

  private async flushAndAppend(row: ArrayLike<number>): Promise<void> {
    await this.flush();
    const bytes = row.length * npyTypes[this.type];
    if (bytes > this.chunk.byteLength) this.chunk = new DataView(new ArrayBuffer(bytes));
    await this.append(row);
  }

  private put(value: number): void {
    const size = npyTypes[this.type];
    if (size === 1) this.chunk.setUint8(this.filled, value);
    else if (size === 4) this.chunk.setInt32(this.filled, value, true);
    else if (this.type === '<f8') this.chunk.setFloat64(this.filled, value, true);
    else this.chunk.setBigInt64(this.filled, BigInt(value), true);
    this.filled += size;
  }

  private async flush(): Promise<void> {
    const bytes = new Uint8Array(this.chunk.buffer, 0, this.filled);
    // On a full disk a write takes only a part without an error; the next one fails.
    for (let from = 0; from < bytes.length;) from += (await this.handle.write(bytes, from)).bytesWritten;
    this.filled = 0;
  }

  private shape(): number[] {
    return this.width === null ? [this.count] : [this.count, this.width];
  }

  /** Writes the remaining rows and the number of rows, and flushes the file. */
  async finish(): Promise<void> {
    await this.flush();
    await this.handle.write(npyHeaderBytes(this.type, this.shape()), 0, undefined, 0);
    await this.handle.sync();
    await this.handle.close();
  }

  /** Closes the file as it is; when writing is abandoned. */
  abandon(): Promise<void> {
    return this.handle.close().catch(() => undefined);
  }
}
