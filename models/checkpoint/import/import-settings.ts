/** Settings of a model under the reference's names, read from a YAML or JSON file. Any of them may be absent. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import { FormatError } from '../../../datasets/formats/format-error';
import { parseWithChecksum } from '../../../datasets/formats/json-checksum';
import { findSchemaProblem } from '../../../datasets/formats/schema-problem';
import { message } from '../../../renderer/messages/message';
import { readRegularFile } from '../regular-file';

const number = z.number();
const flag = z.boolean();
/** A name; errors quote it. */
const text = z.string().max(200);

const known = {
  name: text,
  loss: z.looseObject({ loss_type: text }),
  halt_exploration_prob: number,
  halt_max_steps: number,
  H_cycles: number,
  L_cycles: number,
  H_layers: number,
  L_layers: number,
  hidden_size: number,
  num_heads: number,
  expansion: number,
  pos_encodings: text,
  puzzle_emb_ndim: number,
  puzzle_emb_len: number,
  mlp_t: flag,
  no_ACT_continue: flag,
  inner_multiple: number,
  separate_networks: flag,
  one_step_gradient: flag,
  halt_exploration: text,
  rms_norm_eps: number,
  rope_theta: number,
  seq_len: number,
  vocab_size: number,
  num_puzzle_identifiers: number,
} as const;

/** Unknown settings are ignored: trainers add their own. */
const settingsSchema = z.object(known).partial();

export type ImportSettings = z.infer<typeof settingsSchema>;
export type SettingName = keyof ImportSettings;
/** Settings without missing ones. */
export type CompleteSettings = { readonly [Name in SettingName]-?: NonNullable<ImportSettings[Name]> };

const dataSizes = ['seq_len', 'vocab_size', 'num_puzzle_identifiers'] as const;

/**
 * Reads the settings of a complete config (`arch` and `data`) or of `arch` alone; the sizes of the data may be in either.
 * @throws FormatError naming the first setting with an invalid value
 */
export function readSettings(config: unknown, file: string): ImportSettings {
  const { arch = config, data } = isRecord(config) ? config : {};
  if (!isRecord(arch))
    throw new FormatError(
      file,
      message('checkpoint.settings.expected'),
      arch === null
        ? message('checkpoint.settings.nothing')
        : message('checkpoint.settings.type', { type: typeof arch }),
    );
  const sizes = isRecord(data)
    ? Object.fromEntries(dataSizes.filter((name) => name in data).map((name) => [name, data[name]]))
    : {};
  const parsed = settingsSchema.safeParse({ ...resolved(arch), ...sizes });
  if (!parsed.success) {
    const { place, expected, found } = findSchemaProblem(parsed.error);
    throw new FormatError(`${file}, ${place}`, expected ?? message('checkpoint.settings.validValue'), found);
  }
  if (Object.keys(parsed.data).length === 0)
    throw new FormatError(file, message('checkpoint.settings.expected'), message('checkpoint.settings.noneKnown'));
  return parsed.data;
}

/** Resolves references such as `${.hidden_size}` in the reference's config files, and drops unknown settings and null, which stands for an absent one. */
function resolved(arch: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const value = (given: unknown) => {
    const name = typeof given === 'string' ? /^\$\{\.?(\w+)\}$/u.exec(given)?.[1] : undefined;
    return name === undefined ? given : arch[name];
  };
  const entries = Object.entries(arch).map(([name, given]) => [name, value(given)] as const);
  return Object.fromEntries(entries.filter(([name, given]) => Object.hasOwn(known, name) && given != null));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of config files that the reference's trainer, the lab and other programs write beside checkpoints. */
const commonNames = ['all_config.yaml', 'config.json', 'config.yaml'];
const ownEndings = ['.config.json', '.config.yaml'];

/** Finds the config of a checkpoint: a file named after it, else one with a common name; null if there is none. */
export function findSettingsFile(weights: string): string | null {
  const file = basename(weights);
  const stems = new Set([file, file.slice(0, file.length - extname(file).length), file.split('.')[0]]);
  const own = [...stems].flatMap((stem) => ownEndings.map((ending) => `${stem}${ending}`));
  const paths = [...own, ...commonNames].map((name) => join(dirname(weights), name));
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * The config that the lab exported a cluster job with, in the folder of its checkpoint or the one above: the reference's trainer writes its own
 * only where it logs. Null if there is none.
 */
export function findJobSettingsFile(weights: string): string | null {
  const folder = dirname(resolve(weights));
  return [folder, dirname(folder)].map((place) => join(place, JOB_CONFIG)).find((path) => existsSync(path)) ?? null;
}

const JOB_CONFIG = 'model.config.json';

const dataPathsSchema = z.object({ data_paths: z.array(z.string().max(1000)).max(100) });

/** The datasets that a trainer's config names; none in other files. @throws FormatError for a file that cannot be read */
export async function readDataPaths(path: string): Promise<readonly string[]> {
  return dataPathsSchema.safeParse(parse(await readText(path), basename(path))).data?.data_paths ?? [];
}

/** Maximum size of a settings file in bytes; common ones have a few hundred. */
const MAX_BYTES = 2 ** 18;

/** @throws FormatError for a file that is neither YAML nor JSON, or has no settings of a model */
export async function readSettingsFile(path: string): Promise<ImportSettings> {
  const file = basename(path);
  return readSettings(parse(await readText(path), file), file);
}

/** Whether a settings file has a checksum of the lab that does not match. @throws FormatError for a file that cannot be read */
export async function isChangedSettingsFile(path: string): Promise<boolean> {
  const text = await readText(path);
  try {
    return parseWithChecksum(text).isDamaged;
  } catch {
    // YAML, which the lab does not write.
    return false;
  }
}

const readText = async (path: string): Promise<string> =>
  new TextDecoder().decode(await readRegularFile(path, MAX_BYTES));

/** The parser stops at the first error and at 100 levels, and expands no aliases. */
function parse(text: string, file: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const found = message('checkpoint.settings.syntaxError', { reason: error.message.split('\n')[0]! });
    throw new FormatError(file, message('checkpoint.settings.yaml'), found);
  }
}
