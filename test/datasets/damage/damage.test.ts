/** Properties of every damage on every kind it applies to. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countDamageUnits, damagePuzzle, listDamages } from '../../../datasets/damage/damage';
import { judgeDamaged } from '../../../datasets/damage/judge-answer';
import { openCells } from '../../../datasets/damage/open-cells';
import { getKind } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';

const ids = ['sudoku-4x4', 'sudoku-9x9', 'maze-8', 'nonogram-5', 'queens-6', 'numberlink-5'];
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const generate = (id: string, number: number) => getKind(id).generator!.generate(Random.seeded(number));
const differing = (one: Uint8Array, other: Uint8Array) => [...one.keys()].filter((cell) => one[cell] !== other[cell]);
const cases = ids.flatMap((id) => listDamages(getKind(id)).map((damage) => ({ id, damage })));

test.each([
  ['sudoku-9x9', ['flipped', 'contradictory', 'missing', 'several', 'shifted', 'unseen']],
  ['maze-8', ['flipped', 'missing', 'shifted', 'unseen', 'smaller']],
  ['maze-5', ['flipped', 'missing', 'shifted', 'unseen']],
  ['nonogram-5', ['flipped']],
  ['queens-6', ['contradictory', 'missing', 'several', 'shifted', 'unseen']],
  ['numberlink-5', ['flipped', 'contradictory', 'shifted', 'unseen']],
  ['arc', ['flipped', 'shifted']],
  ['custom-2x3:.abc', ['flipped', 'missing', 'shifted']],
])('%s can be damaged in the ways that make sense', (id, expected) => {
  expect(listDamages(getKind(id))).toEqual(expected);
});

test('a damage that does not apply says why', () => {
  const options = { damage: 'flipped', amount: { count: 1 }, seed: 1 } as const;
  expect(() => damagePuzzle(getKind('queens-6'), generate('queens-6', 1), options)).toThrow(
    '“Wrong clues” does not apply to Queens 6×6: all clues of these puzzles are the same symbol',
  );
});

describe.each(cases)('$damage on $id', ({ id, damage }) => {
  const kind = getKind(id);

  test('is drawn from the seed, says what it changed, and leaves the original as it is', () => {
    fc.assert(
      fc.property(seed, seed, fc.double({ min: 0, max: 1, noNaN: true }), (number, drawn, share) => {
        const puzzle = generate(id, number);
        const original = { inputs: puzzle.inputs.slice(), labels: puzzle.labels.slice() };
        const options = { damage, amount: { share }, seed: drawn };
        const damaged = damagePuzzle(kind, puzzle, options);
        expect(damagePuzzle(kind, puzzle, options)).toEqual(damaged);
        expect(damaged.changed).toEqual(differing(puzzle.inputs, damaged.inputs));
        expect(puzzle).toEqual(original);
        expect(Math.max(...damaged.inputs, ...damaged.labels)).toBeLessThan(kind.symbols.length);
        const none = damagePuzzle(kind, puzzle, { ...options, amount: { share: 0 } });
        expect(none).toEqual({ ...original, changed: [] });
      }),
      { numRuns: 10 },
    );
  });
});

describe.each(cases.filter(({ damage }) => !['shifted', 'smaller', 'several', 'contradictory'].includes(damage)))(
  '$damage on $id',
  ({ id, damage }) => {
    const kind = getKind(id);

    test('changes as many cells as the amount says, a larger one the same and more', () => {
      fc.assert(
        fc.property(seed, fc.nat({ max: 40 }), (number, count) => {
          const puzzle = generate(id, number);
          const units = countDamageUnits(kind, puzzle, damage);
          const change = (amount: number) =>
            damagePuzzle(kind, puzzle, { damage, amount: { count: amount }, seed: number }).changed;
          expect(change(count)).toHaveLength(Math.min(count, units));
          expect(change(count + 3)).toEqual(expect.arrayContaining([...change(count)]));
          const half = damagePuzzle(kind, puzzle, { damage, amount: { share: 0.5 }, seed: number });
          expect(half.changed).toHaveLength(Math.round(0.5 * units));
        }),
        { numRuns: 10 },
      );
    });
  },
);

test.each(['sudoku-4x4', 'sudoku-9x9', 'queens-8', 'numberlink-5'])('contradictory clues of %s break rules', (id) => {
  const kind = getKind(id);
  for (const number of [1, 2, 3]) {
    const puzzle = generate(id, number);
    const options = { damage: 'contradictory', amount: { count: 2 }, seed: number } as const;
    const { inputs, changed } = damagePuzzle(kind, puzzle, options);
    // Among six clues of a 4×4 there may be no second one.
    expect([id === 'sudoku-4x4' ? 1 : 2, 2]).toContain(changed.length);
    expect(kind.check(inputs, inputs).brokenCells).toEqual(expect.arrayContaining([...changed]));
    expect(kind.solve(inputs, { maxSolutions: 1 }).solutions).toEqual([]);
  }
});

test.each(['sudoku-4x4', 'sudoku-9x9', 'queens-8'])('puzzles of %s get several solutions', (id) => {
  const kind = getKind(id);
  for (const [number, count] of [
    [1, 1],
    [2, 1],
    [3, 4],
  ] as const) {
    const puzzle = generate(id, number);
    const { inputs, changed } = damagePuzzle(kind, puzzle, { damage: 'several', amount: { count }, seed: number });
    expect(changed.length).toBeGreaterThanOrEqual(Math.min(count, countDamageUnits(kind, puzzle, 'several')));
    expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toHaveLength(2);
  }
});

test('a shifted grid keeps what stays inside, without labels where blanks have come in', () => {
  const kind = getKind('sudoku-4x4');
  const puzzle = kind.generator!.generate(Random.seeded(5));
  const seen = new Set<string>();
  for (let drawn = 0; drawn < 20; drawn++) {
    const { inputs, labels } = damagePuzzle(kind, puzzle, { damage: 'shifted', amount: { count: 1 }, seed: drawn });
    seen.add(String(labels));
    expect(labels.filter((label) => label === 0)).toHaveLength(4);
    labels.forEach((label, cell) => label === 0 && expect(inputs[cell]).toBe(kind.blank));
    const kept = labels.filter((label) => label !== 0);
    const down = [puzzle.labels.subarray(0, 12), puzzle.labels.subarray(4)].map(String);
    const columns = [0, 1].map((from) =>
      String([0, 1, 2, 3].flatMap((row) => [...puzzle.labels.subarray(4 * row + from, 4 * row + from + 3)])),
    );
    expect([...down, ...columns]).toContain(String(kept));
  }
  expect(seen.size).toBe(4);
});

test('a smaller maze is in the corner of the grid, and its path is right', () => {
  const kind = getKind('maze-8');
  const options = { damage: 'smaller', amount: { count: 2 }, seed: 1 } as const;
  const { inputs, labels } = damagePuzzle(kind, generate('maze-8', 1), options);
  expect([...inputs.keys()].filter((cell) => inputs[cell] !== 0).every((cell) => cell % 8 < 6 && cell < 48)).toBe(true);
  expect(kind.check(inputs, labels).legal).toBe(true);
});

describe('a right answer', () => {
  const kind = getKind('sudoku-4x4');
  const puzzle = generate('sudoku-4x4', 3);

  test('is any valid one where clues are missing', () => {
    const damaged = damagePuzzle(kind, puzzle, { damage: 'several', amount: { count: 1 }, seed: 2 });
    const [one, other] = kind.solve(damaged.inputs, { maxSolutions: 2 }).solutions;
    const verdicts = [one!, other!].map((answer) => judgeDamaged(kind, 'several', damaged, answer));
    expect(verdicts.map(({ isRight }) => isRight)).toEqual([true, true]);
    expect(verdicts.filter(({ isRecovered }) => isRecovered).length).toBeLessThan(2);
    expect(judgeDamaged(kind, 'several', damaged, damaged.inputs).isRight).toBe(false);
  });

  test('is the original one where a clue is wrong, although it changes that clue', () => {
    const damaged = damagePuzzle(kind, puzzle, { damage: 'contradictory', amount: { count: 1 }, seed: 2 });
    expect(judgeDamaged(kind, 'contradictory', damaged, puzzle.labels)).toEqual({
      isRecovered: true,
      isConsistent: false,
      isRight: true,
    });
    const kept = puzzle.labels.map((label, cell) => (damaged.changed.includes(cell) ? damaged.inputs[cell]! : label));
    expect(judgeDamaged(kind, 'contradictory', damaged, kept).isRight).toBe(false);
  });

  test('is the original one without rules', () => {
    const custom = getKind('custom-2x3:.abc');
    const shown = { inputs: Uint8Array.from([1, 2, 3, 4, 1, 1]), labels: Uint8Array.from([2, 2, 3, 4, 3, 4]) };
    const damaged = damagePuzzle(custom, shown, { damage: 'missing', amount: { count: 2 }, seed: 1 });
    const verdict = { isRecovered: true, isConsistent: null, isRight: true };
    expect(judgeDamaged(custom, 'missing', damaged, shown.labels)).toEqual(verdict);
    expect(judgeDamaged(custom, 'missing', damaged, damaged.inputs).isRight).toBe(false);
  });
});

test('open cells of a solved grid', () => {
  const kind = getKind('sudoku-9x9');
  fc.assert(
    fc.property(seed, fc.nat({ max: 81 }), (number, count) => {
      const puzzle = generate('sudoku-9x9', 1);
      const { inputs, labels } = openCells(kind, puzzle, count, number);
      expect(labels).toEqual(puzzle.labels);
      const open = differing(inputs, labels);
      expect(open).toHaveLength(count);
      expect(open.every((cell) => inputs[cell] === kind.blank)).toBe(true);
      const more = openCells(kind, puzzle, count + 5, number).inputs;
      expect(open.every((cell) => more[cell] === kind.blank)).toBe(true);
    }),
    { numRuns: 20 },
  );
});
