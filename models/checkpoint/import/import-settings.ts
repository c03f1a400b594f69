/**
 * Settings of a model under the reference's names, as its trainer, the lab or a person wrote them, and the YAML or JSON
 * file that they are read from. Any may be absent.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { FormatError } from '../../../datasets/formats/format-error';
import { expectRegularFile, readRegularFile } from '../regular-file';

const number = z.number();
const flag = z.boolean();
const text = z.string();

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
 * Reads the settings of a whole config (`arch` with `data` beside it) or of `arch` alone; the sizes of the data may be in
 * either.
 * @throws FormatError naming the first setting that is of another type
 */
export function readSettings(config: unknown, file: string): ImportSettings {
  const { arch = config, data } = isRecord(config) ? config : {};
  if (!isRecord(arch))
    throw new FormatError(file, 'settings of a model', arch === null ? 'nothing' : `a ${typeof arch}`);
  const sizes = isRecord(data)
    ? Object.fromEntries(dataSizes.filter((name) => name in data).map((name) => [name, data[name]]))
    : {};
  const parsed = settingsSchema.safeParse({ ...resolved(arch), ...sizes });
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new FormatError(`${file}, ${path.join('.')}`, 'a setting of its type', message);
  }
  if (Object.keys(parsed.data).length === 0) throw new FormatError(file, 'settings of a model', 'none of them');
  return parsed.data;
}

/** The reference's config files say `${.hidden_size}` for "as hidden_size is"; null stands for a setting left out. */
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

/** Names of config files that the reference's trainer, the lab and others write beside checkpoints. */
const commonNames = ['all_config.yaml', 'config.json', 'config.yaml'];
const ownEndings = ['.config.json', '.config.yaml'];

/** A checkpoint's config: named after it, else by a usual name; null where there is none. */
export function findSettingsFile(weights: string): string | null {
  const file = basename(weights);
  const stems = new Set([file.slice(0, file.length - extname(file).length), file.split('.')[0]]);
  const own = [...stems].flatMap((stem) => ownEndings.map((ending) => `${stem}${ending}`));
  const paths = [...own, ...commonNames].map((name) => join(dirname(weights), name));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** Limit of a settings file in bytes; usual ones have a few hundred. */
const MAX_BYTES = 2 ** 20;

/** @throws FormatError for what is no YAML (JSON is), or holds no settings of a model */
export async function readSettingsFile(path: string): Promise<ImportSettings> {
  const file = basename(path);
  const size = await expectRegularFile(path);
  if (size > MAX_BYTES) throw new FormatError(file, `at most ${MAX_BYTES} bytes`, `${size}`);
  return readSettings(parse(new TextDecoder().decode(await readRegularFile(path)), file), file);
}

function parse(text: string, file: string): unknown {
  expectShallow(text, file);
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS();
  } catch (error) {
    throw new FormatError(file, 'YAML or JSON', `a flaw (${(error as Error).message.split('\n')[0]})`);
  }
}

/** Of each way to open a level: brackets in the whole text, indented columns and indicators in a line. */
const MAX_LEVELS = 100;

/**
 * The parser calls itself for every level, and V8 ends the process, catching nothing, when it has to compile a
 * regular expression at the end of the stack. So levels are counted beforehand, too many rather than too few.
 */
function expectShallow(text: string, file: string): void {
  const countOf = (pattern: RegExp, part: string) => part.match(pattern)?.length ?? 0;
  const isDeep = (line: string) =>
    countOf(/[-?:](?=\s|$)/gu, line) > MAX_LEVELS || (/^\s*/u.exec(line)?.[0].length ?? 0) > MAX_LEVELS;
  if (countOf(/[[{]/gu, text) > MAX_LEVELS || text.split(/\r\n?|\n/u).some(isDeep))
    throw new FormatError(file, `at most ${MAX_LEVELS} levels`, 'settings nested more deeply');
}
