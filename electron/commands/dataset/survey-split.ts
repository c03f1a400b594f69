/** Surveys a split of a set, with progress. */
import type { PuzzleSource, SplitName } from '../../../datasets/formats/puzzle-source';
import { Surveyor, type Survey } from '../../../datasets/survey';
import { ProgressLine } from '../terminal';

export interface SplitSurvey extends Survey {
  readonly split: SplitName;
}

/** Looks at `limit` puzzles of each split at most. */
export async function surveySplits(source: PuzzleSource, limit = Infinity): Promise<SplitSurvey[]> {
  const surveys: SplitSurvey[] = [];
  let earlier: ReadonlySet<string> = new Set();
  for (const split of splitsOf(source)) {
    const surveyor = new Surveyor(source.kind, earlier);
    await surveySplit(source, split, surveyor, limit);
    surveys.push({ split, ...surveyor.result() });
    earlier = surveyor.classes;
  }
  return surveys;
}

export function splitsOf({ counts }: PuzzleSource): SplitName[] {
  return (['train', 'test'] as const).filter((split) => counts[split] !== undefined);
}

async function surveySplit(source: PuzzleSource, split: SplitName, surveyor: Surveyor, limit: number): Promise<void> {
  const progress = new ProgressLine();
  const total = Math.min(source.counts[split] ?? Infinity, limit);
  let seen = 0;
  for await (const puzzle of source.read(split)) {
    if (seen === limit) break;
    surveyor.add(puzzle);
    if (++seen % 100 === 0) progress.show(Number.isFinite(total) ? seen / total : 0, `${split}: ${seen} puzzles`);
  }
  progress.clear();
}

const oddities = {
  duplicates: 'are there twice',
  symmetricCopies: 'are symmetric copies of others',
  contradictory: 'have clues that contradict each other',
  unsolvable: 'have no solution',
  severalSolutions: 'have several solutions',
  inEarlierSplit: 'are, up to symmetry, in the train split too',
  undecided: 'could not be settled by the search',
  wrongAnswers: 'have an answer that breaks a rule',
} as const;

/** Some lines for people. */
export function spokenSurvey(survey: SplitSurvey): string {
  const givens = Object.keys(survey.givens).map(Number);
  const range = givens.length === 0 ? '' : `, ${Math.min(...givens)} to ${Math.max(...givens)} cells given`;
  const odd = (Object.keys(oddities) as (keyof typeof oddities)[]).filter((oddity) => survey[oddity] > 0).map((oddity) => `  ${survey[oddity]} ${oddities[oddity]}`);
  const techniques = Object.entries(survey.techniques).sort(([, one], [, other]) => other - one).map(([name, count]) => `${count} ${name}`);
  const hardest = techniques.length > 0 ? [`  hardest technique: ${techniques.join(', ')}`] : [];
  return [`${survey.split}: ${survey.puzzles} puzzles of ${survey.classes} classes${range}`, ...hardest, ...(odd.length > 0 ? odd : ['  nothing odd'])].join('\n');
}
