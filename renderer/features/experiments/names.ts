/** Display names of what experiments refer to; the id of what does not exist any more. */
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { formatText } from '../../messages/language.svelte';

export const createNames = (catalog: CatalogStore) => ({
  nameDataset: (id: string) => formatText(catalog.dataset(id)?.name ?? id),
  namePreset: (id: string) => formatText(catalog.preset(id)?.name ?? id),
  nameModel: (id: string) => catalog.model(id)?.name ?? id,
});
