/** A set from anywhere, kept as a folder in the format of the reference. */
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import type { RatedPuzzle } from '../../../datasets/facets';
import { classesHeldOut } from './held-out';
import type { Job } from './job';
import { writeSet, type SetContent, type WrittenSet } from './write-set';

export interface ImportPlan {
  readonly out: string;
  readonly name?: string;
  readonly origin: string;
  /** Share of the classes that becomes the test split, where there is none. */
  readonly heldOut: number;
}

/** @throws FormatError, ExistsError, the signal's reason; nothing is left then */
export async function importSet(
  source: PuzzleSource,
  { out, name, origin, heldOut }: ImportPlan,
  job: Job,
): Promise<WrittenSet> {
  const expected = (source.counts.train ?? 0) + (source.counts.test ?? 0);
  const content = {
    kind: source.kind,
    origin,
    ...(name && { name }),
    ...(expected > 0 && { expected }),
    ...(await splitUp(source, heldOut, job)),
  };
  return writeSet(out, content, job);
}

/** The splits there are; of a set without a test split whole classes are held out. */
async function splitUp(source: PuzzleSource, heldOut: number, job: Job): Promise<Pick<SetContent, 'train' | 'test'>> {
  if (source.counts.test !== undefined || source.counts.train === undefined) {
    const split = (name: 'train' | 'test') => (source.counts[name] === undefined ? [] : source.read(name));
    return { train: split('train'), test: split('test') };
  }
  if (heldOut === 0) return { train: source.read('train'), test: [] };
  const isHeld = await classesHeldOut(source, heldOut, job);
  return { train: only(source.read('train'), (puzzle) => !isHeld(puzzle)), test: only(source.read('train'), isHeld) };
}

async function* only(
  puzzles: AsyncIterable<RatedPuzzle>,
  isWanted: (puzzle: RatedPuzzle) => boolean,
): AsyncGenerator<RatedPuzzle> {
  for await (const puzzle of puzzles) if (isWanted(puzzle)) yield puzzle;
}
