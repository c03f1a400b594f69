/**
 * A data set in the reference's folder format, read by offset: `identifiers.json`, and for each split
 * a folder with `dataset.json` and five arrays. Opening reads sizes and the ends of the index arrays
 * only; what stands between is checked when it is read.
 */
import { join } from 'node:path';
import type { Puzzle } from '../puzzle';
import { FormatError } from './format-error';
import { NpyFile } from './npy-file';
import { identifiersSchema, readJson, splitMetaSchema, type SplitMeta } from './reference-meta';

export interface ReferenceExample extends Puzzle {
  readonly puzzleIdentifier: number;
}

const arrays = ['inputs', 'labels', 'puzzle_identifiers', 'puzzle_indices', 'group_indices'] as const;
type Arrays = Record<(typeof arrays)[number], NpyFile>;

/** @throws FormatError */
export function readIdentifiers(folder: string): Promise<string[]> {
  return readJson(folder, 'identifiers.json', identifiersSchema);
}

export class ReferenceSplit {
  private constructor(
    readonly meta: SplitMeta,
    private readonly files: Arrays,
  ) {}

  /** @throws FormatError naming the file, what was expected and what was found */
  static async open(folder: string, split: 'train' | 'test'): Promise<ReferenceSplit> {
    const path = join(folder, split);
    const meta = await readJson(path, 'dataset.json', splitMetaSchema);
    const opened: Partial<Arrays> = {};
    try {
      for (const array of arrays) {
        const file = `${meta.sets[0]}__${array}.npy`;
        opened[array] = await NpyFile.open(join(path, file), `${split}/${file}`);
      }
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

  /** Where the examples of a puzzle begin and end. @throws RangeError, FormatError */
  examplesOf(puzzle: number): Promise<readonly [number, number]> {
    return this.span(this.files.puzzle_indices, puzzle, this.examples);
  }

  /** Where the puzzles of a group begin and end. @throws RangeError, FormatError */
  puzzlesOf(group: number): Promise<readonly [number, number]> {
    return this.span(this.files.group_indices, group, this.puzzles);
  }

  /** Examples from..to (the last not included). @throws RangeError, FormatError */
  async read(from: number, to: number): Promise<ReferenceExample[]> {
    const [inputs, labels] = await Promise.all([this.files.inputs.rows(from, to), this.files.labels.rows(from, to)]);
    const identifiers = await this.identifiersOf(from, to);
    return Array.from({ length: to - from }, (_, i) => ({
      inputs: this.tokens(inputs, i, this.files.inputs, from),
      labels: this.labelled(labels, i, from),
      puzzleIdentifier: identifiers[i],
    }));
  }

  async close(): Promise<void> {
    await Promise.all(arrays.map((array) => this.files[array].close()));
  }

  /** Identifier of each example's puzzle: the last puzzle that begins at or before it. */
  private async identifiersOf(from: number, to: number): Promise<number[]> {
    const identifiers: number[] = [];
    for (let puzzle = from < to ? await this.puzzleOf(from) : 0; identifiers.length < to - from; puzzle++) {
      const [, end] = await this.examplesOf(puzzle);
      const [identifier] = await this.files.puzzle_identifiers.rows(puzzle, puzzle + 1);
      if (identifier < 0 || identifier >= this.meta.num_puzzle_identifiers)
        throw new FormatError(`${this.files.puzzle_identifiers.name}, row ${puzzle}`, `an identifier below ${this.meta.num_puzzle_identifiers}`, String(identifier));
      while (from + identifiers.length < Math.min(end, to)) identifiers.push(identifier);
    }
    return identifiers;
  }

  /** The puzzle an example belongs to, by bisection. */
  private async puzzleOf(example: number): Promise<number> {
    let [low, high] = [0, this.puzzles - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const [begin] = await this.files.puzzle_indices.rows(middle, middle + 1);
      if (begin <= example) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private async span(file: NpyFile, index: number, most: number): Promise<readonly [number, number]> {
    const [begin, end] = await file.rows(index, index + 2);
    if (begin >= 0 && begin < end && end <= most) return [begin, end];
    throw new FormatError(`${file.name}, row ${index}`, `ascending offsets up to ${most}`, `${begin}, ${end}`);
  }

  private tokens(rows: Int32Array, row: number, file: NpyFile, from: number): Uint8Array {
    const { seq_len, vocab_size } = this.meta;
    const tokens = rows.subarray(row * seq_len, (row + 1) * seq_len);
    const wrong = tokens.findIndex((token) => token < 0 || token >= vocab_size);
    if (wrong < 0) return Uint8Array.from(tokens);
    throw new FormatError(`${file.name}, row ${from + row}, cell ${wrong}`, `a token below ${vocab_size}`, String(tokens[wrong]));
  }

  /** Labels with 0 where the format says to ignore them. */
  private labelled(rows: Int32Array, row: number, from: number): Uint8Array {
    const ignored = this.meta.ignore_label_id;
    if (ignored === null || ignored === 0) return this.tokens(rows, row, this.files.labels, from);
    const { seq_len } = this.meta;
    const known = rows.slice(row * seq_len, (row + 1) * seq_len).map((label) => (label === ignored ? 0 : label));
    return this.tokens(known, 0, this.files.labels, from + row);
  }

  private async requireConsistent(): Promise<void> {
    const { inputs, labels, puzzle_identifiers, puzzle_indices, group_indices } = this.files;
    const { seq_len, total_groups } = this.meta;
    for (const file of [inputs, labels]) require(file, 'numbers in a row', seq_len, file.width);
    for (const file of [puzzle_identifiers, puzzle_indices, group_indices]) require(file, 'dimension', 1, file.dimensions);
    require(labels, 'rows, as the inputs have', inputs.count, labels.count);
    // Not held against total_puzzles: the reference's builders of sudokus and mazes write the number of groups there.
    require(puzzle_indices, 'offsets, one more than puzzles', this.puzzles + 1, puzzle_indices.count);
    require(group_indices, 'offsets, one more than groups', total_groups + 1, group_indices.count);
    await requireEnds(puzzle_indices, inputs.count);
    await requireEnds(group_indices, this.puzzles);
  }
}

function require(file: NpyFile, what: string, expected: number, found: number): void {
  if (found !== expected) throw new FormatError(file.name, `${expected} ${what}`, String(found));
}

/** Offsets begin at 0 and end at the number of things counted. */
async function requireEnds(file: NpyFile, last: number): Promise<void> {
  const [begin] = await file.rows(0, 1);
  const [end] = await file.rows(file.count - 1, file.count);
  if (begin !== 0 || end !== last) throw new FormatError(file.name, `offsets from 0 to ${last}`, `${begin} to ${end}`);
}
