/** Accuracy of each difficulty, counted together with that of all puzzles. */
import { expect, test } from 'vitest';
import type { Difficulty } from '../../../datasets/kinds/puzzle-kind';
import { AccuracyCounter, accuracySchema, wilsonInterval, type Answer } from '../../../models/evaluate/accuracy';

const bands: readonly Difficulty[] = [
  { id: 'easy', min: 0, max: 0 },
  { id: 'medium', min: 1, max: 5 },
  { id: 'hard', min: 6, max: Infinity },
];

const answer = (isRight: boolean): Answer => ({
  inputs: Uint8Array.of(1, 1),
  labels: Uint8Array.of(2, 3),
  answer: Uint8Array.of(2, isRight ? 3 : 4),
  confidence: Float32Array.of(1, 1),
  qHalt: 0,
});

function count(results: readonly (readonly [rating: number, isRight: boolean])[]) {
  const counter = new AccuracyCounter(() => true, bands);
  counter.add(
    results.map(([, isRight]) => answer(isRight)),
    results.map(([rating]) => rating),
  );
  return accuracySchema.parse(counter.accuracy);
}

test('counts the puzzles of each band with its Wilson interval', () => {
  const { byDifficulty, count: all } = count([
    ...[0, 0, 0].map((rating) => [rating, true] as const),
    ...[1, 5, 5, 3].map((rating, index) => [rating, index > 0] as const),
    [400, false],
  ]);
  expect(all).toBe(8);
  expect(byDifficulty).toEqual([
    { difficulty: 'easy', exactAccuracy: 1, count: 3, interval: wilsonInterval(3, 3) },
    { difficulty: 'medium', exactAccuracy: 3 / 4, count: 4, interval: wilsonInterval(3, 4) },
    { difficulty: 'hard', exactAccuracy: 0, count: 1, interval: wilsonInterval(0, 1) },
  ]);
});

test('leaves out bands without puzzles, and puzzles without a rating', () => {
  const { byDifficulty, count: all } = count([
    [-1, true],
    [2, true],
  ]);
  expect(all).toBe(2);
  expect(byDifficulty).toEqual([expect.objectContaining({ difficulty: 'medium', count: 1 })]);
});

test('is absent where no puzzle has a rating', () => {
  expect(count([[-1, true]])).not.toHaveProperty('byDifficulty');
  const counter = new AccuracyCounter(() => true);
  counter.add([answer(true)], [3]);
  expect(counter.accuracy).not.toHaveProperty('byDifficulty');
});
