import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateSudoku } from '../../../../datasets/kinds/sudoku/generate';
import { Random } from '../../../../datasets/random';
import { puzzleOf, sizes, sudoku4, sudoku6, sudoku9 } from './examples';

describe.each(sizes)('generated puzzles of $kind.name', ({ kind, clues }) => {
  test('have the requested number of givens and exactly the returned solution', () => {
    fc.assert(
      fc.property(puzzleOf(kind, clues), ({ inputs, labels }) => {
        expect(inputs.filter((token) => token !== kind.blank)).toHaveLength(clues);
        expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toEqual([labels]);
        expect(kind.check(inputs, labels).legal).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('are the same for the same seed and differ between seeds', () => {
    const draw = (seed: number) =>
      kind.format(generateSudoku(kind.shape, { clues, random: Random.seeded(seed) }).inputs);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });
});

test('generateSudoku throws if no puzzle with so few givens is found', () => {
  const draw = { clues: 3, random: Random.seeded(1) };
  expect(() => generateSudoku(sudoku4.shape, draw)).toThrow(
    'no 4×4 sudoku with 3 clues and one solution found in 1000 grids',
  );
});

test.each([-1, 17, Number.NaN])('generateSudoku rejects %d givens', (clues) => {
  expect(() => generateSudoku(sudoku4.shape, { clues, random: Random.seeded(1) })).toThrow(
    `a 4×4 sudoku has 0–16 clues, got ${clues}`,
  );
});

const bandsOf = [sudoku4, sudoku6, sudoku9].flatMap(
  (kind) => kind.generator?.difficulties.map((band) => ({ kind, band, id: band.id })) ?? [],
);

describe('puzzles of a difficulty', () => {
  test.each(bandsOf)('$kind.name, $id: have one solution and a rating within the band', ({ kind, band }) => {
    const random = Random.seeded(7);
    for (let i = 0; i < 10; i++) {
      const { inputs, labels } = kind.generator!.generate(random, band);
      const { solutions, guesses } = kind.solve(inputs, { maxSolutions: 2 });
      expect(solutions).toEqual([labels]);
      expect(kind.generator!.rate(inputs)).toBe(guesses);
      expect(guesses).toBeGreaterThanOrEqual(band.min);
      expect(guesses).toBeLessThanOrEqual(band.max);
    }
  });

  test('have no redundant clue', () => {
    const { inputs } = sudoku9.generator!.generate(Random.seeded(3));
    for (const cell of inputs.keys()) {
      if (inputs[cell] === sudoku9.blank) continue;
      const fewer = inputs.slice();
      fewer[cell] = sudoku9.blank;
      expect(sudoku9.solve(fewer, { maxSolutions: 2 }).solutions).toHaveLength(2);
    }
  });

  test('are the same for the same seed and differ for another seed', () => {
    const texts = (seed: number) => {
      const random = Random.seeded(seed);
      return Array.from({ length: 5 }, () => sudoku9.format(sudoku9.generator!.generate(random).inputs));
    };
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });

  test('generate throws for a band that no puzzle falls into', () => {
    const band = { id: 'extreme', min: 10_000, max: 20_000 } as const;
    expect(() => sudoku4.generator!.generate(Random.seeded(1), band)).toThrow(
      'no extreme puzzle of type Sudoku 4×4 found in 2,000 tries',
    );
  });

  test('bands do not overlap', () => {
    const bands = sudoku9.generator!.difficulties;
    bands.slice(1).forEach(({ min }, index) => expect(min).toBeGreaterThan(bands[index]!.max));
  });
});
