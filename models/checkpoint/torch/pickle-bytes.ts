/** Reads the bytes of a pickle in order and within bounds, and defines the values that a pickle can contain. */
import { FormatError } from '../../../datasets/formats/format-error';
import { message, type Message, type Text } from '../../../renderer/messages/message';

export class PickleBytes {
  private readonly view: DataView;

  /** @param file name for errors: the file, and the part of it */
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

  /** An error at a position; the current one by default. */
  error(expected: Text, found: Text, position = this.at): FormatError {
    return new FormatError(message('checkpoint.pickle.place', { file: this.file, position }), expected, found);
  }

  /** Takes the next bytes, as a view. */
  take(count: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (count > left)
      throw this.error(
        message('checkpoint.pickle.moreBytes', { count }),
        message('checkpoint.endAfter', { count: left }),
      );
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

  /** A length of 8 bytes, rounded beyond 53 bits, where it is longer than any file. */
  uint64(): number {
    return this.number(8, (at) => Number(this.view.getBigUint64(at, true)));
  }

  /** The only big-endian number of the format. */
  float64(): number {
    return this.number(8, (at) => this.view.getFloat64(at, false));
  }

  private number(size: number, read: (at: number) => number): number {
    this.take(size);
    return read(this.at - size);
  }

  /** A little-endian integer of any length, in two's complement. */
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
      throw this.error(message('checkpoint.pickle.utf8'), message('checkpoint.otherBytes'), from);
    }
  }

  /** The text up to the next line feed, without it. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.error(message('checkpoint.pickle.line'), message('checkpoint.pickle.noLineBreak'));
    const line = this.text(end - this.at);
    this.at = end + 1;
    return line;
  }
}

/** A class or function that a pickle may name; `call` builds the same object as Python's. */
export class PickleConstructor {
  /** @param call absent where the pickle may only name it */
  constructor(
    readonly name: string,
    readonly call?: (args: readonly PickleValue[]) => PickleValue,
  ) {}
}

/** An object that one of the constructors has built. */
export abstract class PickledObject {
  /** Description for errors, with its article. */
  abstract readonly description: Message;
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

/** An invalid argument of a call: what was expected and what was found. */
export class ArgumentError extends Error {
  constructor(
    readonly expected: Text,
    readonly found: Text,
  ) {
    super('invalid argument');
  }
}

/** Maximum number of characters of a value in an error. */
const MAX_SHOWN = 40;

/**
 * Describes a value for errors. Never converts a list or a dictionary to text: a list that contains itself many times has a
 * text of any length.
 */
export function describeValue(value: PickleValue | undefined): Text {
  if (value === undefined) return message('checkpoint.value.missing');
  if (value === null) return 'None';
  if (value instanceof Map) return message('checkpoint.value.dictionary');
  if (value instanceof Uint8Array) return message('checkpoint.value.bytes');
  if (value instanceof PickleConstructor) return value.name;
  if (value instanceof PickledObject) return value.description;
  switch (typeof value) {
    case 'string':
      return message('checkpoint.value.string', { value: value.slice(0, MAX_SHOWN) });
    case 'boolean':
      return message('checkpoint.value.boolean', { value: String(value) });
    case 'number':
    case 'bigint':
      return message('checkpoint.value.number', { value: String(value).slice(0, MAX_SHOWN) });
    default:
      return message('checkpoint.value.list');
  }
}
