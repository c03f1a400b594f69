/** Models to choose from, in groups: those that read the kind of the puzzle shown, by where they come from, then the others. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Model } from '../../../../electron/contract/contract';
import { integer } from '../../../lib/format';

export interface ModelGroup {
  readonly title: string;
  readonly models: readonly { readonly id: string; readonly words: string }[];
}

const titles: readonly (readonly [Model['source'], string])[] = [
  ['shipped', 'Shipped'],
  ['trained', 'Your own'],
  ['imported', 'Imported'],
];

/** Models whose puzzles this lab does not know are left out: there is nothing to ask them. */
export function modelGroups(
  models: readonly Model[],
  kind: PuzzleKind | null,
  kindOfModel: (model: Model) => PuzzleKind | null,
): ModelGroup[] {
  const fits = (model: Model) => kind !== null && kindOfModel(model)?.id === kind.id;
  const fitting = titles.map(([source, title]) => ({
    title,
    models: models
      .filter((model) => model.source === source && fits(model))
      .map((model) => ({ id: model.id, words: modelWords(model) })),
  }));
  const others = models
    .filter((model) => !fits(model))
    .flatMap((model) => {
      const other = kindOfModel(model);
      return other ? [{ id: model.id, words: `${modelWords(model)} · ${other.name}` }] : [];
    });
  return [...fitting, { title: 'For other puzzles', models: others }].filter((group) => group.models.length > 0);
}

/** Several trainings share a name; seed and steps tell them apart. */
function modelWords({ name, source, training }: Model): string {
  return source === 'trained' ? `${name}, seed ${training.seed}, ${integer(training.steps)} steps` : name;
}
