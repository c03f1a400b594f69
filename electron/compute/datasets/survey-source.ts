/** What is in the splits of a set, and what is odd about them. */
import type { PuzzleSource, SplitName } from '../../../datasets/formats/puzzle-source';
import { Surveyor, type Survey } from '../../../datasets/inspect';
import type { Job } from '../job';

export interface SplitSurvey extends Survey {
  readonly split: SplitName;
}

/** Looks at `limit` puzzles of each split at most. @throws FormatError at the first that is not as it should be */
export async function surveySplits(source: PuzzleSource, job: Job, limit = Infinity): Promise<SplitSurvey[]> {
  const surveys: SplitSurvey[] = [];
  let earlier: ReadonlySet<string> = new Set();
  for (const split of splitsOf(source)) {
    const surveyor = new Surveyor(source.kind, earlier);
    await surveySplit({ source, split, surveyor, limit }, job);
    surveys.push({ split, ...surveyor.result() });
    earlier = surveyor.classes;
  }
  return surveys;
}

export function splitsOf({ counts }: PuzzleSource): SplitName[] {
  return (['train', 'test'] as const).filter((split) => counts[split] !== undefined);
}

interface SplitLook {
  readonly source: PuzzleSource;
  readonly split: SplitName;
  readonly surveyor: Surveyor;
  readonly limit: number;
}

async function surveySplit({ source, split, surveyor, limit }: SplitLook, job: Job): Promise<void> {
  const count = source.counts[split] ?? null;
  const total = count === null ? null : Math.min(count, limit);
  let seen = 0;
  for await (const puzzle of source.read(split)) {
    if (seen === limit) break;
    surveyor.add(puzzle);
    await job.did(++seen, total, (done) => `${split}: ${done} puzzles looked at`);
  }
}
