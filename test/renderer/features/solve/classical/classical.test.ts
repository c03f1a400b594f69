import { describe, expect, test } from 'vitest';
import { kindOf } from '../../../../../datasets/kinds/registry';
import { Random } from '../../../../../datasets/random';
import { classicalAccount } from '../../../../../renderer/features/solve/classical/classical';
import { tallied } from '../../../../../renderer/features/solve/classical/tally';
import { clues, kind, solution, tokens } from '../../../examples';

const account = (id: string, text: string) => classicalAccount(kindOf(id), kindOf(id).parse(text));

describe('a sudoku', () => {
  test('is solved by named techniques, step by step to its solution', () => {
    const told = classicalAccount(kind, Uint8Array.from(tokens(clues)));
    const tokensNow = tokens(clues);
    for (const { placed } of told?.steps ?? []) for (const { cell, token } of placed) tokensNow[cell] = token;
    expect(tokensNow).toEqual(tokens(solution));
    expect(told?.summary).toMatch(/^\d+ steps: \d+ (naked|hidden) single/u);
    expect(told?.note).toBeNull();
  });

  test('that techniques do not finish is searched, and says with how many guesses', () => {
    // Arto Inkala's of 2010, with 21 clues.
    const told = account(
      'sudoku-9x9',
      '..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97..',
    );
    expect(told?.method).toBe('Named techniques, then search');
    expect(told?.note).toMatch(/^They end before the last cell\. Search finds the one solution with \d+ guesses/u);
    expect(told?.steps.at(-1)).toMatchObject({ name: 'search' });
  });

  test('with clashing clues is not solved', () => {
    expect(account('sudoku-4x4', '11..............')).toMatchObject({
      steps: [],
      summary: 'The clues contradict each other.',
    });
  });
});

describe('a maze', () => {
  const lines = ['#####', '#S  #', '# # #', '# #G#', '#####'];

  test('is searched in waves, and the way back is its path', () => {
    const told = account('maze-5', lines.join(''));
    expect(told?.steps.map(({ name, cells }) => [name, cells.length])).toEqual([
      ['wave 1', 2],
      ['wave 2', 2],
      ['wave 3', 1],
      ['wave 4', 1],
      ['way back', 5],
    ]);
    expect(told?.steps.at(-1)?.placed.map(({ cell }) => cell)).toEqual([7, 8, 13]);
    expect(told?.summary).toBe('4 waves over 6 cells, a path of 5 cells');
  });

  test('without a way shows the waves there are', () => {
    expect(account('maze-5', lines.join('').replace('G', '#').replace('# #', 'G##'))?.summary).toMatch(
      /no way leads to the goal\.$/u,
    );
  });

  test('without its ends has nothing to search for', () => {
    expect(account('maze-5', lines.join('').replace('S', ' '))?.steps).toEqual([]);
  });

  test.each([5, 11, 30])('of side %i that is generated is told as it is rated', (side) => {
    const maze = kindOf(`maze-${side}`);
    const { inputs, labels } = maze.generator?.generate(Random.seeded(3)) ?? {
      inputs: new Uint8Array(),
      labels: new Uint8Array(),
    };
    const told = classicalAccount(maze, inputs);
    const placed = told?.steps.at(-1)?.placed ?? [];
    expect(told?.summary).toMatch(new RegExp(`a path of ${maze.generator?.rate(inputs)} cells$`, 'u'));
    expect(placed.every(({ cell, token }) => labels[cell] === token)).toBe(true);
  });
});

test.each(['nonogram-5', 'queens-8', 'numberlink-5'])('%s is searched, and shows what search found', (id) => {
  const puzzles = kindOf(id);
  const { inputs, labels } = puzzles.generator?.generate(Random.seeded(7)) ?? {
    inputs: new Uint8Array(),
    labels: new Uint8Array(),
  };
  const told = classicalAccount(puzzles, inputs);
  expect(told?.summary).toMatch(/^Search finds the one solution (without a guess|with \d+ guess)/u);
  expect(told?.steps.at(-1)?.placed.every(({ cell, token }) => labels[cell] === token)).toBe(true);
});

test.each(['arc', 'custom-3x3:.ab'])('%s has no solver: its rules are not known', (id) => {
  const { rows, columns } = kindOf(id);
  expect(classicalAccount(kindOf(id), new Uint8Array(rows * columns).fill(1))).toBeNull();
});

test('things are counted in the order in which they come', () => {
  expect(tallied(['naked single', 'hidden pair', 'naked single', 'locked candidates', 'locked candidates'])).toBe(
    '2 naked singles, 1 hidden pair, 2 locked candidates',
  );
});
