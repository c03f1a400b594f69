/** An experiment of the user's own: one or two settings are varied, everything else is equal. */
import { message, type Text } from '../../renderer/messages/message';
import type { OwnExperiment, Variation } from './experiment-requests';
import type { Experiment } from './experiments';

export function createOwnExperiment({ variations, seeds, maxSeconds, settings, ...source }: OwnExperiment): Experiment {
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
    seeds: listSeeds(seeds),
    maxSeconds,
    test: { type: 'final' },
    published: [],
  };
}

/** Chosen before the first run: 1, 2, … */
export const listSeeds = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

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
