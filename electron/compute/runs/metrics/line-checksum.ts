/**
 * Checksums of the lines of metrics.jsonl: `{"crc32":"1c291ca3","type":"step",…}`. The CRC-32 is that of the bytes after it; it detects every
 * change of up to 32 bits in a row. Lines of earlier versions begin with their type and have none.
 */
import crc32 from 'buffer-crc32';

const PREFIX = '{"crc32":"';
const DIGITS = 8;
/** Index of the first byte that the checksum covers. */
export const CONTENT_START = PREFIX.length + DIGITS + '",'.length;
const prefixBytes = Buffer.from(PREFIX);
const plainPrefixBytes = Buffer.from('{"type":"');

const COMMA = 0x2c;
const QUOTE = 0x22;
const LETTER_A = 0x61;
const ZERO = 0x30;

/** A longer line is damaged: the end of a file after a power cut may be megabytes of zeros. */
export const MAX_LINE_BYTES = 2 ** 22;

interface CheckedLine {
  /** Without line feed. */
  readonly text: string;
  readonly checksum: number;
}

/** The line of an object. */
export function createLine(value: object): CheckedLine {
  const content = JSON.stringify(value).slice(1);
  const checksum = crc32.unsigned(Buffer.from(content));
  return { text: `${PREFIX}${checksum.toString(16).padStart(DIGITS, '0')}",${content}`, checksum };
}

/** Whether a line begins like one with a checksum. */
export function hasChecksum(bytes: Uint8Array, at = 0): boolean {
  for (let index = 0; index < prefixBytes.length; index++) if (bytes[at + index] !== prefixBytes[index]) return false;
  return true;
}

/** The checksum of a line for which `hasChecksum` is true; null where it is not written as the lab writes it. */
export function readChecksum(bytes: Uint8Array, at = 0): number | null {
  let value = 0;
  const start = at + prefixBytes.length;
  for (let index = start; index < start + DIGITS; index++) {
    const byte = bytes[index]!;
    const digit = byte - ZERO;
    const letter = byte - LETTER_A;
    if (digit >>> 0 <= 9) value = (value << 4) | digit;
    else if (letter >>> 0 <= 5) value = (value << 4) | (letter + 10);
    else return null;
  }
  return bytes[start + DIGITS] === QUOTE && bytes[start + DIGITS + 1] === COMMA ? value >>> 0 : null;
}

/** The checksum of an intact line; 0 for a line of an earlier version. */
export const checksumOfLine = (line: Buffer): number => (hasChecksum(line) ? (readChecksum(line) ?? 0) : 0);

/** The JSON of a line without its checksum; null for a line that is damaged. */
export function openLine(line: Buffer): string | null {
  if (!hasChecksum(line)) return startsPlain(line) ? line.toString() : null;
  const isIntact = line.length > CONTENT_START && readChecksum(line) === crc32.unsigned(line.subarray(CONTENT_START));
  return isIntact ? `{${line.toString('utf8', CONTENT_START)}` : null;
}

const startsPlain = (line: Buffer): boolean => line.subarray(0, plainPrefixBytes.length).equals(plainPrefixBytes);
