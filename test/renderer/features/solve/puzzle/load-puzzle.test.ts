import { expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { CatalogStore } from '../../../../../renderer/app/catalog-store.svelte';
import { describePuzzle, readRandomPuzzle } from '../../../../../renderer/features/solve/puzzle/load-puzzle';
import { cannedLab, settled } from '../../../canned-lab';
import { clues, dataset, kind, model, solution, tokens } from '../../../examples';

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

test('a random puzzle has the size that the model was trained on, also if it reads every size', async () => {
  const puzzle = { address: 'any', inputs: [1], labels: [1], rating: null };
  const lab = cannedLab({
    listDatasets: () => [dataset({ id: 'large', kind: 'maze-30' })],
    previewPuzzles: () => [puzzle],
  });
  const catalog = new CatalogStore(lab.compute);
  await settled();
  await catalog.readDatasets();
  const mazes = model({ kind: 'maze-9', dataset: 'gone', readsEverySize: true });
  const { address } = await readRandomPuzzle(lab.compute, catalog, mazes, new AbortController().signal);
  expect(address).toMatch(/^maze-9\/new\/any\/\d+$/u);
  expect(lab.inputs('previewPuzzles')).toMatchObject([{ kind: 'maze-9', count: 1 }]);
});
