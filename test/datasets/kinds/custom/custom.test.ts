import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import { checkPuzzle } from '../../../../datasets/inspect';
import { createCustomId, createNumberedId, guessShape } from '../../../../datasets/kinds/custom/custom';
import { Random } from '../../../../datasets/random';
import { applySymmetry } from '../../../../datasets/symmetry';
import { UnknownIdError } from '../../../../datasets/kinds/kind-family';
import { inEnglish } from '../../../english';

const characters = fc.uniqueArray(
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
    .filter((text) => [...text].length === 1 && !/[\r\n\uD800-\uDFFF]/u.test(text)),
  { minLength: 1, maxLength: 20 },
);
const side = fc.integer({ min: 1, max: 6 });

describe('a custom grid', () => {
  test('is fully described by its id, and parses what it formats', () => {
    fc.assert(
      fc.property(side, side, characters, fc.nat(), (rows, columns, alphabet, seed) => {
        const kind = getKind(createCustomId({ rows, columns, characters: alphabet }));
        expect(kind).toMatchObject({ rows, columns, symbols: ['', ...alphabet] });
        const random = Random.seeded(seed % 2 ** 31);
        const tokens = Uint8Array.from({ length: rows * columns }, () => random.integer(1, alphabet.length));
        expect(kind.parse(kind.format(tokens))).toEqual(tokens);
        expect(applySymmetry(kind.drawSymmetry(random), tokens)).toEqual(tokens);
      }),
      { numRuns: 100 },
    );
  });

  test('with a numbered vocabulary has a unique character for each of up to 255 tokens', () => {
    for (const vocabulary of [2, 12, 63, 256]) {
      const { symbols } = getKind(createNumberedId(9, vocabulary));
      expect(new Set(symbols).size).toBe(vocabulary);
      expect(symbols.slice(1).every((symbol) => [...symbol].length === 1)).toBe(true);
    }
  });

  test('has a blank if its first character is one', () => {
    expect(getKind('custom-1x3:.ab').blank).toBe(1);
    expect(getKind('custom-1x3:ab').blank).toBe(0);
  });

  test('guessShape returns a square if possible, else a row', () => {
    expect(guessShape(36)).toEqual({ rows: 6, columns: 6 });
    expect(guessShape(35)).toEqual({ rows: 1, columns: 35 });
  });

  test('has no rules and reports this', () => {
    const kind = getKind('custom-2x2:.ab');
    const grid = kind.parse('.aba');
    expect(kind.check(grid, grid)).toEqual({ legal: false, brokenCells: [], brokenRules: 0, violations: [] });
    expect(inEnglish(checkPuzzle(kind, grid))).toEqual({
      state: 'unruled',
      message: 'The rules of Custom 2×2 are not known.',
    });
    expect(() => kind.check(grid, new Uint8Array(3))).toThrow(RangeError);
  });

  test.each([
    'custom-0x3:ab',
    'custom-3x3',
    'custom-3x3:',
    'custom-3x3:aa',
    'custom-3x3-1',
    'custom-3x3-257',
    'custom-3x3:%E0',
    'custom-9999x9999:ab',
    'custom-3x3-11:ab',
  ])('%s is not a valid id', (id) => {
    expect(() => getKind(id)).toThrow(UnknownIdError);
  });
});
