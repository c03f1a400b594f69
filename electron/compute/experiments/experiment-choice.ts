/** The experiment that a user chooses, and the command that runs the same one. */
import type { ZodError } from 'zod';
import { findSchemaProblem } from '../../../datasets/formats/schema-problem';
import { runSettingsSchema } from '../../../models/train/run-settings';
import { MessageError } from '../../../renderer/messages/message';
import { quoteArgument } from '../../contract/command-line';
import type { ExperimentChoice, OwnExperiment } from '../../contract/experiment-requests';
import { experimentSchema, type Experiment } from '../../contract/experiments';
import { getExperiment } from './built-in';
import { makeThorough } from './thorough';
import { createOwnExperiment, listSeeds } from '../../contract/own-experiment';

/** Conditions of the user's own that are too many or do not differ, values that their setting cannot have, or seeds that are too large. */
export class OwnExperimentError extends MessageError<'experiments.own.invalid'> {
  override readonly name = 'OwnExperimentError';
}

/** @throws UnknownIdError for an experiment that is not built in; OwnExperimentError */
export function createExperiment(choice: ExperimentChoice): Experiment {
  if ('own' in choice) return createOwn(choice.own);
  const builtIn = getExperiment(choice.builtIn);
  const experiment = choice.isThorough ? makeThorough(builtIn) : builtIn;
  return parse({ ...experiment, seeds: listSeeds(choice.seeds ?? experiment.seeds.length, choice.firstSeed) });
}

function createOwn(own: OwnExperiment): Experiment {
  requireValues(own);
  return parse(createOwnExperiment(own));
}

function parse(experiment: Experiment): Experiment {
  const { data, error } = experimentSchema.safeParse(experiment);
  if (data) return data;
  throw toError('experiment', error);
}

/** Names the setting of a value, where the error of the whole experiment would name the first condition with it. */
function requireValues({ variations }: OwnExperiment): void {
  for (const { name, values } of variations)
    for (const value of values) {
      const { error } = runSettingsSchema.safeParse({ [name]: value });
      if (error) throw toError(name, error);
    }
}

function toError(path: string, error: ZodError): OwnExperimentError {
  return new OwnExperimentError('experiments.own.invalid', { path, reason: findSchemaProblem(error).reason });
}

/** Without the folder of the results. */
export function formatExperimentCommand(choice: ExperimentChoice, { seeds }: Experiment): string {
  const options = 'own' in choice ? ownOptions(choice.own) : [];
  const first = seeds[0] === 1 ? [] : [['seed', seeds[0]] as const];
  const words = [...options, ...first, ['seeds', seeds.length] as const].map(
    ([flag, value]) => `--${flag} ${quoteArgument(String(value))}`,
  );
  const builtIn = 'own' in choice ? [] : [choice.builtIn, ...(choice.isThorough ? ['--thorough'] : [])];
  return ['experiment run', ...builtIn, ...words].join(' ');
}

function ownOptions({ dataset, preset, maxSeconds, settings, variations }: OwnExperiment) {
  return [
    ['dataset', dataset],
    ['preset', preset],
    ['max-seconds', maxSeconds],
    ...Object.entries(settings).map(([name, value]) => ['set', `${name}=${String(value)}`] as const),
    ...variations.map(({ name, values }) => ['vary', `${name}=${values.join(',')}`] as const),
  ] as const;
}
