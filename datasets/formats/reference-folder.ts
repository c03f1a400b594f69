/**
 * Reads a dataset in the reference's folder format by offset: `identifiers.json`, and for each split a folder with
 * `dataset.json` and five arrays. The lab may add a sixth array with ratings, which the reference ignores. Opening a
 * split reads only the sizes and the ends of the index arrays; everything else is checked when it is read.
 */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { message } from '../../renderer/messages/message';
import type { SplitName } from '../puzzle-address';
import { z } from 'zod';
import type { RatedPuzzle } from '../kinds/puzzle-kind';
import { UNKNOWN } from '../kinds/puzzle-kind';
import { parseBoundedJson } from './bounded-json';
import { FormatError, numberText } from './format-error';
import { NpyFile } from './npy';
import { findSchemaProblem } from './schema-problem';

const count = z.number().int().nonnegative();

/** One split; the names are the reference's. */
const splitMetaSchema = z.object({
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
  /** Absent in folders of the HRM repository. */
  total_puzzles: count.optional(),
  sets: z.array(z.string().regex(/^\w{1,40}$/u)).length(1),
});

export type SplitMeta = z.infer<typeof splitMetaSchema>;

const identifiersSchema = z.array(z.string().max(1000)).min(1);

/** Largest JSON file about a dataset; usual ones have less than a thousandth. */
const MAX_BYTES = 2 ** 20;

/** Largest list of identifiers: four million of 32 bytes, three times those of all ARC tasks with a thousand copies. */
const MAX_IDENTIFIER_BYTES = 2 ** 27;

/** @throws FormatError for a file that is missing, a link, larger than `maxBytes`, not JSON, or does not match the schema */
export async function readJson<T>(
  folder: string,
  file: string,
  schema: z.ZodType<T>,
  maxBytes = MAX_BYTES,
): Promise<T> {
  const path = join(folder, file);
  const stat = await lstat(path).catch(() => null);
  if (!stat?.isFile())
    throw new FormatError(file, message('formats.file'), message(stat ? 'formats.notFile' : 'formats.noFile'));
  if (stat.size > maxBytes)
    throw new FormatError(file, message('formats.maxBytes', { max: maxBytes }), numberText(stat.size));
  const parsed = schema.safeParse(parseBoundedJson(await readFile(path, 'utf8'), file));
  if (parsed.success) return parsed.data;
  const { place, expected, found } = findSchemaProblem(parsed.error);
  const where = place === '' ? file : message('formats.place.key', { file, key: place });
  throw new FormatError(where, expected ?? message('formats.otherValue'), found);
}

interface ReferenceExample extends RatedPuzzle {
  readonly identifier: number;
}

/** Grids one after another, `seq_len` tokens each. */
interface Grids {
  readonly inputs: Uint8Array;
  /** 0 where the format says to ignore the label. */
  readonly labels: Uint8Array;
}

const arrays = ['inputs', 'labels', 'puzzle_identifiers', 'puzzle_indices', 'group_indices'] as const;
type Arrays = Record<(typeof arrays)[number], NpyFile> & { ratings?: NpyFile };

/** @throws FormatError */
export function readIdentifiers(folder: string): Promise<string[]> {
  return readJson(folder, 'identifiers.json', identifiersSchema, MAX_IDENTIFIER_BYTES);
}

export class ReferenceSplit {
  private constructor(
    readonly meta: SplitMeta,
    private readonly files: Arrays,
  ) {}

  /** @throws FormatError naming the file, what was expected and what was found */
  static async open(folder: string, split: SplitName): Promise<ReferenceSplit> {
    const path = join(folder, split);
    const meta = await readJson(folder, `${split}/dataset.json`, splitMetaSchema);
    const opened: Partial<Arrays> = {};
    try {
      const nameOf = (array: string) => `${meta.sets[0]}__${array}.npy`;
      const opening = (array: string) => NpyFile.open(join(path, nameOf(array)), `${split}/${nameOf(array)}`);
      for (const array of arrays) opened[array] = await opening(array);
      if (await lstat(join(path, nameOf('ratings'))).catch(() => null)) opened.ratings = await opening('ratings');
      const reading = new ReferenceSplit(meta, opened as Arrays);
      await reading.requireConsistent();
      return reading;
    } catch (reason) {
      await Promise.all(Object.values(opened).map((file) => file.close()));
      throw reason;
    }
  }

  /** Number of examples. */
  get examples(): number {
    return this.files.inputs.count;
  }

  get puzzles(): number {
    return this.files.puzzle_identifiers.count;
  }

  get groups(): number {
    return this.files.group_indices.count - 1;
  }

