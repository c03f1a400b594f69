/** The bytes of a pickle, read from front to back within their bounds, and the values that it can hold. */
import { FormatError } from '../../../datasets/formats/format-error';

export class PickleBytes {
  private readonly view: DataView;

  /** @param file for messages: which file, and which part of it */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    private at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.at;
  }

  /** @param found what was read instead of `expected` */
  error(expected: string, found: string, position = this.at): FormatError {
    return new FormatError(`${this.file}, byte ${position}`, expected, found);
  }

  /** The next bytes, as a view. */
  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at)
      throw this.error(`${count} more bytes`, `the end after ${this.bytes.length - this.at}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  uint16(): number {
    return this.number(2, (at) => this.view.getUint16(at, true));
  }

  uint32(): number {
    return this.number(4, (at) => this.view.getUint32(at, true));
  }

  int32(): number {
    return this.number(4, (at) => this.view.getInt32(at, true));
  }

  /** A length of 8 bytes. One beyond 53 bits is longer than any file. */
  uint64(): number {
    return this.number(8, (at) => Number(this.view.getBigUint64(at, true)));
  }

  /** The one big-endian number of the format. */
  float64(): number {
    return this.number(8, (at) => this.view.getFloat64(at, false));
  }

  private number(size: number, read: (at: number) => number): number {
    this.take(size);
    return read(this.at - size);
  }

  /** Two's complement of any length, little-endian. */
  long(size: number): number | bigint {
    const bytes = this.take(size);
    const unsigned = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const value = BigInt.asIntN(size * 8, unsigned);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  text(length: number): string {
    const from = this.at;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.take(length));
    } catch (reason) {
      if (reason instanceof FormatError) throw reason;
      throw this.error('UTF-8 text', 'other bytes', from);
    }
  }

  /** Up to the next line feed, which is left out. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.error('a line', 'no end of it');
    const line = this.text(end - this.at);
    this.at = end + 1;
    return line;
  }
}

/** A class or function that a pickle may name; `call` builds what Python's would, from already built arguments. */
export class PickleConstructor {
  /** @param call absent where the pickle may only name it */
  constructor(
    readonly name: string,
    readonly call?: (args: readonly PickleValue[]) => PickleValue,
  ) {}
}

/** What a constructor of the reader's own has made. */
export abstract class PickledObject {
  /** For messages: with its article. */
  abstract readonly description: string;
}

/** Lists and tuples are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleConstructor
  | PickledObject
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>;

/** A call that fails says what it expected and what it was given. */
export class ArgumentError extends Error {
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}

/** For messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === null) return 'None';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a dictionary';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof PickleConstructor) return value.name;
  return value instanceof PickledObject ? value.description : `the ${typeof value} ${String(value).slice(0, 40)}`;
}
