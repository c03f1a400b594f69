import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  parseBatchSize,
  parsePath,
  formatUsageError,
  parseCount,
  parseLimit,
  parseSeconds,
  parseSeed,
  parseSteps,
} from '../../../electron/cli/args';

const alwaysInvalid = ['', ' ', 'abc', 'NaN', 'Infinity', '-1', '1e99', '1,5', '12 34'];
interface Flag {
  readonly parse: (text: string) => number;
  readonly valid: readonly [string, number][];
  readonly invalid: readonly string[];
}

const flags: Readonly<Record<string, Flag>> = {
  '--max-seconds': {
    parse: parseSeconds,
    valid: [
      ['0.5', 0.5],
      ['300', 300],
      [' 7 ', 7],
      ['604800', 604800],
    ],
    invalid: ['0', '604801'],
  },
  '--seed': {
    parse: parseSeed,
    valid: [
      ['0', 0],
      ['2147483647', 2147483647],
    ],
    invalid: ['0.5', '2147483648'],
  },
  '--max-steps': {
    parse: parseSteps,
    valid: [
      ['1', 1],
      ['1000000', 1000000],
    ],
    invalid: ['0', '1.5'],
  },
  '--batch-size': {
    parse: parseBatchSize,
    valid: [
      ['1', 1],
      ['4096', 4096],
    ],
    invalid: ['0', '1.5', '4097'],
  },
  '--count': { parse: parseCount, valid: [['1000000', 1_000_000]], invalid: ['0', '1000001', '1e9', 'many'] },
  '--limit': { parse: parseLimit, valid: [['1', 1]], invalid: ['0', '0.1'] },
};

describe.each(Object.entries(flags))('%s', (_, { parse, valid, invalid }) => {
  test.each(valid)('accepts %j', (text, value) => expect(parse(text)).toBe(value));

  test.each([...alwaysInvalid, ...invalid])('rejects %j with a message that says what was expected', (text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow(/^expected [^\n]+[^.]$/);
  });
});

test('--out accepts any name except an empty one', () => {
  expect(parsePath('my model')).toBe('my model');
  expect(() => parsePath('  ')).toThrow('expected a path');
});

test.each([
  ["error: unknown command 'tarin'\n(Did you mean train?)\n", "error: unknown command 'tarin' (Did you mean train?)"],
  ["error: argument '0' is invalid. expected 1 or 2", "error: argument '0' is invalid: expected 1 or 2"],
  ["error: argument 'c' is invalid. Allowed choices are a, b.", "error: argument 'c' is invalid: expected one of a, b"],
])('formatUsageError prints %j in one line without a full stop', (text, line) => {
  expect(formatUsageError(text)).toBe(`${line} (see --help)\n`);
});
