/**
 * The header of a NumPy array file (NEP 1: magic, version, length, a Python dict literal). Arrays here
 * are little-endian, in C order, of whole numbers; nothing else is read.
 */
import { FormatError } from './format-error';

export const npyTypes = { '|u1': 1, '|b1': 1, '<i4': 4, '<i8': 8 } as const;
export type NpyType = keyof typeof npyTypes;

export interface NpyHeader {
  readonly type: NpyType;
  /** One or two dimensions: [count] or [count, length of a row]. */
  readonly shape: readonly number[];
  /** Bytes before the first number. */
  readonly offset: number;
}

/** A longer header than this is none: 64 bytes would do. */
export const MOST_HEADER_BYTES = 4096;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads the header at the start of a file's bytes; more bytes than the header are ignored.
 * @throws FormatError; nothing is allocated by what the header claims
 */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new FormatError(file, 'a NumPy array file', 'other bytes at its start');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6]!;
  if (major < 1 || major > 3) throw new FormatError(file, 'NumPy format version 1 to 3', `version ${major}`);
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MOST_HEADER_BYTES - start)
    throw new FormatError(file, `a header of at most ${MOST_HEADER_BYTES} bytes`, `one that claims ${length}`);
  if (bytes.length < start + length)
    throw new FormatError(file, `a header of ${length} bytes`, `the end of the file after ${bytes.length - start}`);
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
    throw new FormatError(
      file,
      "a header with 'descr', 'fortran_order' and 'shape'",
      JSON.stringify(text.trim().slice(0, 80)),
    );
  if (!Object.hasOwn(npyTypes, descr))
    throw new FormatError(file, `numbers of type ${Object.keys(npyTypes).join(', ')}`, descr || 'none');
  if (fortran === 'True')
    throw new FormatError(file, 'rows one after another (C order)', 'columns one after another (Fortran order)');
  return { type: descr as NpyType, shape: readShape(dimensions, file) };
}

function readShape(text: string, file: string): number[] {
  const shape = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (shape.length < 1 || shape.length > 2)
    throw new FormatError(file, 'an array of one or two dimensions', `${shape.length}`);
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * size, 8)))
    throw new FormatError(file, 'a size that a file can have', `shape (${text})`);
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
