/** Text output of the `dataset` commands. */
import type { WrittenArc } from '../../compute/datasets/arc-set';
import { Job } from '../../compute/job';
import type { SplitSurvey } from '../../compute/datasets/import-set';
import type { WrittenSet } from '../../compute/datasets/write-set';
import { ProgressLine } from '../output';

/** Runs work with a progress line, which is cleared when the work ends or fails. */
export async function withProgress<T>(work: (job: Job) => Promise<T>): Promise<T> {
  const line = new ProgressLine();
  return work(new Job(({ fraction, message }) => line.show(fraction ?? 0, message))).finally(() => line.clear());
}

export function summary({ out, kind, train, test }: WrittenSet): string {
  return `wrote ${out}: ${kind}, ${train} puzzles to learn from, ${test} held out`;
}

export function formatArcSummary({ out, tasks, setAside, puzzles }: WrittenArc): string {
  return `wrote ${out}: ${tasks} tasks, ${setAside} of them set aside, ${puzzles} puzzles with their augmented copies`;
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

/** Formats the survey of a split as lines of text. */
export function formatSurvey(survey: SplitSurvey): string {
  const givens = Object.keys(survey.givens).map(Number);
  const range = givens.length === 0 ? '' : `, ${Math.min(...givens)} to ${Math.max(...givens)} cells given`;
  const odd = (Object.keys(oddities) as (keyof typeof oddities)[])
    .filter((oddity) => survey[oddity] > 0)
    .map((oddity) => `  ${survey[oddity]} ${oddities[oddity]}`);
  const techniques = Object.entries(survey.techniques)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${count} ${name}`);
  const hardest = techniques.length > 0 ? [`  hardest technique: ${techniques.join(', ')}`] : [];
  return [
    `${survey.split}: ${survey.puzzles} puzzles of ${survey.classes} classes${range}`,
    ...hardest,
    ...(odd.length > 0 ? odd : ['  nothing odd']),
  ].join('\n');
}
