import { describe, expect, test } from 'vitest';
import { getKind } from '../../datasets/kinds/registry';
import { getDifficulty, generatePuzzles } from '../../datasets/generate-puzzles';
import { Random } from '../../datasets/random';

describe('generatePuzzles', () => {
  const texts = (id: string, seed: number, count = 20) => {
    const kind = getKind(id);
    return [...generatePuzzles(kind, { count, random: Random.seeded(seed) })].map(({ inputs }) => kind.format(inputs));
  };

  test('gives the same puzzles for the same seed, and different ones for another', () => {
    expect(texts('maze-9', 1)).toEqual(texts('maze-9', 1));
    expect(texts('maze-9', 1)).not.toEqual(texts('maze-9', 2));
  });

  test('gives at most one puzzle per class', () => {
    const kind = getKind('sudoku-4x4');
    const keys = texts('sudoku-4x4', 1, 30).map((text) => kind.classKey(kind.parse(text)));
    expect(new Set(keys).size).toBe(30);
  });

  test('gives only puzzles of the requested difficulty', () => {
    const kind = getKind('sudoku-9x9');
    const hard = getDifficulty(kind, 'hard');
    for (const { inputs } of generatePuzzles(kind, { count: 10, difficulty: hard, random: Random.seeded(1) })) {
      expect(kind.generator!.rate(inputs)).toBeGreaterThanOrEqual(hard.min);
      expect(kind.generator!.rate(inputs)).toBeLessThanOrEqual(hard.max);
    }
  });

  test('throws when the kind has too few classes', () => {
    expect(() => texts('queens-4', 1, 50)).toThrow(
      /^found only \d of 50 essentially different puzzles of type Queens 4×4$/u,
    );
  });

  test('getDifficulty rejects an unknown difficulty and lists the known ones', () => {
    expect(() => getDifficulty(getKind('sudoku-4x4'), 'insane')).toThrow(
      'Sudoku 4×4 has no difficulty “insane”; known: easy',
    );
  });
});
