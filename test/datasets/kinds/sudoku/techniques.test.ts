import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEEDS_SEARCH } from '../../../../datasets/kinds/puzzle-kind';
import { explainSudoku, techniques } from '../../../../datasets/kinds/sudoku/techniques';
import { Random } from '../../../../datasets/random';
import { inEnglish } from '../../../english';
import { puzzleOf, sizes, sudoku9 } from './examples';
import { formatEnglish } from '../../../../renderer/messages/english';

const explain = (text: string) => explainSudoku(sudoku9.shape, sudoku9.parse(text));

describe('explainSudoku', () => {
  test.each(sizes)('$kind.name: every step makes progress and agrees with the solution', ({ kind, clues }) => {
    fc.assert(
      fc.property(puzzleOf(kind, kind === sudoku9 ? 26 : clues), ({ inputs, labels }) => {
        for (const { placed, excluded, message, cells } of explainSudoku(kind.shape, inputs).steps) {
          expect(placed.length + excluded.length).toBeGreaterThan(0);
          expect(formatEnglish(message)).toMatch(/^[A-Z].*\.$/u);
          expect(cells.length).toBeGreaterThan(0);
          for (const { cell, digit } of placed) expect(digit).toBe(labels[cell]! - 1);
          for (const { cell, digits } of excluded) expect(digits).not.toContain(labels[cell]! - 1);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('solves puzzles that need no guess with singles only', () => {
    const random = Random.seeded(1);
    const easy = sudoku9.generator!.difficulties[0];
    for (let i = 0; i < 20; i++) {
      const { steps, solved, rating } = explainSudoku(sudoku9.shape, sudoku9.generator!.generate(random, easy).inputs);
      expect(solved).toBe(true);
      expect(['naked single', 'hidden single']).toContain(rating);
      for (const { technique } of steps) expect(['naked single', 'hidden single']).toContain(technique);
    }
  });

  test('uses every technique', () => {
    const random = Random.seeded(2);
    const used = new Set<string>();
    for (let i = 0; i < 300; i++)
      for (const { technique } of explainSudoku(sudoku9.shape, sudoku9.generator!.generate(random).inputs).steps)
        used.add(technique);
    expect([...used].sort()).toEqual(techniques.map(({ name }) => name).sort());
  });

  test('gives the reason of each step', () => {
    const [first] = explain('53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79').steps;
    expect(inEnglish(first)).toEqual({
      technique: 'naked single',
      cells: [40],
      placed: [{ cell: 40, digit: 5 }],
      excluded: [],
      message: 'Only 5 is possible at row 5, column 5.',
    });
  });

  test('reports that search is needed', () => {
    // Inkala's puzzle of 2010, designed to resist techniques.
    const { solved, rating } = explain(
      '..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97..',
    );
    expect({ solved, rating }).toEqual({ solved: false, rating: NEEDS_SEARCH });
  });

  test('stops at contradictory clues and at an empty grid', () => {
    expect(explain(`11${'.'.repeat(79)}`).rating).toBe(NEEDS_SEARCH);
    expect(explain('.'.repeat(81))).toEqual({ steps: [], solved: false, rating: NEEDS_SEARCH });
  });
});
