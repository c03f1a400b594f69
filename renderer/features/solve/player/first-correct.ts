/** When an answer was first right, and whether it stayed so: models come upon the answer and leave it again. */
import { counted } from '../../../lib/format';
import type { DecodedAnswer, Journey } from './solve-trace';

export interface FirstRight {
  readonly answer: DecodedAnswer;
  /** Index of the moment in which it was decoded. */
  readonly moment: number;
  /** Whether every later answer was right too. */
  readonly stayed: boolean;
  /** In words: `stayed right`, `left once, right at the end`. */
  readonly words: string;
}

/** Null where no answer of the journey was right. */
export function firstRight(journey: Journey): FirstRight | null {
  const { answers, firstSolved } = journey;
  const answer = firstSolved === null ? undefined : answers[firstSolved];
  if (firstSolved === null || !answer) return null;
  const left = answers.filter(
    (later, index) => index > firstSolved && !later.solved && answers[index - 1]?.solved,
  ).length;
  const ends = answers.at(-1)?.solved ?? false;
  return { answer, moment: momentOf(journey, firstSolved), stayed: left === 0, words: wordsOf(left, ends) };
}

function wordsOf(left: number, ends: boolean): string {
  if (left === 0) return 'stayed right';
  const times = left === 1 ? 'once' : counted(left, 'time');
  return `left ${times}, ${ends ? 'right at the end' : 'wrong at the end'}`;
}

/** Index of the moment that decoded an answer. */
export function momentOf({ moments }: Journey, answer: number): number {
  return moments.findIndex(({ update, shown }) => update === 'answer' && shown === answer);
}
