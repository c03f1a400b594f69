/** Properties that every kind of puzzle must have: a kind in the registry is tested without further code. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getKind, listGenerated } from '../../../datasets/kinds/registry';
import { checkPuzzle } from '../../../datasets/inspect';
import { PuzzleTextError } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import { applySymmetry, applyToPuzzle, invertSymmetry } from '../../../datasets/symmetry';

// Kinds without rules (ARC, custom) have their own tests.
const ids = listGenerated('puzzles').flatMap(({ listIds, exampleId }) => [
  ...new Set([...listIds().slice(0, 1), exampleId]),
]);
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe.each(ids)('%s', (id) => {
  const kind = getKind(id);
  const cells = kind.rows * kind.columns;
  const puzzles = seed.map((number) => kind.generator!.generate(Random.seeded(number)));
  const symmetries = seed.map((number) => kind.drawSymmetry(Random.seeded(number)));
  const tokens = fc.uint8Array({ minLength: cells, maxLength: cells, max: kind.symbols.length - 1 });

  test('generates puzzles with exactly one solution, which is legal', () => {
    fc.assert(
      fc.property(puzzles, ({ inputs, labels }) => {
        expect(checkPuzzle(kind, inputs)).toEqual({ state: 'ok', solution: labels });
        expect(kind.check(inputs, labels)).toEqual({ legal: true, brokenCells: [], brokenRules: 0, violations: [] });
        expect(kind.check(inputs, inputs)).toMatchObject({ brokenRules: 0 });
      }),
      { numRuns: 15 },
    );
  });

  test('rates generated puzzles within the requested band, with bands from easy to hard', () => {
    const { difficulties, generate, rate } = kind.generator!;
    difficulties.slice(1).forEach(({ min }, index) => expect(min).toBeGreaterThan(difficulties[index]!.max));
    for (const band of difficulties) {
      const rating = rate(generate(Random.seeded(3), band).inputs);
      expect(rating).toBeGreaterThanOrEqual(band.min);
      expect(rating).toBeLessThanOrEqual(band.max);
    }
  });

  test('has symmetries that map solutions to solutions, keep the class and can be inverted', () => {
    fc.assert(
      fc.property(puzzles, symmetries, (puzzle, symmetry) => {
        const moved = applyToPuzzle(symmetry, puzzle);
        expect(kind.solve(moved.inputs, { maxSolutions: 2 }).solutions).toEqual([moved.labels]);
        expect(kind.classKey(moved.inputs)).toBe(kind.classKey(puzzle.inputs));
        expect(kind.classHash(moved.inputs)).toBe(kind.classHash(puzzle.inputs));
        expect(applySymmetry(invertSymmetry(symmetry), moved.inputs)).toEqual(puzzle.inputs);
      }),
      { numRuns: 15 },
    );
  });

  test('uses a member of a class as its key', () => {
    fc.assert(
      fc.property(puzzles, ({ inputs }) => {
        const member = kind.parse(kind.classKey(inputs));
        expect(kind.classKey(member)).toBe(kind.classKey(inputs));
        expect(kind.solve(member, { maxSolutions: 2 }).solutions).toHaveLength(1);
      }),
      { numRuns: 10 },
    );
  });

  test('parses what it formats, and rejects other texts in one line', () => {
    fc.assert(
      fc.property(puzzles, fc.string({ unit: 'binary', maxLength: 200 }), ({ inputs, labels }, text) => {
        expect(kind.parse(kind.format(inputs))).toEqual(inputs);
        expect(kind.parse(kind.format(labels))).toEqual(labels);
        try {
          expect(kind.parse(text)).toHaveLength(cells);
        } catch (reason) {
          expect(reason).toBeInstanceOf(PuzzleTextError);
          expect((reason as Error).message).not.toMatch(/[\r\n]/u);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('reports a changed clue or a wrong cell as not legal', () => {
    fc.assert(
      fc.property(puzzles, fc.nat(cells - 1), fc.nat(kind.symbols.length - 2), ({ inputs, labels }, cell, other) => {
        const answer = labels.slice();
        answer[cell] = other + 1;
        fc.pre(answer[cell] !== labels[cell] && labels[cell] !== 0);
        const report = kind.check(inputs, answer);
        expect(report.legal).toBe(false);
        if (inputs[cell] !== kind.blank) expect(report.brokenCells).toContain(cell);
      }),
      { numRuns: 60 },
    );
  });

  test('checks and solves any tokens within its limits', () => {
    fc.assert(
      fc.property(tokens, tokens, (inputs, answer) => {
        const { legal, brokenRules, violations } = kind.check(inputs, answer);
        expect(violations).toHaveLength(brokenRules);
        expect(legal && brokenRules > 0).toBe(false);
        for (const solution of kind.solve(inputs, { maxSolutions: 2, maxGuesses: 50 }).solutions)
          expect(solution).toHaveLength(cells);
        kind.classHash(inputs);
      }),
      { numRuns: 30 },
    );
  });

  test('rejects a grid of another size', () => {
    expect(() => kind.check(new Uint8Array(cells + 1), new Uint8Array(cells + 1))).toThrow(RangeError);
    expect(() => kind.solve(new Uint8Array(cells - 1), { maxSolutions: 1 })).toThrow(RangeError);
  });
});
