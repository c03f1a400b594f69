/** Failures are listed by their wrong cells, in a limited number, with the count of all. */
import { expect, test } from 'vitest';
import { getKind } from '../../../datasets/kinds/registry';
import { FailureCollector, failuresSchema, MAX_CONFIDENT, MAX_FAILURES } from '../../../models/evaluate/failures';

const kind = getKind('sudoku-4x4');
const labels = Uint8Array.from([2, 3, 4, 5, 4, 5, 2, 3, 3, 2, 5, 4, 5, 4, 3, 2]);
const inputs = new Uint8Array(16).fill(kind.blank);
const confidence = new Float32Array(16);

/** The answer of the label with its first `wrong` cells changed. */
const answerWith = (wrong: number, qHalt = 0) => ({
  inputs,
  labels,
  answer: labels.map((token, cell) => (cell < wrong ? 2 + ((token - 1) % 4) : token)),
  confidence,
  qHalt,
});

function collect(wrongs: readonly number[]) {
  const collector = new FailureCollector(kind);
  for (const [row, wrong] of wrongs.entries()) collector.add(row, answerWith(wrong));
  return failuresSchema.parse(collector.result);
}

test('right answers are no failures; others are sorted by their wrong cells, then by row', () => {
  const { count, worst } = collect([1, 0, 3, 1, 0, 2]);
  expect(count).toBe(4);
  expect(worst.map(({ row, wrongCells }) => [row, wrongCells])).toEqual([
    [2, 3],
    [5, 2],
    [0, 1],
    [3, 1],
  ]);
});

test('broken rules and the halting probability belong to the answer', () => {
  const collector = new FailureCollector(kind);
  collector.add(7, answerWith(1, Math.log(3)));
  const [failure] = collector.result.worst;
  expect(failure).toMatchObject({ row: 7, wrongCells: 1 });
  expect(failure!.brokenRules).toBe(kind.check(inputs, answerWith(1).answer).brokenRules);
  expect(failure!.haltProbability).toBeCloseTo(0.75, 12);
});

test('of many failures the worst are kept, wherever they are, and all are counted', () => {
  const wrongs = Array.from({ length: 5 * MAX_FAILURES }, (_, row) => (row % 10 === 9 ? 4 : 1));
  const { count, worst } = collect(wrongs);
  expect(count).toBe(wrongs.length);
  expect(worst).toHaveLength(MAX_FAILURES);
  const many = worst.filter(({ wrongCells }) => wrongCells === 4);
  expect(many.map(({ row }) => row)).toEqual(wrongs.flatMap((wrong, row) => (wrong === 4 ? [row] : [])));
  // Of the equal ones the first of the split.
  expect(worst.at(-1)!.row).toBeLessThan(2 * MAX_FAILURES);
});

test('the most confident ones are kept, whatever their wrong cells', () => {
  const collector = new FailureCollector(kind);
  const rows = Array.from({ length: 10 * MAX_CONFIDENT }, (_, row) => row);
  // The confidence is that of the least confident cell.
  const confidenceOf = (row: number) => ((row * 7) % rows.length) / rows.length;
  for (const row of rows)
    collector.add(row, {
      ...answerWith(1 + (row % 3)),
      confidence: new Float32Array(16).fill(1).fill(confidenceOf(row), 3, 4),
    });
  const { mostConfident } = failuresSchema.parse(collector.result);
  const expected = rows.sort((one, other) => confidenceOf(other) - confidenceOf(one)).slice(0, MAX_CONFIDENT);
  expect(mostConfident.map(({ row }) => row)).toEqual(expected);
  expect(mostConfident[0]!.confidence).toBeCloseTo(confidenceOf(expected[0]!), 6);
});

test('an unknown answer is no failure, and a kind without rules breaks none', () => {
  const collector = new FailureCollector({ ...kind, hasRules: false });
  collector.add(0, { ...answerWith(2), labels: new Uint8Array(16) });
  collector.add(1, answerWith(2));
  expect(collector.result).toMatchObject({ count: 1, worst: [{ row: 1, brokenRules: null }] });
});
