import { describe, expect, test } from 'vitest';
import { countTechniques } from '../../../datasets/kinds/technique-names';
import { getKind } from '../../../datasets/kinds/registry';
import type { ClassicalSolution, ClassicalStep } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import { clues, kind, solution, tokens } from '../../renderer/examples';
import { inEnglish } from '../../english';

/** A solution with its messages in English. */
interface EnglishSolution {
  readonly method: string;
  readonly summary: string;
  readonly note: string | null;
  readonly steps: readonly (Omit<ClassicalStep, 'name' | 'message'> & { readonly name: string })[];
}
const english = (solution: ClassicalSolution | null) => inEnglish(solution) as EnglishSolution | null;
const solve = (id: string, text: string) => english(getKind(id).solveClassically(getKind(id).parse(text)));

describe('a sudoku', () => {
  test('is solved by named techniques, step by step', () => {
    const result = english(kind.solveClassically(Uint8Array.from(tokens(clues))));
    const filled = tokens(clues);
    for (const { placed } of result?.steps ?? []) for (const { cell, token } of placed) filled[cell] = token;
    expect(filled).toEqual(tokens(solution));
    expect(result?.summary).toMatch(/^\d+ steps: \d+ (naked|hidden) single/u);
    expect(result?.note).toBeNull();
  });

  test('that techniques cannot finish is solved by search, and the note states the guesses', () => {
    // Arto Inkala's puzzle of 2010, with 23 clues.
    const result = solve(
      'sudoku-9x9',
      '..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97..',
    );
    expect(result?.method).toBe('Named techniques, then search');
    expect(result?.note).toMatch(
      /^The techniques do not fill every cell\. The search finds the only solution with \d+ guesses/u,
    );
    expect(result?.steps.at(-1)).toMatchObject({ name: 'search' });
  });

  test('with contradictory clues is not solved', () => {
    expect(solve('sudoku-4x4', '11..............')).toMatchObject({
      steps: [],
      summary: 'The clues contradict each other.',
    });
  });
});

describe('a maze', () => {
  const lines = ['#####', '#S  #', '# # #', '# #G#', '#####'];

  test('is searched in waves, then the path is traced back', () => {
    const result = solve('maze-5', lines.join(''));
    expect(result?.steps.map(({ name, cells }) => [name, cells.length])).toEqual([
      ['wave 1', 2],
      ['wave 2', 2],
      ['wave 3', 1],
      ['wave 4', 1],
      ['trace back', 5],
    ]);
    expect(result?.steps.at(-1)?.placed.map(({ cell }) => cell)).toEqual([7, 8, 13]);
    expect(result?.summary).toBe('4 waves over 6 cells, a path of 5 cells');
  });

  test('without a path shows only the waves', () => {
    expect(solve('maze-5', lines.join('').replace('G', '#').replace('# #', 'G##'))?.summary).toMatch(
      /no path leads to the goal\.$/u,
    );
  });

  test('without a start has no steps', () => {
    expect(solve('maze-5', lines.join('').replace('S', ' '))?.steps).toEqual([]);
  });

  test.each([5, 11, 30])('of side %i has a path as long as its rating', (side) => {
    const maze = getKind(`maze-${side}`);
    const { inputs, labels } = maze.generator?.generate(Random.seeded(3)) ?? {
      inputs: new Uint8Array(),
      labels: new Uint8Array(),
    };
    const result = english(maze.solveClassically(inputs));
    const placed = result?.steps.at(-1)?.placed ?? [];
    expect(result?.summary).toMatch(new RegExp(`a path of ${maze.generator?.rate(inputs)} cells$`, 'u'));
    expect(placed.every(({ cell, token }) => labels[cell] === token)).toBe(true);
  });
});

test.each(['nonogram-5', 'queens-8', 'numberlink-5'])('%s is solved by search', (id) => {
  const puzzles = getKind(id);
  const { inputs, labels } = puzzles.generator?.generate(Random.seeded(7)) ?? {
    inputs: new Uint8Array(),
    labels: new Uint8Array(),
  };
  const result = english(puzzles.solveClassically(inputs));
  expect(result?.summary).toMatch(/^The search finds the only solution (without a guess|with \d+ guess)/u);
  expect(result?.steps.at(-1)?.placed.every(({ cell, token }) => labels[cell] === token)).toBe(true);
});

test.each(['arc', 'custom-3x3:.ab'])('%s has no classical solver because its rules are not known', (id) => {
  const { rows, columns } = getKind(id);
  expect(getKind(id).solveClassically(new Uint8Array(rows * columns).fill(1))).toBeNull();
});

test('countTechniques lists techniques in order of first appearance', () => {
  expect(
    inEnglish(
      countTechniques(['naked single', 'hidden pair', 'naked single', 'locked candidates', 'locked candidates']),
    ),
  ).toEqual(['2 naked singles', '1 hidden pair', '2 sets of locked candidates']);
});
