import { describe, expect, test } from 'vitest';
import { Random } from '../../../../datasets/random';
import { sudoku4, sudoku6, sudoku9 } from './examples';

const bandsOf = [sudoku4, sudoku6, sudoku9].flatMap(
  (kind) => kind.generator?.difficulties.map((band) => ({ kind, band, id: band.id })) ?? [],
);

describe('puzzles of a difficulty', () => {
  test.each(bandsOf)('$kind.name, $id: one solution, and a rating in the band', ({ kind, band }) => {
    const random = Random.seeded(7);
    for (let i = 0; i < 10; i++) {
      const { inputs, labels } = kind.generator!.generate(random, band);
      const { solutions, guesses } = kind.solve(inputs, { solutions: 2 });
      expect(solutions).toEqual([labels]);
      expect(kind.generator!.rate(inputs)).toBe(guesses);
      expect(guesses).toBeGreaterThanOrEqual(band.least);
      expect(guesses).toBeLessThanOrEqual(band.most);
    }
  });

  test('no clue can go from a puzzle of any difficulty', () => {
    const { inputs } = sudoku9.generator!.generate(Random.seeded(3));
    for (const cell of inputs.keys()) {
      if (inputs[cell] === sudoku9.blank) continue;
      const fewer = inputs.slice();
      fewer[cell] = sudoku9.blank;
      expect(sudoku9.solve(fewer, { solutions: 2 }).solutions).toHaveLength(2);
    }
  });

  test('the same seed brings the same puzzles, another seed others', () => {
    const texts = (seed: number) => {
      const random = Random.seeded(seed);
      return Array.from({ length: 5 }, () => sudoku9.format(sudoku9.generator!.generate(random).inputs));
    };
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });

  test('a band that no puzzle falls into is given up', () => {
    const band = { id: 'impossible', least: 10_000, most: 20_000 };
    expect(() => sudoku4.generator!.generate(Random.seeded(1), band)).toThrow(
      'no impossible 4×4 sudoku came up in 2000 tries',
    );
  });

  test('bands do not overlap', () => {
    const bands = sudoku9.generator!.difficulties;
    bands.slice(1).forEach(({ least }, index) => expect(least).toBeGreaterThan(bands[index]!.most));
  });
});
