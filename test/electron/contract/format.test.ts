import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  followLocale,
  formatAgo,
  formatAxisValue,
  formatBytes,
  formatClock,
  formatDate,
  formatDecimal,
  formatDuration,
  formatFlop,
  formatInteger,
  formatInterval,
  formatMillions,
  formatMilliseconds,
  formatParameterCount,
  formatPercent,
  formatSigned,
  formatSignificant,
} from '../../../electron/contract/format';
import { wilsonInterval } from '../../../models/evaluate/accuracy';

describe('number and date formats', () => {
  test.each([
    [formatInteger(1490), '1,490'],
    [formatPercent(0.9541), '95.4'],
    [formatPercent(0), '0.0'],
    [formatPercent(1), '100.0'],
    [formatInterval([0.931, 0.97]), '93.1–97.0'],
    [formatDecimal(4.25), '4.3'],
    [formatMillions(2_500_000), '2.5 M'],
    [formatSignificant(0.2137), '0.214'],
    [formatSignificant(12.34), '12.3'],
    [formatSignificant(1234.5), '1,235'],
    [formatSignificant(0.00012), '1.2e-4'],
    [formatSignificant(-0.5), '−0.500'],
    [formatSignificant(0), '0'],
    [formatSignificant(Number.NaN), 'NaN'],
    [formatSignificant(-Infinity), '−∞'],
    [formatSigned(-1.84), '−1.8'],
    [formatSigned(2), '+2.0'],
    [formatParameterCount(386_112), '386 k'],
    [formatParameterCount(7_012_345), '7.0 M'],
    [formatParameterCount(950), '950'],
    [formatClock(41), '0:41'],
    [formatClock(3723), '1:02:03'],
    [formatClock(-1), '0:00'],
    [formatDuration(90), '90 seconds'],
    [formatDuration(300), '5 minutes'],
    [formatDuration(9000), '2.5 hours'],
    [formatMilliseconds(3.42), '3.4 ms'],
    [formatMilliseconds(46.1), '46 ms'],
  ])('%s', (formatted, expected) => {
    expect(formatted).toBe(expected);
  });

  test('formatAxisValue omits trailing zeros', () => {
    expect([0, 0.5, 1.5, 2, 123.4, 25_000, 0.0002, -3].map(formatAxisValue)).toEqual([
      '0',
      '0.5',
      '1.5',
      '2',
      '123',
      '25 k',
      '2e−4',
      '-3',
    ]);
  });

  test('formatPercent rounds down to 99.9 below 1', () => {
    expect(formatPercent(0.9999)).toBe('99.9');
    expect(formatPercent(0.9996)).toBe('99.9');
  });

  test('a formatted interval contains its formatted estimate, and only a full count is 100 %', () => {
    expect(formatInterval(wilsonInterval(20, 20))).toBe('83.9–100.0');
    const check = (count: number, successes: number) => {
      const estimate = formatPercent(successes / count);
      const [low, high] = formatInterval(wilsonInterval(successes, count)).split('–').map(Number);
      expect(low).toBeLessThanOrEqual(Number(estimate));
      expect(high).toBeGreaterThanOrEqual(Number(estimate));
      expect(estimate === '100.0').toBe(successes === count);
    };
    for (let count = 1; count <= 2000; count++) for (const successes of [0, count - 1, count]) check(count, successes);
    const counts = fc
      .integer({ min: 1, max: 2000 })
      .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 0, max: count })));
    fc.assert(fc.property(counts, ([count, successes]) => check(count, successes)));
  });

  test('formatAgo uses the largest fitting unit and returns an empty text without a time', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(formatAgo('2026-01-01T23:59:50Z', now)).toBe('now');
    expect(formatAgo('2026-01-01T23:30:00Z', now)).toBe('30 minutes ago');
    expect(formatAgo('2026-01-01T23:00:00Z', now)).toBe('1 hour ago');
    expect(formatAgo('2025-12-30T00:00:00Z', now)).toBe('3 days ago');
    expect(formatAgo('', now)).toBe('');
  });

  test('formatDate writes the month as a word', () => {
    expect(formatDate('2026-11-20T12:00:00Z')).toBe('Nov 20, 2026');
    expect(formatDate('')).toBe('');
  });
});

test.each([
  [4.1e9, '4.10', 'GFLOP'],
  [20.9e12, '20.9', 'TFLOP'],
  [999e6, '999', 'MFLOP'],
  [3.2e18, '3,200', 'PFLOP'],
  [0, '0', 'MFLOP'],
])('formatFlop(%d) returns %s %s', (flop, value, unit) => expect(formatFlop(flop)).toEqual({ value, unit }));

test.each([
  [0, '0 kB'],
  [900, '0.9 kB'],
  [24_000, '23 kB'],
  [424e6, '404 MB'],
  [3.2e9, '3.0 GB'],
])('formatBytes(%d) returns %s', (count, expected) => expect(formatBytes(count)).toBe(expected));

describe('formats in German', () => {
  beforeAll(() => followLocale(() => 'de'));
  afterAll(() => followLocale(() => 'en'));

  test.each([
    [() => formatPercent(0.9541), '95,4'],
    [() => formatSignificant(0.00012), '1,2e-4'],
    [() => formatDuration(300), '5 Minuten'],
    [() => formatBytes(3.2e9), '3,0\u00a0GB'],
    [() => formatAgo('2026-01-01T23:00:00Z', Date.parse('2026-01-02T00:00:00Z')), 'vor 1 Stunde'],
  ])('%s returns %s', (format, expected) => expect(format()).toBe(expected));
});
