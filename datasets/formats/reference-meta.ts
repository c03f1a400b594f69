/** What `dataset.json` and `identifiers.json` of the reference's format say. */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FormatError } from './format-error';

const count = z.number().int().nonnegative();

/** One split; the names are the reference's. */
export const splitMetaSchema = z.object({
  pad_id: count,
  /** Label of cells that are not learned; null for none. */
  ignore_label_id: z.number().int().nullable(),
  blank_identifier_id: count,
  vocab_size: count.min(1).max(256),
  seq_len: count.min(1).max(10_000),
  num_puzzle_identifiers: count.min(1),
  total_groups: count,
  /** Examples a puzzle. */
  mean_puzzle_examples: z.number().nonnegative(),
  total_puzzles: count,
  sets: z.array(z.string().regex(/^\w{1,40}$/u)).length(1),
});

export type SplitMeta = z.infer<typeof splitMetaSchema>;

export const identifiersSchema = z.array(z.string().max(1000)).min(1);

/** More text than this is no description of a data set. */
const MAX_BYTES = 256 << 20;

/** @throws FormatError for a file that is missing, a link, too large, no JSON, or not as the schema says */
export async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(folder, file);
  const stat = await lstat(path).catch(() => null);
  if (!stat?.isFile()) throw new FormatError(file, 'a file', stat ? 'something else' : 'none of this name');
  if (stat.size > MAX_BYTES) throw new FormatError(file, `at most ${MAX_BYTES} bytes`, String(stat.size));
  const parsed = schema.safeParse(parseJson(await readFile(path, 'utf8'), file));
  if (parsed.success) return parsed.data;
  const { path: place, message } = parsed.error.issues[0]!;
  throw new FormatError(`${file}${place.length > 0 ? `, ${place.join('.')}` : ''}`, 'another value', message);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (reason) {
    throw new FormatError(file, 'JSON', reason instanceof Error ? reason.message.replace(/\s+/gu, ' ') : 'none');
  }
}

/** JSON as Python's json module writes it: `, ` and `: ` between, and a mean with its decimal point. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value === null || typeof value !== 'object')
    return JSON.stringify(value).replace(/[\u0080-\uffff]/gu, escapeCharacter);
  return `{${Object.entries(value)
    .map(
      ([key, entry]) =>
        `${JSON.stringify(key)}: ${key.startsWith('mean_') ? formatDecimal(Number(entry)) : pythonJson(entry)}`,
    )
    .join(', ')}}`;
}

const formatDecimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
