/** Calibration against values computed by hand, and its invariants. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../../models/evaluate/accuracy';
import {
  answerConfidence,
  BINS,
  CalibrationCounter,
  calibrationSchema,
  ReliabilityCounter,
  type Reliability,
} from '../../../models/evaluate/calibration';

type Guess = readonly [confidence: number, isRight: boolean];

function count(guesses: readonly Guess[]): Reliability {
  const counter = new ReliabilityCounter();
  for (const guess of guesses) counter.add(...guess);
  return counter.result!;
}

const guesses = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1 });

test('bins, expected calibration error and Brier score are those computed by hand', () => {
  const result = count([
    [0.95, true],
    [0.85, true],
    [0.85, false],
    [0.35, false],
  ]);
  expect(result).toMatchObject({ count: 4, accuracy: 0.5 });
  expect(result.confidence).toBeCloseTo(0.75, 12);
  // Gaps of the bins: |1 − 0.95| of one, |0.5 − 0.85| of two, |0 − 0.35| of one.
  expect(result.expectedCalibrationError).toBeCloseTo((0.05 + 2 * 0.35 + 0.35) / 4, 12);
  // 0.05², 0.15², 0.85², 0.35²
  expect(result.brierScore).toBeCloseTo((0.0025 + 0.0225 + 0.7225 + 0.1225) / 4, 12);
  expect(result.bins.map((bin) => bin.count)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 2, 1]);
  expect(result.bins[8]).toEqual({ count: 2, confidence: 0.85, accuracy: 0.5 });
  expect(result.bins[0]).toEqual({ count: 0, confidence: null, accuracy: null });
});

test('a bin contains its lower end, the last one also 1', () => {
  const ends = Array.from({ length: BINS + 1 }, (_, end) => [end / BINS, true] as const);
  expect(count(ends).bins.map((bin) => bin.count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
});

test('the counts of the bins add up, and every share is within 0 and 1', () => {
  fc.assert(
    fc.property(guesses, (all) => {
      const result = count(all);
      calibrationSchema.parse({ cells: result, answers: result, halting: result });
      expect(result.count).toBe(all.length);
      expect(result.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(all.length);
      for (const [index, bin] of result.bins.entries()) {
        expect(bin.confidence ?? index / BINS).toBeGreaterThanOrEqual(index / BINS - 1e-12);
        expect(bin.confidence ?? index / BINS).toBeLessThanOrEqual((index + 1) / BINS + 1e-12);
      }
    }),
  );
});

test('the error is at least the distance of mean confidence and accuracy', () => {
  fc.assert(
    fc.property(guesses, (all) => {
      const { confidence, accuracy, expectedCalibrationError } = count(all);
      expect(expectedCalibrationError).toBeGreaterThanOrEqual(Math.abs(confidence - accuracy) - 1e-12);
    }),
  );
});

test('the error is 0 where of each confidence k/n just k of n are right', () => {
  const level = fc.integer({ min: 1, max: 12 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  fc.assert(
    fc.property(fc.array(level, { minLength: 1 }), (levels) => {
      const all = levels.flatMap(([k, n]) => Array.from({ length: n }, (_, index): Guess => [k / n, index < k]));
      expect(count(all).expectedCalibrationError).toBeCloseTo(0, 12);
    }),
  );
});

test('a confidence that is not a number counts as none', () => {
  expect(count([[NaN, false]])).toMatchObject({ confidence: 0, expectedCalibrationError: 0, brierScore: 0 });
});

const answer = (change: Partial<Answer> = {}): Answer => ({
  inputs: Uint8Array.from([1, 1, 1, 1]),
  labels: Uint8Array.from([2, 3, 2, 0]),
  answer: Uint8Array.from([2, 3, 2, 3]),
  confidence: Float32Array.from([1, 0.75, 0.875, 0.25]),
  qHalt: Math.log(4),
  ...change,
});

test('the confidence in an answer is the lowest of its labelled cells', () => {
  expect(answerConfidence(answer())).toBe(0.75);
  expect(answerConfidence(answer({ labels: new Uint8Array(4) }))).toBe(1);
});

test('cells, answers and the halting head are counted separately, and nothing without a label', () => {
  const counter = new CalibrationCounter();
  expect(counter.result).toBeNull();
  counter.add([answer({ labels: new Uint8Array(4) })]);
  expect(counter.result).toBeNull();
  counter.add([answer(), answer({ answer: Uint8Array.from([2, 2, 2, 0]) })]);
  const { cells, answers, halting } = counter.result!;
  expect(cells).toMatchObject({ count: 6, accuracy: 5 / 6, confidence: 0.875 });
  expect(answers).toMatchObject({ count: 2, accuracy: 0.5, confidence: 0.75, expectedCalibrationError: 0.25 });
  expect(answers.brierScore).toBeCloseTo((0.25 ** 2 + 0.75 ** 2) / 2, 12);
  expect(halting).toMatchObject({ count: 2, accuracy: 0.5 });
  expect(halting.confidence).toBeCloseTo(0.8, 12);
});
