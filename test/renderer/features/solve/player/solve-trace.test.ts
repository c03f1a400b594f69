import { describe, expect, test } from 'vitest';
import { cellsRight, lastFlip, layOut, settledAt } from '../../../../../renderer/features/solve/player/solve-trace';
import { clues, kind, solution, tokens, trace, wrong } from '../../../examples';

const subject = { kind, inputs: tokens(clues), labels: tokens(solution) };
const journey = layOut(trace, subject);

describe('the moments of a trace', () => {
  test('are the L updates of every H cycle in order, each cycle closed by its answer', () => {
    const names = journey.moments.map(({ step, cycle, update }) => `${step}.${cycle}.${update}`);
    expect(names.slice(0, 7)).toEqual(['0.0.0', '0.0.1', '0.0.answer', '0.1.0', '0.1.1', '0.1.answer', '1.0.0']);
    expect(names).toHaveLength(3 * 2 * (2 + 1));
  });

  test('show no answer before the first is decoded, and the last decoded one during latent updates', () => {
    expect(journey.moments.map(({ shown }) => shown).slice(0, 9)).toEqual([null, null, 0, 0, 0, 1, 1, 1, 2]);
  });

  test('carry the change of the latent, and of zH where the cycle closes', () => {
    expect(journey.moments.slice(0, 3).map(({ change }) => change)).toEqual([0.5, 0.25, 1]);
  });
});

describe('the answers of a trace', () => {
  test('name the cells that differ from the answer before; the first has none', () => {
    expect(journey.answers.map(({ flips }) => flips)).toEqual([[], [], [], [1, 2], [], []]);
    expect(lastFlip(journey)).toBe(3);
  });

  test('are compared with the known solution', () => {
    expect(journey.answers.map(({ right }) => right)).toEqual([14, 14, 14, 16, 16, 16]);
    expect(journey.firstSolved).toBe(3);
  });

  test('are judged by the rules', () => {
    expect(journey.answers[0]?.report.violations).toEqual(
      kind.check(Uint8Array.from(tokens(clues)), Uint8Array.from(tokens(wrong))).violations,
    );
    expect(journey.answers[0]?.report.brokenRules).toBeGreaterThan(0);
    expect(journey.answers[3]?.report.legal).toBe(true);
  });

  test('count as solved when legal where no solution is known', () => {
    const unlabelled = layOut(trace, { ...subject, labels: tokens(solution).map(() => 0) });
    expect(unlabelled.answers.map(({ right, solved }) => [right, solved])).toContainEqual([null, true]);
    expect(unlabelled.firstSolved).toBe(3);
  });
});

describe('a solve has settled', () => {
  test('at the end of the step after which the model would stop', () => {
    expect(settledAt(layOut({ ...trace, haltStep: 3 }, subject))).toBe(17);
  });

  test('not before its last change', () => {
    expect(settledAt(layOut({ ...trace, haltStep: 1 }, subject))).toBe(11);
  });

  test('only at the very end where the model would never stop', () => {
    expect(settledAt(layOut({ ...trace, haltStep: null }, subject))).toBe(17);
  });
});

test('a trace that is never right has no first right answer', () => {
  const steps = trace.steps.slice(0, 1);
  expect(layOut({ ...trace, steps }, subject).firstSolved).toBeNull();
});

test('a trace without steps has no moments', () => {
  const { moments, answers } = layOut({ ...trace, steps: [] }, subject);
  expect([moments, answers]).toEqual([[], []]);
});

test('cells without a label are neither right nor wrong', () => {
  expect(cellsRight([2, 3, 4], [2, 0, 5])).toBe(1);
  expect(cellsRight([2, 3, 4], [0, 0, 0])).toBeNull();
});
