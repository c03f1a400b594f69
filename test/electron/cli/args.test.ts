import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  parseBatchSize,
  parsePath,
  inOneLine,
  parseLimit,
  parseSeconds,
  parseSeed,
  parseSteps,
} from '../../../electron/cli/args';

const never = ['', ' ', 'abc', 'NaN', 'Infinity', '-1', '1e99', '1,5', '12 34'];
interface Flag {
  readonly parse: (text: string) => number;
  readonly good: readonly [string, number][];
  readonly bad: readonly string[];
}

const flags: Readonly<Record<string, Flag>> = {
  '--max-seconds': {
    parse: parseSeconds,
    good: [
      ['0.5', 0.5],
      ['300', 300],
      [' 7 ', 7],
      ['604800', 604800],
    ],
    bad: ['0', '604801'],
  },
  '--seed': {
    parse: parseSeed,
    good: [
      ['0', 0],
      ['2147483647', 2147483647],
    ],
    bad: ['0.5', '2147483648'],
  },
  '--max-steps': {
    parse: parseSteps,
    good: [
      ['1', 1],
      ['1000000', 1000000],
    ],
    bad: ['0', '1.5'],
  },
  '--batch-size': {
    parse: parseBatchSize,
    good: [
      ['1', 1],
      ['4096', 4096],
    ],
    bad: ['0', '1.5', '4097'],
  },
  '--limit': { parse: parseLimit, good: [['1', 1]], bad: ['0', '0.1'] },
};

describe.each(Object.entries(flags))('%s', (_, { parse, good, bad }) => {
  test.each(good)('takes %j', (text, value) => expect(parse(text)).toBe(value));

  test.each([...never, ...bad])('refuses %j and says what was expected', (text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow(/^Expected [^\n]+\.$/);
  });
});

test('--out takes any name but none', () => {
  expect(parsePath('my model')).toBe('my model');
  expect(() => parsePath('  ')).toThrow('Expected a path.');
});

test('an error of several lines becomes one', () => {
  expect(inOneLine("error: unknown command 'tarin'\n(Did you mean train?)\n")).toBe(
    "error: unknown command 'tarin' (Did you mean train?)",
  );
});
