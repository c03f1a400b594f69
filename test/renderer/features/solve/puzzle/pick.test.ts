import { expect, test } from 'vitest';
import { kindOf } from '../../../../../datasets/kinds/registry';
import { effectWords } from '../../../../../renderer/features/solve/puzzle/effect-words';
import { modelGroups } from '../../../../../renderer/features/solve/puzzle/model-groups';
import { parseAddress } from '../../../../../renderer/features/solve/puzzle/pick';
import { puzzleWords } from '../../../../../renderer/features/solve/puzzle/puzzle-words';
import { layOut } from '../../../../../renderer/features/solve/player/solve-trace';
import { clues, kind, solution, tokens, trace } from '../../../examples';
import { imported, model } from '../../models/model';

test('an address is read as it is copied', () => {
  expect(parseAddress(' sudoku-4x4/test/17\n')).toEqual({ dataset: 'sudoku-4x4', split: 'test', index: 17 });
  for (const other of [
    '',
    'sudoku-4x4/test',
    'sudoku-4x4/valid/1',
    'a/b/test/3',
    'sudoku-4x4/test/-1',
    'sudoku-4x4/test/1.5',
    'typed',
  ])
    expect(parseAddress(other)).toBeNull();
});

test('models are grouped by where they come from, those of other puzzles last, those of unknown ones not at all', () => {
  const queens = imported({ id: 'queens', name: 'Queens', kind: 'queens-8' });
  const own = model({ id: 'own', name: 'Own', source: 'trained' });
  const lost = imported({ id: 'lost', kind: 'hexagons' });
  const kindOfModel = (one: { kind?: string | undefined; id: string }) =>
    one.id === 'lost' ? null : one.kind === 'queens-8' ? kindOf('queens-8') : kind;
  const groups = modelGroups([queens, own, lost, model({ source: 'shipped' }), imported()], kind, kindOfModel);
  expect(groups.map(({ title, models }) => [title, models.map(({ id }) => id)])).toEqual([
    ['Shipped', ['first']],
    ['Your own', ['own']],
    ['Imported', ['from-a-file']],
    ['For other puzzles', ['queens']],
  ]);
  expect(groups[1]?.models[0]?.words).toMatch(/^Own, seed \d+, [\d,]+ steps$/u);
  expect(groups[3]?.models[0]?.words).toBe('Queens · Queens 8×8');
});

test('a puzzle is known by its clues, or by what it is measured in', () => {
  expect(puzzleWords(kind, { inputs: tokens(clues), labels: tokens(solution) })).toBe('4 clues');
  const maze = kindOf('maze-5');
  expect(
    puzzleWords(maze, {
      inputs: [...maze.parse('######S  ## # ## #G######')],
      labels: [...maze.parse('######Soo## #o## #G######')],
    }),
  ).toBe('path length 5');
});

test('what an edit did is said in a sentence', () => {
  const journey = layOut(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });
  expect(effectWords(journey, { changed: 2, isRuled: true })).toBe('✓ 16 of 16 cells right; 2 cells changed.');
  expect(effectWords(layOut(trace, { kind, inputs: tokens(clues), labels: [] }), { changed: 0, isRuled: true })).toBe(
    '✓ a legal answer; no cells changed.',
  );
  const custom = kindOf('custom-4x4:.1234');
  expect(
    effectWords(layOut(trace, { kind: custom, inputs: tokens(clues), labels: [] }), { changed: 3, isRuled: false }),
  ).toBe('3 cells changed.');
});
