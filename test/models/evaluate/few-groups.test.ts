/** An interval is for independent puzzles: an accuracy names its groups where there are too few of them. */
import { expect, test } from 'vitest';
import { AccuracyCounter, accuracySchema, type GroupKind } from '../../../models/evaluate/accuracy';

const answer = {
  inputs: Uint8Array.of(1),
  labels: Uint8Array.of(2),
  answer: Uint8Array.of(2),
  confidence: Float32Array.of(1),
  qHalt: 0,
};

function countGroups(groups: readonly string[], kind?: GroupKind) {
  const counter = new AccuracyCounter(null, [], kind);
  for (const group of groups) counter.add([answer], [], () => group);
  return accuracySchema.parse(counter.accuracy).fewGroups;
}

const many = Array.from({ length: 400 }, (_, index) => String(index));

test('few groups are counted, however many puzzles they have', () => {
  expect(
    countGroups(
      many.map((name) => String(Number(name) % 3)),
      'tasks',
    ),
  ).toEqual({ count: 3, kind: 'tasks' });
  expect(countGroups(many.slice(0, 19), 'classes')).toEqual({ count: 19, kind: 'classes' });
});

test('enough groups, and unknown ones, are not named', () => {
  expect(countGroups(many.slice(0, 20), 'classes')).toBeUndefined();
  expect(countGroups(many.slice(0, 3))).toBeUndefined();
});

test('puzzles without a known answer belong to no group', () => {
  const counter = new AccuracyCounter(null, [], 'classes');
  counter.add([answer, { ...answer, labels: Uint8Array.of(0) }], [], String);
  expect(counter.accuracy.fewGroups).toEqual({ count: 1, kind: 'classes' });
});
