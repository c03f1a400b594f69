import { describe, expect, test } from 'vitest';
import type { Trace } from '../../../../../electron/contract/contract';
import { effortWords } from '../../../../../renderer/features/solve/player/effort';
import { firstRight } from '../../../../../renderer/features/solve/player/first-correct';
import { layOut } from '../../../../../renderer/features/solve/player/solve-trace';
import { clues, kind, solution, tokens, trace, wrong } from '../../../examples';

const subject = { kind, inputs: tokens(clues), labels: tokens(solution) };

/** Answers of one supervision step each, in the order given. */
function answering(...answers: string[]): Trace {
  const [
    {
      cycles: [cycle],
    },
  ] = trace.steps as [Trace['steps'][number]];
  const steps = answers.map((answer) => ({
    cycles: [{ ...cycle, answer: tokens(answer), latent: cycle?.latent ?? [] }],
    qHalt: 0,
  }));
  return { ...trace, steps: steps as Trace['steps'] };
}

describe('the first right answer', () => {
  test('is told with the moment that decoded it', () => {
    expect(firstRight(layOut(trace, subject))).toMatchObject({
      moment: 11,
      answer: { step: 1, cycle: 1 },
      stayed: true,
      words: 'stayed right',
    });
  });

  test.each([
    [[wrong, solution, wrong, solution], 'left once, right at the end'],
    [[solution, wrong], 'left once, wrong at the end'],
    [[solution, wrong, solution, wrong, wrong], 'left 2 times, wrong at the end'],
  ])('of %j was %s', (answers, words) => {
    expect(firstRight(layOut(answering(...answers), subject))).toMatchObject({ stayed: false, words });
  });

  test('there is none where no answer was right', () => {
    expect(firstRight(layOut(answering(wrong, wrong), subject))).toBeNull();
  });
});

test('what a solve took is said in steps, updates and operations', () => {
  expect(effortWords(layOut(trace, subject))).toBe('3 supervision steps, 18 updates, 3.00 MFLOP');
});
