/** Parses the step lines of metrics.jsonl from bytes, several times as fast as `JSON.parse`: a run may have millions of them. */
import crc32 from 'buffer-crc32';
import type { StepMetrics } from '../../../../models/train/metrics';
import { CONTENT_START, hasChecksum, readChecksum } from './line-checksum';

/** The fields of a step, in the order of `StepLine.values`. Length and the first two letters identify a field. */
export const stepFields = [
  'step',
  'seconds',
  'lmLoss',
  'qHaltLoss',
  'accuracy',
  'exactAccuracy',
  'steps',
  'learningRate',
  'gradientNorm',
  'halted',
  'samples',
] as const satisfies readonly (keyof StepMetrics)[];

/** How the lab writes a step, after the brace or the checksum. */
const PREFIX = '"type":"step",';
const prefixBytes = Buffer.from(PREFIX);
const fieldLengths = Uint8Array.from(stepFields, (field) => field.length);
const firstLetters = Uint8Array.from(stepFields, (field) => field.charCodeAt(0));
const secondLetters = Uint8Array.from(stepFields, (field) => field.charCodeAt(1));

// Single constants are inlined, elements of an array are not.
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_E = 0x65;
const LETTER_L = 0x6c;
const LETTER_N = 0x6e;
const OPEN_BRACE = 0x7b;
const BRACE = 0x7d;
const LOWER_CASE = 0x20;
const HIGH_NIBBLES = 0xf0f0f0f0 | 0;
const DIGIT_NIBBLES = 0x30303030;

/** Eight digits fit into 32 bits. */
const GROUP_DIGITS = 8;
/** Further digits after the point do not change a number of JavaScript's format, which has an exponent below 1e-6. */
const MAX_FRACTION = 24;
const negativePowers = Float64Array.from({ length: MAX_FRACTION + 1 }, (_, exponent) => Number(`1e-${exponent}`));

/** A step line, parsed in place. Values differ from those of `JSON.parse` by a few parts in 1e16. */
export class StepLine {
  /** By the index in `stepFields`; NaN for a field without a number. */
  readonly values = new Float64Array(stepFields.length);
  /** Index of the byte after the line feed of the line that was parsed last. */
  end = 0;
  /** That of the line that was parsed last; 0 if it has none. */
  checksum = 0;
  private viewed: Uint8Array = new Uint8Array();
  private view: DataView = new DataView(this.viewed.buffer);
  /** The field expected at each place of a line: that of the previous line. */
  private readonly order = stepFields.map((_, index) => index);

  /**
   * Parses the line that begins at `at` and ends with a line feed.
   * @returns false for other lines, for those that do not match their checksum, and for steps in any other than the usual format, which
   * `parseText` reads
   */
  parse(bytes: Buffer, at: number): boolean {
    this.checksum = 0;
    if (!hasChecksum(bytes, at)) return bytes[at] === OPEN_BRACE && this.parseContent(bytes, at + 1);
    const content = at + CONTENT_START;
    if (!this.parseContent(bytes, content)) return false;
    this.checksum = crc32.unsigned(bytes.subarray(content, this.end - 1));
    return readChecksum(bytes, at) === this.checksum;
  }

  private parseContent(bytes: Buffer, at: number): boolean {
    if (!startsWithPrefix(bytes, at)) return false;
    if (bytes !== this.viewed) this.setView(bytes);
    this.values.fill(NaN);
    this.end = at + prefixBytes.length;
    for (let place = 0; ; place++) {
      const field = this.field(bytes, place);
      if (field < 0) return false;
      this.number(bytes, field);
      const next = bytes[this.end++];
      if (next === COMMA) continue;
      return next === BRACE && bytes[this.end++] === NEWLINE;
    }
  }

