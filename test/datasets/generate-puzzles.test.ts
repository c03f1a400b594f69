import { describe, expect, test } from 'vitest';
import { getKind } from '../../datasets/kinds/registry';
import { getDifficulty, generatePuzzles } from '../../datasets/generate-puzzles';
import { Random } from '../../datasets/random';

describe('a generated set', () => {
  const texts = (id: string, seed: number, count = 20) => {
    const kind = getKind(id);
    return [...generatePuzzles(kind, { count, random: Random.seeded(seed) })].map(({ inputs }) => kind.format(inputs));
  };

  test('is the same for the same seed, and another for another', () => {
    expect(texts('maze-9', 1)).toEqual(texts('maze-9', 1));
    expect(texts('maze-9', 1)).not.toEqual(texts('maze-9', 2));
  });

  test('holds no two puzzles of one class', () => {
    const kind = getKind('sudoku-4x4');
    const keys = texts('sudoku-4x4', 1, 30).map((text) => kind.classKey(kind.parse(text)));
    expect(new Set(keys).size).toBe(30);
  });

  test('of a difficulty holds that difficulty only', () => {
    const kind = getKind('sudoku-9x9');
    const hard = getDifficulty(kind, 'hard');
    for (const { inputs } of generatePuzzles(kind, { count: 10, difficulty: hard, random: Random.seeded(1) })) {
      expect(kind.generator!.rate(inputs)).toBeGreaterThanOrEqual(hard.min);
      expect(kind.generator!.rate(inputs)).toBeLessThanOrEqual(hard.max);
    }
  });

  test('says so when the classes run out', () => {
    expect(() => texts('queens-4', 1, 50)).toThrow(
      /^found only \d of 50 essentially different puzzles of type Queens 4×4$/u,
    );
  });

  test('a difficulty that the kind does not have is refused by name', () => {
    expect(() => getDifficulty(getKind('sudoku-4x4'), 'insane')).toThrow(
      'Sudoku 4×4 has no difficulty “insane”; known: easy',
    );
  });
});
