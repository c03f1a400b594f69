/** A set of puzzles written as a folder in the format of the reference, with a note of where it comes from. */
import { writeReferenceFolder, type WrittenGroup } from '../../../datasets/formats/reference-writer';
import { getDifficulty, generateSet } from '../../../datasets/generate-set';
import type { RatedPuzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import { applyToPuzzle } from '../../../datasets/symmetry';
import type { Job } from '../job';

/** Read when they are written: sets may be larger than memory. */
type Puzzles = Iterable<RatedPuzzle> | AsyncIterable<RatedPuzzle>;

export interface SetContent {
  readonly kind: PuzzleKind;
  /** For people; none where the folder's own says enough. */
  readonly name?: string;
  /** One sentence: where the puzzles come from. */
  readonly origin: string;
  readonly train: Puzzles;
  readonly test: Puzzles;
  /** Symmetric copies of each puzzle of the train split, drawn anew, none where its class has no more members. */
  readonly augment?: { readonly copies: number; readonly random: Random };
  /** How many puzzles there will be, copies included; for the progress. */
  readonly expected?: number;
}

export interface WrittenSet {
  readonly out: string;
  readonly kind: string;
  readonly origin: string;
  readonly train: number;
  readonly test: number;
}

/** @throws ExistsError where `out` is taken; the signal's reason when the job was cancelled. Nothing is left then. */
export async function writeSet(out: string, content: SetContent, job: Job): Promise<WrittenSet> {
  const { kind, name, origin, augment } = content;
  const counts = { train: 0, test: 0 };
  const groups = async function* (split: 'train' | 'test'): AsyncGenerator<WrittenGroup> {
    for await (const puzzle of content[split]) {
      const group = withCopies(kind, puzzle, split === 'train' ? augment : undefined);
      counts[split] += group.length;
      yield group;
      await job.did(counts.train + counts.test, content.expected ?? null, (done) => `${done} puzzles written`);
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length, groupsForPuzzles: true };
  await writeReferenceFolder(out, {
    identifiers: ['<blank>'],
    train: { ...shape, groups: groups('train') },
    test: { ...shape, groups: groups('test') },
    extra: { 'source.json': sourceFile({ kind: kind.id, ...(name && { name }), origin }) },
    signal: job.signal,
  });
  return { out, kind: kind.id, origin, ...counts };
}

/** What a folder says of itself beside the reference's files. */
export function sourceFile(source: { readonly kind: string; readonly name?: string; readonly origin: string }): string {
  return `${JSON.stringify(source, null, 2)}\n`;
}

/** As many draws in a row that bring nothing new, and the class is taken to have no member left. */
const MAX_REPEATS = 100;

/** An original and its copies: each is a puzzle of one example, all of them a group. Only the original is rated: a search meets its copies in another order. */
function withCopies(kind: PuzzleKind, puzzle: RatedPuzzle, augment?: SetContent['augment']): WrittenGroup {
  const seen = new Map<string, RatedPuzzle>([[kind.format(puzzle.inputs), puzzle]]);
  for (let repeats = 0; augment && seen.size <= augment.copies && repeats < MAX_REPEATS; repeats++) {
    const copy = applyToPuzzle(kind.drawSymmetry(augment.random), puzzle);
    const text = kind.format(copy.inputs);
    if (seen.has(text)) continue;
    seen.set(text, copy);
    repeats = 0;
  }
  return [...seen.values()].map((example) => ({ identifier: 0, examples: [example] }));
}

// A set of generated puzzles, kept as a folder in the format of the reference.

interface GeneratePlan {
  readonly out: string;
  readonly name?: string;
  readonly kind: PuzzleKind;
  readonly count: number;
  /** One of the kind's difficulties; any without it. */
  readonly difficulty?: string;
  /** Share of the puzzles, each of a class of its own, that becomes the test split. */
  readonly heldOut: number;
  readonly seed: number;
}

/**
 * @throws RangeError for a difficulty the kind does not have, and where its classes run out;
 * ExistsError, the signal's reason; nothing is left then
 */
export async function generateInto(
  { out, name, kind, count, difficulty, heldOut, seed }: GeneratePlan,
  job: Job,
): Promise<WrittenSet> {
  const band = difficulty === undefined ? {} : { difficulty: getDifficulty(kind, difficulty) };
  const puzzles: RatedPuzzle[] = [];
  for (const puzzle of generateSet(kind, { count, ...band, random: Random.seeded(seed) })) {
    puzzles.push({ ...puzzle, ...(kind.generator && { rating: kind.generator.rate(puzzle.inputs) }) });
    await job.did(puzzles.length, count, (done) => `${done} of ${count.toLocaleString('en')} puzzles generated`);
  }
  const held = Math.round(puzzles.length * heldOut);
  const origin = `generated: ${kind.name}, ${difficulty ?? 'any difficulty'}, ${count} puzzles, seed ${seed}`;
  return writeSet(
    out,
    { kind, origin, ...(name && { name }), train: puzzles.slice(held), test: puzzles.slice(0, held), expected: count },
    job,
  );
}
