/** An experiment of the user's own: one or two settings are varied, everything else is equal. */
import { message, type Text } from '../../renderer/messages/message';
import type { OwnExperiment, Variation } from './experiment-requests';
import type { Experiment } from './experiments';

export function createOwnExperiment({
  variations,
  seeds,
  firstSeed,
  maxSeconds,
  settings,
  ...source
}: OwnExperiment): Experiment {
  return {
    id: 'own',
    question: message('experiments.own.question', { settings: variations.map(({ name }) => name) }),
    claim: null,
    limits: null,
    conditions: combine(variations).map((chosen, index) => ({
      id: toId(chosen, index),
      label: toLabel(chosen),
      source: { ...source, settings: { ...settings, ...Object.fromEntries(chosen) } },
    })),
    seeds: listSeeds(seeds, firstSeed),
    maxSeconds,
    test: { type: 'final' },
    published: [],
  };
}

/** What makes the same experiment again; null for one that does not train models. */
export function readOwnExperiment({ conditions, seeds, maxSeconds }: Experiment): OwnExperiment | null {
  const { source } = conditions[0]!;
  if (!('preset' in source)) return null;
  const all = conditions.map((each) => ('preset' in each.source ? each.source.settings : {}));
  const names = Object.keys(source.settings) as SettingName[];
  const valuesOf = (name: SettingName) => [...new Set(all.map((settings) => settings[name]))];
  const isVaried = (name: SettingName) => valuesOf(name).length > 1;
  const settings = Object.fromEntries(names.filter((name) => !isVaried(name)).map((name) => [name, all[0]![name]]));
  const variations = names.filter(isVaried).map((name) => ({ name, values: valuesOf(name) as Variation['values'] }));
  const { preset, dataset } = source;
  return { preset, dataset, settings, variations, seeds: seeds.length, firstSeed: seeds[0]!, maxSeconds };
}

type SettingName = Variation['name'];

/** Chosen before the first run: 1, 2, … unless they begin with another. */
export const listSeeds = (count: number, first = 1): number[] =>
  Array.from({ length: count }, (_, index) => first + index);

type Choice = readonly (readonly [name: string, value: unknown])[];

/** Every value of the first setting with every one of the second. */
const combine = (variations: readonly Variation[]): Choice[] =>
  variations.reduce<Choice[]>(
    (choices, { name, values }) =>
      choices.flatMap((choice) => values.map((value) => [...choice, [name, value] as const])),
    [[]],
  );

const toLabel = (choice: Choice): Text => choice.map(([name, value]) => `${name} = ${String(value)}`).join(', ');

/** A name of a folder; the number makes it unique. */
const toId = (choice: Choice, index: number): string =>
  `${index + 1}-${choice.map(([name, value]) => `${name}-${String(value)}`).join('-')}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/gu, '-')
    .slice(0, 40);