  /** Indices of the first example of a puzzle, and after its last. @throws RangeError, FormatError */
  exampleRange(puzzle: number): Promise<readonly [number, number]> {
    return this.span(this.files.puzzle_indices, puzzle, this.examples);
  }

  /** Indices of the first puzzle of a group, and after its last. @throws RangeError, FormatError */
  puzzleRange(group: number): Promise<readonly [number, number]> {
    return this.span(this.files.group_indices, group, this.puzzles);
  }

  /** First example of each of the puzzles from..to, and the end of the last. @throws FormatError */
  puzzleOffsets(from: number, to: number): Promise<readonly number[]> {
    return this.offsets(this.files.puzzle_indices, { from, to, max: this.examples });
  }

  /** First puzzle of each of the groups from..to, and the end of the last. @throws FormatError */
  groupOffsets(from: number, to: number): Promise<readonly number[]> {
    return this.offsets(this.files.group_indices, { from, to, max: this.puzzles });
  }

  private async offsets(
    file: NpyFile,
    { from, to, max }: { readonly from: number; readonly to: number; readonly max: number },
  ): Promise<readonly number[]> {
    const offsets = [...(await file.rows(from, to + 1))];
    for (let i = 0; i < to - from; i++) requireSpan([offsets[i]!, offsets[i + 1]!], { file, row: from + i, max });
    return offsets;
  }

  /** Whether ratings are stored with the examples. */
  get isRated(): boolean {
    return this.files.ratings !== undefined;
  }

  /** Examples from..to (the last not included). @throws RangeError, FormatError */
  async read(from: number, to: number): Promise<ReferenceExample[]> {
    const { seq_len } = this.meta;
    const [{ inputs, labels }, ratings, identifiers] = [
      await this.grids(from, to),
      await this.ratings(from, to),
      await this.identifiersOf(from, to),
    ];
    return Array.from({ length: to - from }, (_, i) => ({
      inputs: inputs.slice(i * seq_len, (i + 1) * seq_len),
      labels: labels.slice(i * seq_len, (i + 1) * seq_len),
      identifier: identifiers[i]!,
      ...(ratings && ratings[i]! !== UNKNOWN && { rating: ratings[i]! }),
    }));
  }

  /** What `read` gives without identifiers and ratings, much faster for many. @throws RangeError, FormatError */
  async grids(from: number, to: number): Promise<Grids> {
    const { inputs: questions, labels: answers } = this.files;
    const [inputs, labels] = await Promise.all([questions.numbers(from, to), answers.numbers(from, to)]);
    const { ignore_label_id: ignored } = this.meta;
    if (ignored) for (let i = 0; i < labels.length; i++) if (labels[i] === ignored) labels[i] = 0;
    return { inputs: this.tokens(inputs, questions, from), labels: this.tokens(labels, answers, from) };
  }

