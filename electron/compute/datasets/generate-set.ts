/** A set of generated puzzles, kept as a folder in the format of the reference. */
import { difficultyOf, generateSet } from '../../../datasets/generate-set';
import type { RatedPuzzle } from '../../../datasets/facets';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import type { Job } from './job';
import { writeSet, type WrittenSet } from './write-set';

export interface GeneratePlan {
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
  const band = difficulty === undefined ? {} : { difficulty: difficultyOf(kind, difficulty) };
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
