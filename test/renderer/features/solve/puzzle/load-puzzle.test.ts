import { expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { describePuzzle } from '../../../../../renderer/features/solve/puzzle/load-puzzle';
import { clues, kind, solution, tokens } from '../../../examples';

test('a puzzle is known by its clues, or by what it is measured in', () => {
  expect(describePuzzle(kind, { inputs: tokens(clues), labels: tokens(solution) })).toBe('4 clues');
  const maze = getKind('maze-5');
  expect(
    describePuzzle(maze, {
      inputs: [...maze.parse('######S  ## # ## #G######')],
      labels: [...maze.parse('######Soo## #o## #G######')],
    }),
  ).toBe('Path length: 5');
});
