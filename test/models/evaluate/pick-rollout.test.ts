import { describe, expect, test } from 'vitest';
import { PuzzleAttempts, type PickRule } from '../../../models/evaluate/pick-rollout';

/** Tokens of the right answer, of a legal answer that is not the label, and of two illegal ones. */
const [RIGHT, OTHER, BAD, WORSE] = [1, 2, 3, 4];

/** One entry for each rollout: its token and halting logit after each step. */
type Course = readonly (readonly [token: number, qHalt: number])[];

function recorded(pick: PickRule, courses: readonly Course[]): PuzzleAttempts {
  const attempts = new PuzzleAttempts({
    settings: { count: courses.length, noise: 0.1, seed: 1, pick },
    steps: courses[0]!.length,
    judge: ([token]) => ({ exact: token === RIGHT, legal: token === RIGHT || token === OTHER }),
  });
  courses.forEach((course, rollout) =>
    course.forEach(([token, qHalt], index) =>
      attempts.record(rollout, index + 1, { answer: Uint8Array.of(token), qHalt }),
    ),
  );
  return attempts;
}

describe('pick by halting', () => {
  test('takes the last answer of the rollout with the highest halting logit', () => {
    const attempts = recorded('halting', [
      [
        [RIGHT, 9],
        [BAD, 1],
      ],
      [
        [BAD, 0],
        [RIGHT, 2],
      ],
    ]);
    expect(attempts.pick()).toMatchObject({ rollout: 1, step: 2, exact: true, votes: 1 });
    expect([attempts.isExactAt(1), attempts.isExactAt(2)]).toEqual([true, true]);
  });
});

describe('pick by vote', () => {
  test('takes the answer of most rollouts, whatever their halting logits', () => {
    const attempts = recorded('vote', [[[BAD, 9]], [[RIGHT, 1]], [[RIGHT, 0]]]);
    expect(attempts.pick()).toMatchObject({ rollout: 1, votes: 2, exact: true });
  });

  test('prefers the higher halting logit among equally frequent answers', () => {
    expect(recorded('vote', [[[BAD, 1]], [[RIGHT, 2]]]).pick()).toMatchObject({ rollout: 1 });
  });
});

describe('pick by rules', () => {
  test('takes the first legal answer, by step, then by rollout', () => {
    const attempts = recorded('rules', [
      [
        [BAD, 9],
        [BAD, 9],
        [RIGHT, 9],
      ],
      [
        [BAD, 0],
        [RIGHT, 0],
        [BAD, 0],
      ],
      [
        [BAD, 0],
        [OTHER, 0],
        [BAD, 0],
      ],
    ]);
    expect(attempts.pick()).toMatchObject({ rollout: 1, step: 2, exact: true, legal: true });
    expect([1, 2, 3].map((step) => attempts.isExactAt(step))).toEqual([false, true, true]);
    expect([1, 2].map((step) => attempts.isDecidedAt(step))).toEqual([false, true]);
  });

  test('takes none where no answer is legal, however high the halting logit', () => {
    const attempts = recorded('rules', [[[BAD, 99]], [[WORSE, 3]]]);
    expect(attempts.pick()).toBeNull();
    expect(attempts.isExactAt(1)).toBe(false);
    expect(attempts.best()).toMatchObject({ rollout: 0, step: 1 });
  });

  test('a legal answer that is not the label is answered but not right', () => {
    expect(recorded('rules', [[[OTHER, 1]]]).pick()).toMatchObject({ exact: false, legal: true });
  });
});
