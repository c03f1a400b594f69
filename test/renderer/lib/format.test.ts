import { describe, expect, test } from 'vitest';
import {
  ago,
  clock,
  compute,
  counted,
  duration,
  integer,
  interval,
  measure,
  milliseconds,
  percent,
  signed,
  weights,
} from '../../../renderer/lib/format';

describe('numbers in words', () => {
  test.each([
    [integer(1490), '1,490'],
    [percent(0.9541), '95.4'],
    [percent(0), '0.0'],
    [percent(1), '100.0'],
    [interval([0.931, 0.97]), '93.1–97.0 %'],
    [measure(0.2137), '0.214'],
    [measure(12.34), '12.3'],
    [measure(1234.5), '1,235'],
    [measure(0.00012), '1.2e-4'],
    [measure(-0.5), '−0.500'],
    [measure(0), '0'],
    [measure(Number.NaN), 'not finite'],
    [signed(-1.84), '−1.8'],
    [signed(2), '+2.0'],
    [weights(386_112), '386 k'],
    [weights(7_012_345), '7.0 M'],
    [weights(950), '950'],
    [clock(41), '0:41'],
    [clock(3723), '1:02:03'],
    [clock(-1), '0:00'],
    [duration(90), '90 seconds'],
    [duration(300), '5 minutes'],
    [duration(9000), '2.5 hours'],
    [milliseconds(3.42), '3.4 ms'],
    [milliseconds(46.1), '46 ms'],
    [counted(0, 'cell'), 'no cells'],
    [counted(1, 'cell'), '1 cell'],
    [counted(1200, 'cell'), '1,200 cells'],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });

  test('a share just below one is never said to be all', () => {
    expect(percent(0.9999)).toBe('99.9');
  });

  test('times past are coarse, and nothing where there is none', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ago('2026-01-01T23:59:50Z', now)).toBe('just now');
    expect(ago('2026-01-01T23:30:00Z', now)).toBe('30 minutes ago');
    expect(ago('2026-01-01T23:00:00Z', now)).toBe('1 hour ago');
    expect(ago('2025-12-30T00:00:00Z', now)).toBe('3 days ago');
    expect(ago('', now)).toBe('');
  });
});

test.each([
  [4.1e9, '4.10', 'GFLOP'],
  [20.9e12, '20.9', 'TFLOP'],
  [999e6, '999', 'MFLOP'],
  [3.2e18, '3,200', 'PFLOP'],
  [0, '0', 'MFLOP'],
])('%d operations are %s %s', (flop, value, unit) => expect(compute(flop)).toEqual({ value, unit }));
