/** Writes datasets, generated or imported ones, as folders in the reference's format. */
import type { z } from 'zod';
import { message, type Message, type Text } from '../../../renderer/messages/message';
import type { PuzzleSource, sourceFileSchema } from '../../../datasets/formats/puzzle-source';
import { openGroups } from '../../../datasets/formats/reference-groups';
import type { SplitName } from '../../../datasets/puzzle-address';
import type { WrittenGroup } from '../../../datasets/formats/reference-writer';
import { writeReferenceFolder } from '../../../datasets/formats/reference-writer';
import { generatePuzzles, getDifficulty } from '../../../datasets/generate-puzzles';
import type { PuzzleKind, RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import { applyToPuzzle } from '../../../datasets/symmetry';
import type { Job } from '../job';

/** Puzzles that are read while they are written: datasets may be larger than memory. */
type Puzzles = Iterable<RatedPuzzle> | AsyncIterable<RatedPuzzle>;

export interface DatasetContent {
  readonly kind: PuzzleKind;
  /** Display name; the name of the folder by default. */
  readonly name?: string;
  /** One sentence: where the puzzles come from. */
  readonly origin: Text;
  readonly train: Puzzles;
  readonly test: Puzzles;
  /** Symmetric copies of each training puzzle: distinct random members of its class, as many as it has. */
  readonly augment?: { readonly copies: number; readonly random: Random };
  /** Expected number of puzzles including copies, for the progress. */
  readonly expected?: number;
  /** Of a built-in dataset. */
  readonly builtIn?: SourceFile['builtIn'];
}

export interface WrittenDataset {
  readonly out: string;
  readonly kind: string;
  readonly origin: Text;
  readonly train: number;
  readonly test: number;
  /** What the format does not keep. */
  readonly notes?: readonly Message[];
}

/** Writes a dataset folder. On an error nothing is written. @throws ExistsError where `out` exists; the signal's reason */
export async function writeDataset(out: string, content: DatasetContent, job: Job): Promise<WrittenDataset> {
  const { kind, name, origin, augment, builtIn } = content;
  const counts = { train: 0, test: 0 };
  const groups = async function* (split: 'train' | 'test'): AsyncGenerator<WrittenGroup> {
    for await (const puzzle of content[split]) {
      const group = withCopies(kind, puzzle, split === 'train' ? augment : undefined);
      counts[split] += group.length;
      yield group;
      const pause = job.advance(counts.train + counts.test, content.expected ?? null, (done) =>
        message('datasets.job.written', { count: done }),
      );
      if (pause) await pause;
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length, groupsForPuzzles: true };
  await writeReferenceFolder(out, {
    identifiers: ['<blank>'],
    train: { ...shape, groups: groups('train') },
    test: { ...shape, groups: groups('test') },
    extra: {
      'source.json': formatSourceFile({ kind: kind.id, ...(name && { name }), origin, ...(builtIn && { builtIn }) }),
    },
    signal: job.signal,
  });
  return { out, kind: kind.id, origin, ...counts };
}

type SourceFile = z.infer<typeof sourceFileSchema>;

/** Content of source.json: kind, name and origin of a dataset, and which built-in dataset it is. */
export const formatSourceFile = (source: SourceFile): string => `${JSON.stringify(source, null, 2)}\n`;

/** Consecutive draws without a new member after which the class counts as exhausted. */
const MAX_REPEATS = 100;

/** A group of an original and its copies, one example each. Only the original is rated, since a search visits its copies in another order. */
function withCopies(kind: PuzzleKind, puzzle: RatedPuzzle, augment?: DatasetContent['augment']): WrittenGroup {
  if (!augment) return [{ identifier: 0, examples: [puzzle] }];
  const seen = new Map<string, RatedPuzzle>([[kind.format(puzzle.inputs), puzzle]]);
  for (let repeats = 0; seen.size <= augment.copies && repeats < MAX_REPEATS; repeats++) {
    const copy = applyToPuzzle(kind.drawSymmetry(augment.random), puzzle);
    const text = kind.format(copy.inputs);
    if (seen.has(text)) continue;
    seen.set(text, copy);
    repeats = 0;
  }
  return [...seen.values()].map((example) => ({ identifier: 0, examples: [example] }));
}

interface GeneratePlan {
  readonly out: string;
  readonly name?: string;
  readonly kind: PuzzleKind;
  readonly count: number;
  /** One of the kind's difficulties; any by default. */
  readonly difficulty?: string;
  /** Share of the puzzles, each of a different class, for the test split. */
  readonly heldOut: number;
  readonly seed: number;
}

/**
 * Generates puzzles and writes them as a dataset folder. On an error nothing is written.
 * @throws MessageError for an unknown difficulty or if there are too few classes; ExistsError; the signal's reason
 */
export async function generateDataset(
  { out, name, kind, count, difficulty, heldOut, seed }: GeneratePlan,
  job: Job,
): Promise<WrittenDataset> {
  const band = difficulty === undefined ? undefined : getDifficulty(kind, difficulty);
  const puzzles: RatedPuzzle[] = [];
  for (const puzzle of generatePuzzles(kind, {
    count,
    ...(band && { difficulty: band }),
    random: Random.seeded(seed),
  })) {
    puzzles.push({ ...puzzle, ...(kind.generator && { rating: kind.generator.rate(puzzle.inputs) }) });
    await job.advance(puzzles.length, count, (done) =>
      message('datasets.job.generated', { count: done, total: count }),
    );
  }
  const held = Math.round(puzzles.length * heldOut);
  const origin = message('datasets.origin.generated', {
    kind: kind.name,
    difficulty: band?.id ?? 'any',
    count,
    seed: String(seed),
  });
  return writeDataset(
    out,
    { kind, origin, ...(name && { name }), train: puzzles.slice(held), test: puzzles.slice(0, held), expected: count },
    job,
  );
}

interface CopyPlan {
  /** Of the source, in the reference's format. */
  readonly folder: string;
  readonly out: string;
  readonly name?: string;
  readonly origin: Text;
  /** Returns whether a group is written into a split; by default those of the same split of the source. */
  readonly select?: (group: WrittenGroup, split: SplitName) => boolean;
}

/** Writes a copy of a dataset folder with its groups and identifiers. On an error nothing is written. @throws FormatError, ExistsError, the signal's reason */
export async function copyGroups(
  source: PuzzleSource,
  { folder, out, name, origin, select }: CopyPlan,
  job: Job,
): Promise<WrittenDataset> {
  const { kind, counts: total } = source;
  const splits = listSplits(source);
  const { identifiers, extra, groupsForPuzzles, read } = await openGroups(folder, splits);
  const counts = { train: 0, test: 0 };
  const expected = (total.train ?? 0) + (total.test ?? 0);
  const groups = async function* (split: SplitName): AsyncGenerator<WrittenGroup> {
    const from = select ? 'train' : split;
    if (!splits.includes(from)) return;
    for await (const group of read(from)) {
      if (select && !select(group, split)) continue;
      yield group;
      counts[split] += group.reduce((sum, { examples }) => sum + examples.length, 0);
      await job.advance(counts.train + counts.test, expected, (done) =>
        message('datasets.job.written', { count: done }),
      );
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length, groupsForPuzzles };
  await writeReferenceFolder(out, {
    identifiers,
    train: { ...shape, groups: groups('train') },
    test: { ...shape, groups: groups('test') },
    extra: { ...extra, 'source.json': formatSourceFile({ kind: kind.id, ...(name && { name }), origin }) },
    signal: job.signal,
  });
  return { out, kind: kind.id, origin, ...counts };
}

/** The splits that a source has. */
export function listSplits({ counts }: PuzzleSource): SplitName[] {
  return (['train', 'test'] as const).filter((split) => counts[split] !== undefined);
}
