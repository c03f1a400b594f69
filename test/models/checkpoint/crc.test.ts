import { expect, test } from 'vitest';
import { crc32, crc32c } from '../../../models/checkpoint/crc';

test('the checks of the nine digits are those published with the polynomials', () => {
  const digits = new TextEncoder().encode('123456789');
  expect([crc32(digits), crc32c(digits)]).toEqual([0xcbf43926, 0xe3069283]);
});

test('nothing checks to zero', () => {
  expect([crc32(new Uint8Array(0)), crc32c(new Uint8Array(0))]).toEqual([0, 0]);
});