  /** Ratings of examples from..to, -1 for those unknown; null for a set without. @throws RangeError, FormatError */
  async ratings(from: number, to: number): Promise<Float64Array | null> {
    const file = this.files.ratings;
    const ratings = (await file?.floats(from, to)) ?? null;
    const wrong = ratings?.findIndex((rating) => !isRating(rating)) ?? -1;
    if (file && ratings && wrong >= 0)
      throw new FormatError(
        message('formats.place.row', { file: file.name, row: from + wrong }),
        message('formats.folder.rating'),
        String(ratings[wrong]),
      );
    return ratings;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.files).map((file) => file.close()));
  }

  /** Identifier of each example's puzzle: the last puzzle that begins at or before it. */
  private async identifiersOf(from: number, to: number): Promise<number[]> {
    const { puzzle_identifiers: file, puzzle_indices: indices } = this.files;
    const first = from < to ? await this.puzzleOf(from) : 0;
    // No puzzle is without an example, so no more puzzles than examples are needed.
    const last = Math.min(first + to - from, this.puzzles);
    const [numbers, offsets] = [await file.rows(first, last), await indices.rows(first, last + 1)];
    const identifiers: number[] = [];
    for (let i = 0; identifiers.length < to - from; i++) {
      if (i === numbers.length)
        throw new FormatError(
          indices.name,
          message('formats.folder.puzzleForExample', { example: from + identifiers.length }),
          message('formats.none'),
        );
      const [, end] = requireSpan([offsets[i]!, offsets[i + 1]!], {
        file: indices,
        row: first + i,
        max: this.examples,
      });
      if (numbers[i]! < 0 || numbers[i]! >= this.meta.num_puzzle_identifiers)
        throw new FormatError(
          message('formats.place.row', { file: file.name, row: first + i }),
          message('formats.folder.identifier', { max: this.meta.num_puzzle_identifiers }),
          String(numbers[i]),
        );
      while (from + identifiers.length < Math.min(end, to)) identifiers.push(numbers[i]!);
    }
    return identifiers;
  }

  /** The puzzle an example belongs to, by bisection. */
  private async puzzleOf(example: number): Promise<number> {
    let [low, high] = [0, this.puzzles - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const [begin] = await this.files.puzzle_indices.rows(middle, middle + 1);
      if (begin! <= example) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private async span(file: NpyFile, index: number, max: number): Promise<readonly [number, number]> {
    const [begin, end] = await file.rows(index, index + 2);
    return requireSpan([begin!, end!], { file, row: index, max });
  }

  private tokens(values: Uint8Array | Int32Array, file: NpyFile, from: number): Uint8Array {
    const { seq_len, vocab_size } = this.meta;
    const wrong = firstOutside(values, vocab_size);
    if (wrong < 0) return values instanceof Uint8Array ? values : new Uint8Array(values);
    throw new FormatError(
      message('formats.place.cell', {
        file: file.name,
        row: from + Math.floor(wrong / seq_len),
        cell: wrong % seq_len,
      }),
      message('formats.folder.token', { max: vocab_size }),
      String(values[wrong]),
    );
  }

  private async requireConsistent(): Promise<void> {
    const { inputs, labels, puzzle_identifiers, puzzle_indices, group_indices, ratings } = this.files;
    const { seq_len, total_groups } = this.meta;
    for (const file of [inputs, labels]) requireEqual(file, seq_len, file.width, 'formats.folder.rowWidth');
    for (const file of [puzzle_identifiers, puzzle_indices, group_indices]) requireOneDimension(file);
    requireEqual(labels, inputs.count, labels.count, 'formats.folder.labelRows');
    if (ratings) requireRatings(ratings, inputs.count);
    // Not compared with total_puzzles: the reference's builders of sudokus and mazes write the number of groups there.
    requireEqual(puzzle_indices, this.puzzles + 1, puzzle_indices.count, 'formats.folder.puzzleOffsets');
    requireEqual(group_indices, total_groups + 1, group_indices.count, 'formats.folder.groupOffsets');
    await requireEnds(puzzle_indices, inputs.count);
    await requireEnds(group_indices, this.puzzles);
  }
}

/** Messages for an expected number. */
type CountMessage = `formats.folder.${'rowWidth' | 'labelRows' | 'puzzleOffsets' | 'groupOffsets' | 'ratingCount'}`;

function requireEqual(file: NpyFile, expected: number, found: number, description: CountMessage): void {
  if (found !== expected)
    throw new FormatError(file.name, message(description, { count: expected }), numberText(found));
}

function requireOneDimension(file: NpyFile): void {
  if (file.dimensions !== 1)
    throw new FormatError(file.name, message('formats.folder.oneDimension'), String(file.dimensions));
}

function requireSpan(
  [begin, end]: readonly [number, number],
  { file, row, max }: { readonly file: NpyFile; readonly row: number; readonly max: number },
): readonly [number, number] {
  if (begin >= 0 && begin < end && end <= max) return [begin, end];
  throw new FormatError(
    message('formats.place.row', { file: file.name, row }),
    message('formats.folder.ascending', { max }),
    `${begin}, ${end}`,
  );
}

/** NaN is none. */
const isRating = (value: number) => value === UNKNOWN || (value >= 0 && value < 2 ** 31);

function requireRatings(file: NpyFile, examples: number): void {
  if (file.type !== '<i4' && file.type !== '<f8')
    throw new FormatError(file.name, message('formats.npy.types', { types: '<i4, <f8' }), file.type);
  requireOneDimension(file);
  requireEqual(file, examples, file.count, 'formats.folder.ratingCount');
}

/** Index of the first number outside 0..end - 1; -1 when there is none. */
function firstOutside(values: Uint8Array | Int32Array, end: number): number {
  // As unsigned numbers, negative ones are the largest.
  for (let i = 0; i < values.length; i++) if (values[i]! >>> 0 >= end) return i;
  return -1;
}

/** Offsets begin at 0 and end at `last`. */
async function requireEnds(file: NpyFile, last: number): Promise<void> {
  const [begin] = await file.rows(0, 1);
  const [end] = await file.rows(file.count - 1, file.count);
  if (begin !== 0 || end !== last)
    throw new FormatError(
      file.name,
      message('formats.folder.offsets', { last }),
      message('formats.folder.range', { first: begin!, last: end! }),
    );
}
