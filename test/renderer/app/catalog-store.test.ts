import { expect, test } from 'vitest';
import { CatalogStore } from '../../../renderer/app/catalog-store.svelte';
import { loadedValue } from '../../../renderer/app/compute.svelte';
import { lab } from '../../gallery/samples/lab';
import { cannedLab, settled } from '../canned-lab';

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
