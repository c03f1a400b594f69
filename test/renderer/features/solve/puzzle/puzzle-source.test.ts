import { expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { buildSolveTrace, describeEffect } from '../../../../../renderer/features/solve/player/solve-trace';
import { describePuzzle, groupModels } from '../../../../../renderer/features/solve/puzzle/puzzle-source';
import { clues, importedModel, kind, model, solution, tokens, trace } from '../../../examples';

test('models are grouped by where they come from, those of other puzzles last, those of unknown ones not at all', () => {
  const queens = importedModel({ id: 'queens', name: 'Queens', kind: 'queens-8' });
  const own = model({ id: 'own', name: 'Own', source: 'trained' });
  const lost = importedModel({ id: 'lost', kind: 'hexagons' });
  const getModelKind = (one: { kind?: string | undefined; id: string }) =>
    one.id === 'lost' ? null : one.kind === 'queens-8' ? getKind('queens-8') : kind;
  const groups = groupModels([queens, own, lost, model({ source: 'shipped' }), importedModel()], kind, getModelKind);
  expect(groups.map(({ title, models }) => [title, models.map(({ id }) => id)])).toEqual([
    ['Shipped', ['first']],
    ['Your own', ['own']],
    ['Imported', ['from-a-file']],
    ['For other puzzles', ['queens']],
  ]);
  expect(groups[1]?.models[0]?.label).toMatch(/^Own, seed \d+, [\d,]+ steps$/u);
  expect(groups[3]?.models[0]?.label).toBe('Queens · Queens 8×8');
});

test('a puzzle is known by its clues, or by what it is measured in', () => {
  expect(describePuzzle(kind, { inputs: tokens(clues), labels: tokens(solution) })).toBe('4 clues');
  const maze = getKind('maze-5');
  expect(
    describePuzzle(maze, {
      inputs: [...maze.parse('######S  ## # ## #G######')],
      labels: [...maze.parse('######Soo## #o## #G######')],
    }),
  ).toBe('path length 5');
});

test('what an edit did is said in a sentence', () => {
  const solveTrace = buildSolveTrace(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });
  expect(describeEffect(solveTrace, { changed: 2, hasRules: true })).toBe('✓ 16 of 16 cells right; 2 cells changed.');
  expect(
    describeEffect(buildSolveTrace(trace, { kind, inputs: tokens(clues), labels: [] }), { changed: 0, hasRules: true }),
  ).toBe('✓ a legal answer; no cells changed.');
  const custom = getKind('custom-4x4:.1234');
  expect(
    describeEffect(buildSolveTrace(trace, { kind: custom, inputs: tokens(clues), labels: [] }), {
      changed: 3,
      hasRules: false,
    }),
  ).toBe('3 cells changed.');
});
