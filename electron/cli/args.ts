/** Groups of commands, and parsers of flag values; errors are one line that names the flag. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { pickRules, type PickRule, type RolloutSettings } from '../../models/evaluate/pick-rollout';
import { MAX_BATCH_SIZE } from '../../models/train/run-config';
import { formatInteger } from '../contract/format';
import type { PowerRange } from '../contract/receipt';
import {
  DEFAULT_NOISE,
  MAX_GENERATED,
  MAX_NOISE,
  MAX_REPEATED_SEEDS,
  MAX_ROLLOUTS,
  MAX_RUN_SECONDS,
  MAX_SEED,
  MAX_SUPERVISION_STEPS,
} from '../contract/limits';

const parser =
  (schema: z.ZodType<number>, expected: string) =>
  (text: string): number => {
    const parsed = schema.safeParse(text.trim() === '' ? NaN : Number(text));
    if (!parsed.success) throw new InvalidArgumentError(`expected ${expected}`);
    return parsed.data;
  };

export const parseSeconds = parser(
  z.number().positive().max(MAX_RUN_SECONDS),
  `a number of seconds above 0, at most ${formatInteger(MAX_RUN_SECONDS)} (one week)`,
);
export const parseSeed = parser(z.int().min(0).max(MAX_SEED), `a whole number from 0 to ${formatInteger(MAX_SEED)}`);
export const parseSeedCount = parser(
  z.int().min(1).max(MAX_REPEATED_SEEDS),
  `a whole number of seeds from 1 to ${MAX_REPEATED_SEEDS}`,
);
export const parseStep = parser(z.int().min(0).max(1e9), 'a step number, 0 or higher');
export const parseSteps = parser(z.int().min(1).max(1e9), 'a whole number of steps, 1 or higher');
export const parseSupervisionSteps = parser(
  z.int().min(1).max(MAX_SUPERVISION_STEPS),
  `a whole number from 1 to ${formatInteger(MAX_SUPERVISION_STEPS)}`,
);
export const parseRollouts = parser(
  z.int().min(1).max(MAX_ROLLOUTS),
  `a whole number of rollouts from 1 to ${formatInteger(MAX_ROLLOUTS)}`,
);
export const parseNoise = parser(z.number().min(0).max(MAX_NOISE), `a number from 0 to ${MAX_NOISE}`);
export const parseBatchSize = parser(
  z.int().min(1).max(MAX_BATCH_SIZE),
  `a whole number from 1 to ${formatInteger(MAX_BATCH_SIZE)}`,
);
export const parseLearningRate = parser(z.number().positive().max(1e6), 'a number above 0');
export const parseSide = parser(z.int().min(1).max(1000), 'a whole number of cells, 1 or higher');
export const parseShare = parser(z.number().min(0).max(1), 'a fraction from 0 to 1');
export const parseCopies = parser(z.int().min(0).max(10_000), 'a whole number from 0 to 10,000');
/** Parses watts: `15-65`, or one number. @throws InvalidArgumentError */
export function parsePower(text: string): PowerRange {
  const [low = NaN, high = low] = text.split(/[-–]/u).map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!(low > 0 && high >= low && high <= 1e6)) throw new InvalidArgumentError('expected watts, e.g. 15-65 or 40');
  return { low, high };
}

export const parseCarbon = parser(z.number().min(0).max(1e4), 'grams of CO₂ per kilowatt-hour, 0 to 10,000');
export const parseThreads = parser(z.int().min(1).max(256), 'a whole number from 1 to 256');
export const parsePosition = parser(z.int().min(0).max(1000), 'a whole number from 0 to 1,000');
export const parseCount = parser(
  z.int().min(1).max(MAX_GENERATED),
  `a whole number of puzzles from 1 to ${formatInteger(MAX_GENERATED)}`,
);
export const parseLimit = parser(z.int().min(1).max(1e9), 'a whole number of puzzles, 1 or higher');

/**
 * Parses one of the choices of an option. Values of earlier versions are accepted without being listed.
 * @param previous the choice that replaces each earlier value
 */
export const parseChoice =
  <Choice extends string>(choices: readonly Choice[], previous: Readonly<Record<string, Choice>>) =>
  (text: string): Choice => {
    const choice = Object.hasOwn(previous, text) ? previous[text] : choices.find((known) => known === text);
    if (choice === undefined) throw new InvalidArgumentError(`expected one of ${choices.join(', ')}`);
    return choice;
  };

