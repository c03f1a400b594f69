import { expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { groupModels } from '../../../../../renderer/features/solve/board/model-groups';
import { importedModel, kind, model } from '../../../examples';

test('groupModels groups by source, other puzzle types last, and omits unknown types', () => {
  const queens = importedModel({ id: 'queens', name: 'Queens', kind: 'queens-8' });
  const own = model({ id: 'own', name: 'Own', source: 'trained' });
  const unknown = importedModel({ id: 'unknown', kind: 'hexagons' });
  const getModelKind = ({ kind: id }: { kind?: string | undefined }) =>
    id === 'hexagons' ? null : id === 'queens-8' ? getKind('queens-8') : kind;
  const groups = groupModels([queens, own, unknown, model({ source: 'built-in' }), importedModel()], kind, {
    getModelKind,
    reads: (one, id) => getModelKind(one)?.id === id,
  });
  expect(groups.map(({ title, models }) => [title, models.map(({ id }) => id)])).toEqual([
    ['Built-in', ['first']],
    ['Trained', ['own']],
    ['Imported', ['from-a-file']],
    ['Other puzzle types', ['queens']],
  ]);
  expect(groups[1]?.models[0]?.label).toMatch(/^Own, seed \d+, [\d,]+ steps$/u);
  expect(groups[3]?.models[0]?.label).toBe('Queens · Queens 8×8');
});
