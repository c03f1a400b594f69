import { describe, expect, test } from 'vitest';
import { generatePuzzles } from '../../datasets/generate-puzzles';
import { getKind } from '../../datasets/kinds/registry';
import { padGrid, withSizes } from '../../datasets/mixed-sizes';
import { Random } from '../../datasets/random';
import { splitByClass } from '../../datasets/split';
import { applyToPuzzle } from '../../datasets/symmetry';

const sizes = [6, 7, 8, 9].map((side) => getKind(`maze-${side}`));
const kind = withSizes(sizes);
const puzzles = [...generatePuzzles(kind, { count: 60, random: Random.seeded(3) })];

/** Rows of the grid that are not all padding. */
const heightOf = (tokens: Uint8Array) =>
  Math.ceil((tokens.length - [...tokens].reverse().findIndex((token) => token > 0)) / kind.columns);

test('padGrid keeps the rows of a grid and fills the rest with padding', () => {
  const padded = padGrid(Uint8Array.of(1, 2, 3, 4), { rows: 2, columns: 2 }, { rows: 3, columns: 4 });
  expect([...padded]).toEqual([1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0]);
  expect(() => padGrid(new Uint8Array(16), { rows: 4, columns: 4 }, { rows: 3, columns: 5 })).toThrow(
    'a 4×4 grid does not fit into 3×5 cells',
  );
});

describe('mazes of mixed sizes', () => {
  test('are puzzles of the largest size, of every side', () => {
    expect(kind.id).toBe('maze-9');
    expect([...new Set(puzzles.map(({ inputs }) => heightOf(inputs)))].sort()).toEqual([6, 7, 8, 9]);
    expect(puzzles.every(({ inputs, labels }) => inputs.length === 81 && labels.length === 81)).toBe(true);
  });

  test('are solved and checked as if alone, whatever stands in the padding of the answer', () => {
    for (const { inputs, labels } of puzzles) {
      expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toEqual([labels]);
      const answer = labels.map((token) => token || 4);
      expect(kind.check(inputs, answer).legal).toBe(true);
      expect(kind.generator!.rate(inputs)).toBeGreaterThan(2);
    }
  });

  test('keep their padding in the text form, under symmetries, and in a split', () => {
    const random = Random.seeded(1);
    for (const puzzle of puzzles.slice(0, 20)) {
      expect(kind.parse(kind.format(puzzle.inputs))).toEqual(puzzle.inputs);
      const moved = applyToPuzzle(kind.drawSymmetry(random), puzzle);
      expect(kind.classKey(moved.inputs)).toBe(kind.classKey(puzzle.inputs));
      expect(kind.solve(moved.inputs, { maxSolutions: 2 }).solutions).toEqual([moved.labels]);
    }
    const { train, test: held } = splitByClass(puzzles, { kind, testShare: 0.2, testPuzzles: 12, random });
    const padding = ({ inputs }: { inputs: Uint8Array }) => inputs.filter((token) => token === 0).length;
    const total = (all: readonly { inputs: Uint8Array }[]) => all.reduce((sum, puzzle) => sum + padding(puzzle), 0);
    expect(total(train) + total(held)).toBe(total(puzzles));
  });

  test('have the difficulties that all sizes have', () => {
    expect(kind.generator!.difficulties.map(({ id }) => id)).toEqual(['easy']);
    const easy = [
      ...generatePuzzles(kind, { count: 20, difficulty: kind.generator!.difficulties[0]!, random: Random.seeded(2) }),
    ];
    for (const { inputs } of easy) expect(kind.generator!.rate(inputs)).toBeLessThanOrEqual(heightOf(inputs));
  });
});