/** Parses `last:4`: how many of the last checkpoints vote. */
function parseLastCheckpoints(text: string): number {
  const digits = /^last:(\d{1,4})$/u.exec(text.trim())?.[1];
  const parsed = z.int().min(2).max(MAX_ROLLOUTS).safeParse(Number(digits));
  if (!parsed.success)
    throw new InvalidArgumentError(
      `expected last: and a number of checkpoints from 2 to ${formatInteger(MAX_ROLLOUTS)}`,
    );
  return parsed.data;
}

/** Flag of the commands that solve or evaluate. */
export interface CheckpointsFlag {
  /** How many of the last checkpoints of a run give one answer each. */
  readonly checkpoints?: number;
}

/** The option of `CheckpointsFlag`. */
export const checkpointsOption = (): Option =>
  new Option(
    '--checkpoints <last:number>',
    'one answer of each of the last checkpoints of the run that --model names; --pick takes one (default: vote)',
  ).argParser(parseLastCheckpoints);

/** Device and threads: flags of the commands that train, evaluate or solve. */
export interface ComputeFlags {
  readonly device?: string;
  /** Number of worker threads. */
  readonly threads?: number;
}

/** The options of `ComputeFlags`. */
export const addComputeOptions = (command: Command): Command =>
  command
    .option('--device <name>', 'device to use (default: the chosen one, or the fastest that passed its test)')
    .option('--threads <number>', 'CPU threads to use (default: one for each physical core)', parseThreads);

/** Rollouts: flags of the commands that solve or evaluate. */
export interface RolloutFlags {
  readonly rollouts?: number;
  readonly noise?: number;
  readonly pick?: PickRule;
  readonly noiseSeed: number;
}

/** The options of `RolloutFlags`. */
export const addRolloutOptions = (command: Command): Command =>
  command
    .option(
      '--rollouts <number>',
      'solve copies of each puzzle, with noise on their states (default: 1)',
      parseRollouts,
    )
    .option(
      '--noise <sigma>',
      `standard deviation of the noise, in units of the states (default: ${DEFAULT_NOISE} with several rollouts, else 0)`,
      parseNoise,
    )
    .addOption(
      new Option(
        '--pick <rule>',
        'answer to take: of the highest halting logit, of most rollouts (vote over whole answers), or the first that the rules allow, and none if there is no such answer',
      ).choices(pickRules),
    )
    .option('--noise-seed <number>', 'random seed of the noise', parseSeed, 1);

/** The rollouts of the flags: a single solve without any. */
export function getRollouts({
  rollouts: count = 1,
  noise,
  pick = 'halting',
  noiseSeed,
}: RolloutFlags): RolloutSettings {
  return { count, noise: noise ?? (count > 1 ? DEFAULT_NOISE : 0), pick, seed: noiseSeed };
}

/** Flag of nearly every command. */
export interface JsonFlag {
  readonly json?: true;
}

/** @throws InvalidArgumentError */
export function parsePath(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a path');
  return text;
}

const MAX_NAME = 200;

export function parseName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > MAX_NAME) throw new InvalidArgumentError(`expected 1 to ${MAX_NAME} characters`);
  return name;
}

/** An error of Commander in one line, in the form of our own: a colon before the reason, no full stop. */
export const formatUsageError = (text: string): string => {
  const line = text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(' is invalid. Allowed choices are ', ' is invalid: expected one of ')
    .replace(' is invalid. ', ' is invalid: ')
    .replace(/\.$/, '');
  return `${line} (see --help)\n`;
};

/** Adds a command to a group. */
export type AddCommand = (name: string, description: string) => Command;

/** Formats example calls as the last lines of a help text. */
export type Examples = (...lines: string[]) => string;

/** A group of commands such as `model`; errors end the program as those of `program` do. */
export function commandGroup(program: Command, name: string, description: string): AddCommand {
  const group = program
    .command(name)
    .usage('<command> [options]')
    .description(description)
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .copyInheritedSettings(program)
    .configureOutput({ outputError: (text, write) => write(formatUsageError(text)) });
  return (command, about) =>
    group.command(command).description(about).helpOption('-h, --help', 'show this help').copyInheritedSettings(program);
}
