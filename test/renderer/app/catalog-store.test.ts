import { describe, expect, test } from 'vitest';
import { CatalogStore } from '../../../renderer/app/catalog-store.svelte';
import { loadedValue } from '../../../renderer/app/compute.svelte';
import { lab } from '../../gallery/samples/lab';
import { cannedLab, settled } from '../canned-lab';
import { dataset, model } from '../examples';

test('the cores in use follow a change of the setting', async () => {
  const { compute, emit } = cannedLab({ getAppInfo: () => lab });
  const catalog = new CatalogStore(compute);
  emit({ type: 'cores/changed', threads: 2 });
  await settled();
  await catalog.readLab();
  expect(loadedValue(catalog.appInfo)?.device).toMatchObject({ threads: 6, cores: 8 });
  emit({ type: 'cores/changed', threads: 3 });
  await settled();
  expect(loadedValue(catalog.appInfo)?.device).toMatchObject({ threads: 3, cores: 8 });
});

describe('a model that reads every size of its kind', () => {
  const small = model({ id: 'small', kind: 'maze-9', dataset: 'own', readsEverySize: true });
  const exact = model({ id: 'exact', kind: 'maze-15', dataset: 'own', readsEverySize: false });
  const open = async () => {
    const catalog = new CatalogStore(
      cannedLab({
        listModels: () => [small, exact],
        listDatasets: () => [
          dataset({ id: 'large', kind: 'maze-30' }),
          dataset({ id: 'other', kind: 'maze-9' }),
          dataset({ id: 'own', kind: 'maze-12' }),
          dataset({ id: 'queens', kind: 'queens-9' }),
        ],
      }).compute,
    );
    await settled();
    await Promise.all([catalog.readModels(), catalog.readDatasets()]);
    return catalog;
  };
  const blank = (side: number) => ({ inputs: Array.from({ length: side * side }, () => 1) });

  test('reads the datasets of all sizes: its own first, then those of its size', async () => {
    const catalog = await open();
    expect(catalog.datasetsFor(small).map(({ id }) => id)).toEqual(['own', 'other', 'large']);
    expect(catalog.datasetsFor(exact)).toEqual([]);
  });

  test('solves a puzzle as one of its size', async () => {
    const catalog = await open();
    expect(catalog.kindOfPuzzle(small, blank(21))?.id).toBe('maze-21');
    expect(catalog.kindOfPuzzle(small, blank(2))?.id).toBe('maze-9');
    expect(catalog.kindOfPuzzle(exact, blank(21))?.id).toBe('maze-15');
  });

  test('is used where no model was trained on the size', async () => {
    const catalog = await open();
    expect(['maze-15', 'maze-20', 'queens-9'].map((kind) => catalog.modelFor(kind)?.id)).toEqual([
      'exact',
      'small',
      undefined,
    ]);
  });
});
