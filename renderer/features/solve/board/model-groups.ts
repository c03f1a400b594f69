/** The models in the menu of the Solve view, in groups. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Model } from '../../../../electron/contract/contract';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import { t } from '../../../messages/language.svelte';
import type { MessageId } from '../../../messages/message';

interface ModelGroup {
  readonly title: string;
  readonly models: readonly { readonly id: string; readonly label: string }[];
}

const titles = [
  ['built-in', 'models.list.builtIn'],
  ['trained', 'models.list.trained'],
  ['imported', 'models.list.imported'],
] as const satisfies readonly (readonly [Model['source'], MessageId])[];

/** Models by source if they read `kind`, then the others; models of an unknown kind are left out. */
export function groupModels(
  models: readonly Model[],
  kind: PuzzleKind | null,
  catalog: Pick<CatalogStore, 'getModelKind' | 'reads'>,
): ModelGroup[] {
  const fits = (model: Model) => kind !== null && catalog.reads(model, kind.id);
  const fitting = titles.map(([source, title]) => ({
    title: t(title),
    models: models
      .filter((model) => model.source === source && fits(model))
      .map((model) => ({ id: model.id, label: describeModel(model) })),
  }));
  const others = models
    .filter((model) => !fits(model))
    .flatMap((model) => {
      const other = catalog.getModelKind(model);
      return other
        ? [{ id: model.id, label: t('solve.models.otherKind', { model: describeModel(model), kind: other.name }) }]
        : [];
    });
  return [...fitting, { title: t('solve.models.others'), models: others }].filter((group) => group.models.length > 0);
}

/** Name, with seed and steps for trained models: several can have the same name. */
function describeModel({ name, source, training }: Model): string {
  if (source !== 'trained') return name;
  return t('solve.models.trained', { name, seed: String(training.seed), steps: training.steps });
}
