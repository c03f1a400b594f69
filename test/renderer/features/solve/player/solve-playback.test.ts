import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import type { Trace } from '../../../../../electron/contract/contract';
import {
  buildPlayback,
  countCorrect,
  describeEffect,
  describeEffort,
  describeStay,
  firstCorrect,
  lastChange,
  settledFrame,
} from '../../../../../renderer/features/solve/player/solve-playback';
import { clues, kind, solution, tokens, trace, wrong } from '../../../examples';

const puzzle = { kind, inputs: tokens(clues), labels: tokens(solution) };
const playback = buildPlayback(trace, puzzle);

describe('the frames of a trace', () => {
  test('are the L updates of every H cycle in order, each cycle followed by its answer', () => {
    const names = playback.frames.map(({ step, cycle, update }) => `${step}.${cycle}.${update}`);
    expect(names.slice(0, 7)).toEqual(['0.0.0', '0.0.1', '0.0.answer', '0.1.0', '0.1.1', '0.1.answer', '1.0.0']);
    expect(names).toHaveLength(3 * 2 * (2 + 1));
  });

  test('have no answer before the first decoding, and the last decoded one during latent updates', () => {
    expect(playback.frames.map(({ answerIndex }) => answerIndex).slice(0, 9)).toEqual([
      null,
      null,
      0,
      0,
      0,
      1,
      1,
      1,
      2,
    ]);
  });

  test('contain the change of the latent, and of zH at the end of a cycle', () => {
    expect(playback.frames.slice(0, 3).map(({ change }) => change)).toEqual([0.5, 0.25, 1]);
  });
});

describe('the answers of a trace', () => {
  test('list the cells that differ from the previous answer, the first lists none', () => {
    expect(playback.answers.map(({ changedCells }) => changedCells)).toEqual([[], [], [], [1, 2], [], []]);
    expect(lastChange(playback)).toBe(3);
  });

  test('are compared with the known solution', () => {
    expect(playback.answers.map(({ correct }) => correct)).toEqual([14, 14, 14, 16, 16, 16]);
    expect(playback.firstSolved).toBe(3);
  });

  test('are checked against the rules', () => {
    expect(playback.answers[0]?.report.violations).toEqual(
      kind.check(Uint8Array.from(tokens(clues)), Uint8Array.from(tokens(wrong))).violations,
    );
    expect(playback.answers[0]?.report.brokenRules).toBeGreaterThan(0);
    expect(playback.answers[3]?.report.legal).toBe(true);
  });

  test('count as solved when legal if no solution is known', () => {
    const unlabelled = buildPlayback(trace, { ...puzzle, labels: tokens(solution).map(() => 0) });
    expect(unlabelled.answers.map(({ correct, solved }) => [correct, solved])).toContainEqual([null, true]);
    expect(unlabelled.firstSolved).toBe(3);
  });
});

describe('settledFrame', () => {
  test('is the end of the step after which the model halts', () => {
    expect(settledFrame(buildPlayback({ ...trace, haltStep: 3 }, puzzle))).toBe(17);
  });

  test('is not before the last change', () => {
    expect(settledFrame(buildPlayback({ ...trace, haltStep: 1 }, puzzle))).toBe(11);
  });

  test('is the last frame when the model never halts', () => {
    expect(settledFrame(buildPlayback({ ...trace, haltStep: null }, puzzle))).toBe(17);
  });
});

test('a trace without a correct answer has no first solved answer', () => {
  const steps = trace.steps.slice(0, 1);
  expect(buildPlayback({ ...trace, steps }, puzzle).firstSolved).toBeNull();
});

test('a trace without steps has no frames', () => {
  const { frames, answers } = buildPlayback({ ...trace, steps: [] }, puzzle);
  expect([frames, answers]).toEqual([[], []]);
});

test('countCorrect ignores cells without a label', () => {
  expect(countCorrect([2, 3, 4], [2, 0, 5])).toBe(1);
  expect(countCorrect([2, 3, 4], [0, 0, 0])).toBeNull();
});

/** A trace of these answers, one supervision step each. */
function traceOfAnswers(...answers: string[]): Trace {
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

describe('firstCorrect', () => {
  test('returns the first correct answer and its frame', () => {
    expect(firstCorrect(buildPlayback(trace, puzzle))).toMatchObject({
      frame: 11,
      answer: { step: 1, cycle: 1 },
      stayed: true,
    });
  });

  test.each([
    [[wrong, solution, solution], 'stayed correct'],
    [[wrong, solution, wrong, solution], 'lost once, correct at the end'],
    [[solution, wrong], 'lost once, wrong at the end'],
    [[solution, wrong, solution, wrong, wrong], 'lost 2 times, wrong at the end'],
  ])('of %j is described as "%s"', (answers, description) => {
    const first = firstCorrect(buildPlayback(traceOfAnswers(...answers), puzzle));
    expect(first && describeStay(first)).toBe(description);
  });

  test('returns null when no answer is correct', () => {
    expect(firstCorrect(buildPlayback(traceOfAnswers(wrong, wrong), puzzle))).toBeNull();
  });
});

test('describeEffort states steps, updates and operations', () => {
  expect(describeEffort(buildPlayback(trace, puzzle))).toBe('3 supervision steps, 18 updates, 3.00 MFLOP');
});

test('describeEffect states the correct and changed cells after an edit', () => {
  const playback = buildPlayback(trace, { kind, inputs: tokens(clues), labels: tokens(solution) });
  expect(describeEffect(playback, { changedCount: 2, hasRules: true })).toBe(
    '✓ 16 of 16 cells correct; 2 cells changed.',
  );
  expect(
    describeEffect(buildPlayback(trace, { kind, inputs: tokens(clues), labels: [] }), {
      changedCount: 0,
      hasRules: true,
    }),
  ).toBe('✓ Legal answer; no cells changed.');
  const custom = getKind('custom-4x4:.1234');
  expect(
    describeEffect(buildPlayback(trace, { kind: custom, inputs: tokens(clues), labels: [] }), {
      changedCount: 3,
      hasRules: false,
    }),
  ).toBe('3 cells changed.');
});
