/** Settings of a model under the reference's names, as its trainer, the lab or a person wrote them: any may be absent. */
import { z } from 'zod';
import { FormatError } from '../../../datasets/formats/format-error';

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

/** What is not known is passed over: trainers write their own settings beside. */
const settingsSchema = z.object(known).partial();

export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;
/** All of them, said or found. */
export type WholeSettings = { readonly [Name in SettingName]-?: NonNullable<Settings[Name]> };

const dataSizes = ['seq_len', 'vocab_size', 'num_puzzle_identifiers'] as const;

/**
 * From the whole of a config: `arch` with `data` beside it, or the settings of `arch` alone. The sizes of the
 * data stand in either.
 * @throws FormatError naming the first setting that is of another type
 */
export function readSettings(config: unknown, file: string): Settings {
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
