/** Writes a dataset in the reference's folder format, with the digests of its files. */
import { writeFile } from 'node:fs/promises';
import { UNKNOWN, type RatedPuzzle } from '../kinds/puzzle-kind';
import { join } from 'node:path';
import { writeNewFolder } from './atomic-write';
import { writeDigests } from './digests';
import type { NpyType } from './npy';
import { NpyWriter } from './npy';
import { type SplitMeta } from './reference-folder';

export interface WrittenPuzzle {
  /** 0, the blank identifier, for puzzles that have none of their own. */
  readonly identifier: number;
  /** Where any has a rating, all are written beside the arrays of the reference, -1 for those without. */
  readonly examples: readonly RatedPuzzle[];
}

/** An original and its augmented copies. */
export type WrittenGroup = readonly WrittenPuzzle[];

export interface WrittenSplit {
  readonly seqLen: number;
  readonly vocabSize: number;
  readonly groups: Iterable<WrittenGroup> | AsyncIterable<WrittenGroup>;
  /** Of inputs and labels: the reference writes `|u1`, but `<i8` where it augmented sudokus. */
  readonly type?: NpyType;
  /** `total_puzzles` says the number of groups, as the reference's builders of sudokus and mazes have it. */
  readonly groupsForPuzzles?: boolean;
}

export interface WrittenFolder {
  /** By number; `<blank>` first. */
  readonly identifiers: readonly string[];
  readonly train?: WrittenSplit;
  readonly test?: WrittenSplit;
  /** Other files by name, e.g. `test_puzzles.json`. */
  readonly extra?: Readonly<Record<string, string>>;
  readonly onExample?: (written: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The folder appears whole or not at all.
 * @throws ExistsError where the path is taken; the signal's reason when it was aborted
 */
export function writeReferenceFolder(path: string, folder: WrittenFolder): Promise<void> {
  let written = 0;
  const onExample = () => {
    folder.signal?.throwIfAborted();
    folder.onExample?.(++written);
  };
  return writeNewFolder(path, async (temporary) => {
    await writeFile(join(temporary, 'identifiers.json'), pythonJson([...folder.identifiers]));
    for (const [name, text] of Object.entries(folder.extra ?? {})) await writeFile(join(temporary, name), text);
    for (const split of ['train', 'test'] as const) {
      const content = folder[split];
      if (content)
        await writeNewFolder(join(temporary, split), (inner) =>
          writeSplit(inner, content, folder.identifiers.length, onExample),
        );
    }
    await writeDigests(temporary);
  });
}

async function writeSplit(
  path: string,
  split: WrittenSplit,
  identifiers: number,
  onExample: () => void,
): Promise<void> {
  const arrays = await SplitArrays.create(path, split);
  try {
    for await (const group of split.groups) await arrays.append(group, onExample);
    await writeFile(join(path, 'dataset.json'), pythonJson(createMeta(split, identifiers, await arrays.finish())));
  } catch (reason) {
    await arrays.abandon();
    throw reason;
  }
}

interface Counts {
  readonly examples: number;
  readonly puzzles: number;
  readonly groups: number;
}

function createMeta(
  { vocabSize, seqLen, groupsForPuzzles }: WrittenSplit,
  identifiers: number,
  { examples, puzzles, groups }: Counts,
): SplitMeta {
  return {
    pad_id: 0,
    ignore_label_id: 0,
    blank_identifier_id: 0,
    vocab_size: vocabSize,
    seq_len: seqLen,
    num_puzzle_identifiers: identifiers,
    total_groups: groups,
    mean_puzzle_examples: puzzles === 0 ? 0 : examples / puzzles,
    total_puzzles: groupsForPuzzles ? groups : puzzles,
    sets: ['all'],
  };
}

/** The arrays of a split as they grow. */
class SplitArrays {
  /** By example. Written at the end, if any is known: a set without ratings is the reference's, file by file. */
  private readonly ratings: number[] = [];
  private examples = 0;
  private puzzles = 0;
  private groups = 0;

  private constructor(
    private readonly path: string,
    private readonly inputs: NpyWriter,
    private readonly labels: NpyWriter,
    private readonly identifiers: NpyWriter,
    private readonly puzzleIndices: NpyWriter,
    private readonly groupIndices: NpyWriter,
  ) {}

  static async create(path: string, { seqLen, type = '|u1' }: WrittenSplit): Promise<SplitArrays> {
    const file = (name: string, of: NpyType, width: number | null) =>
      NpyWriter.create(join(path, `all__${name}.npy`), of, width);
    const arrays = new SplitArrays(
      path,
      await file('inputs', type, seqLen),
      await file('labels', type, seqLen),
      await file('puzzle_identifiers', '<i4', null),
      await file('puzzle_indices', '<i4', null),
      await file('group_indices', '<i4', null),
    );
    await arrays.puzzleIndices.append([0]);
    await arrays.groupIndices.append([0]);
    return arrays;
  }

  async append(group: WrittenGroup, onExample: () => void): Promise<void> {
    for (const [file, row] of this.listRows(group, onExample)) {
      const writing = file.append(row);
      if (writing) await writing;
    }
  }

  /** The rows of a group, each with its file; counts them. */
  private *listRows(group: WrittenGroup, onExample: () => void): Generator<[NpyWriter, ArrayLike<number>]> {
    for (const { identifier, examples } of group) {
      for (const example of examples) {
        yield [this.inputs, example.inputs];
        yield [this.labels, example.labels];
        this.rate(example.rating);
        this.examples++;
        onExample();
      }
      this.puzzles++;
      yield [this.identifiers, [identifier]];
      yield [this.puzzleIndices, [this.examples]];
    }
    this.groups++;
    yield [this.groupIndices, [this.puzzles]];
  }

  /** @throws RangeError for a rating that is not a number from 0 */
  private rate(rating?: number): void {
    if (rating !== undefined && !(rating >= 0 && rating < 2 ** 31))
      throw new RangeError(`example ${this.examples}: rating must be 0–2147483647, got ${rating}`);
    this.ratings.push(rating ?? UNKNOWN);
  }

  async finish(): Promise<Counts> {
    for (const file of this.all()) await file.finish();
    if (this.ratings.some((rating) => rating !== UNKNOWN)) await this.writeRatings();
    return { examples: this.examples, puzzles: this.puzzles, groups: this.groups };
  }

  private async writeRatings(): Promise<void> {
    const type = this.ratings.every(Number.isInteger) ? '<i4' : '<f8';
    const file = await NpyWriter.create(join(this.path, 'all__ratings.npy'), type, null);
    for (const rating of this.ratings) await file.append([rating]);
    await file.finish();
  }

  async abandon(): Promise<void> {
    for (const file of this.all()) await file.abandon();
  }

  private all(): NpyWriter[] {
    return [this.inputs, this.labels, this.identifiers, this.puzzleIndices, this.groupIndices];
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