  private setView(bytes: Buffer): void {
    this.viewed = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Parses a line without its checksum, in any format of JSON; false if it is not a step. */
  parseText(text: string): boolean {
    if (!text.startsWith(`{${PREFIX}`)) return false;
    let parsed: Partial<Record<string, unknown>>;
    try {
      parsed = JSON.parse(text) as Partial<Record<string, unknown>>;
    } catch {
      return false;
    }
    stepFields.forEach((field, index) => {
      const value = parsed[field];
      this.values[index] = typeof value === 'number' ? value : NaN;
    });
    return !Number.isNaN(this.values[0]);
  }

  /** Reads `"name":` at `end`. @returns the index of the field, −1 for an unknown one */
  private field(bytes: Buffer, place: number): number {
    const expected = this.order[place] ?? -1;
    if (expected >= 0 && this.isField(bytes, expected)) return expected;
    const found = stepFields.findIndex((_, field) => this.isField(bytes, field));
    if (found >= 0 && place < this.order.length) this.order[place] = found;
    return found;
  }

  private isField(bytes: Buffer, field: number): boolean {
    const at = this.end;
    const end = at + 1 + fieldLengths[field]!;
    if (bytes[at] !== QUOTE || bytes[at + 1] !== firstLetters[field] || bytes[at + 2] !== secondLetters[field])
      return false;
    if (bytes[end] !== QUOTE || bytes[end + 1] !== COLON) return false;
    this.end = end + 2;
    return true;
  }

  /**
   * Reads a number at `end`, or skips null. After anything else `end` is −1, where there is neither comma nor brace.
   * Returning the number would allocate it.
   */
  private number(bytes: Buffer, field: number): void {
    let at = this.end;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    let digit = bytes[at]! - ZERO;
    if (digit >>> 0 > 9) {
      this.end = bytes[at] === LETTER_N && bytes[at + 3] === LETTER_L && !isNegative ? at + 4 : -1;
      return;
    }
    let value = 0;
    for (; digit >>> 0 <= 9; digit = bytes[++at]! - ZERO) value = value * 10 + digit;
    if (digit === DOT - ZERO) {
      const start = ++at;
      digit = bytes[at]! - ZERO;
      // Groups of digits as integers take less time than single digits as floats.
      while (digit >>> 0 <= 9 && at - start < MAX_FRACTION) {
        const groupEnd = at + GROUP_DIGITS;
        let group = 0;
        for (; at < groupEnd && at + 4 <= bytes.length; at += 4) {
          const four = this.view.getUint32(at, true);
          if (!areDigits(four)) break;
          group = Math.imul(group, 10_000) + toNumber(four);
        }
        digit = bytes[at]! - ZERO;
        for (; at < groupEnd && digit >>> 0 <= 9; digit = bytes[++at]! - ZERO) group = Math.imul(group, 10) + digit;
        value += group * negativePowers[at - start]!;
      }
      while (digit >>> 0 <= 9) digit = bytes[++at]! - ZERO;
    }
    this.end = at;
    if ((bytes[at]! | LOWER_CASE) === LETTER_E) value *= this.power(bytes);
    this.values[field] = isNegative ? -value : value;
  }

  /** Reads `e-7` at `end`. */
  private power(bytes: Buffer): number {
    const isNegative = bytes[++this.end] === MINUS;
    if (isNegative || bytes[this.end] === PLUS) this.end++;
    let exponent = 0;
    for (let digit = bytes[this.end]! - ZERO; digit >>> 0 <= 9; digit = bytes[++this.end]! - ZERO)
      exponent = exponent * 10 + digit;
    return 10 ** (isNegative ? -exponent : exponent);
  }
}

/** Whether four bytes are digits. */
function areDigits(four: number): boolean {
  return (four & HIGH_NIBBLES) === DIGIT_NIBBLES && ((four + 0x06060606) & HIGH_NIBBLES) === DIGIT_NIBBLES;
}

/** The number that four digits are, the first in the lowest byte. */
function toNumber(four: number): number {
  const digits = four & 0x0f0f0f0f;
  const pairs = Math.imul(digits, 10) + (digits >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

function startsWithPrefix(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < prefixBytes.length; index++) if (bytes[at + index] !== prefixBytes[index]) return false;
  return true;
}
