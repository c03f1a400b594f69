import { expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { describePuzzle } from '../../../../../renderer/features/solve/puzzle/load-puzzle';
import { clues, kind, solution, tokens } from '../../../examples';

test('describePuzzle states the clues, or the measure of the kind', () => {
  expect(describePuzzle(kind, { inputs: tokens(clues), labels: tokens(solution) })).toBe('4 clues');
  const maze = getKind('maze-5');
  expect(
    describePuzzle(maze, {
      inputs: [...maze.parse('######S  ## # ## #G######')],
      labels: [...maze.parse('######Soo## #o## #G######')],
    }),
  ).toBe('Path length: 5');
});
