/** What the user predicted beside the results, in each way it can turn out. */
import { expect, test } from 'vitest';
import { comparePrediction } from '../../../../renderer/features/experiments/prediction';
import { formatEnglish } from '../../../../renderer/messages/english';
import { curveRecord, gradientRecord } from '../../../gallery/samples/experiments';

const record = gradientRecord(6);
const [first, second] = record.experiment.conditions.map(({ id }) => id);
const compare = (prediction: typeof record.prediction, of = record) => {
  const text = comparePrediction({ ...of, ...(prediction !== undefined && { prediction }) });
  return text && formatEnglish(text);
};

/** With results that differ by more than chance. */
const apart = {
  ...record,
  results: record.results.map((result) => ({
    ...result,
    points: [{ x: null, exactAccuracy: result.condition === first ? 0.9 : 0.3, count: 250 }],
  })),
};

test('nothing is said without a prediction, or before all conditions have a result', () => {
  expect(compare(null)).toBeNull();
  expect(compare({ best: first! }, gradientRecord(1))).toBeNull();
});

test('the condition that solves most is right; another is wrong only where the difference is no chance', () => {
  expect(compare({ best: first! })).toMatch(/which solves most puzzles here/u);
  expect(compare({ best: second! })).toMatch(/not by more than chance/u);
  expect(compare({ best: second! }, apart)).toMatch(/solves more puzzles here\.$/u);
  expect(compare({ best: null })).toMatch(/^You predicted no difference/u);
});

test('where no condition is ahead, none is named', () => {
  const results = record.results.map((result) => ({ ...result, points: [{ x: null, exactAccuracy: 0, count: 250 }] }));
  expect(compare({ best: first! }, { ...record, results })).toMatch(/no condition is ahead here\.$/u);
});

test('an accuracy is compared with the end of the curve', () => {
  expect(compare({ exactAccuracy: 0.8 }, curveRecord)).toBe('You predicted 80.0 %; it is 97.0 % here.');
});
