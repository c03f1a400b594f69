import { expect, test } from 'vitest';
import { boxEnds, cellWords, faces } from '../../../renderer/grids/cell';
import { getKind } from '../../../datasets/kinds/registry';
import { clues, kind, solution, tokens } from '../examples';

const inputs = tokens(clues);

test('before an answer the grid shows its clues and empty cells', () => {
  const [first, second] = faces(kind, { inputs });
  expect(first).toMatchObject({ symbol: '1', clue: true, confidence: 1 });
  expect(second).toMatchObject({ symbol: '', clue: false });
});

test('an answer fills the other cells with their confidence', () => {
  const [first, second] = faces(kind, {
    inputs,
    answer: tokens(solution),
    confidence: inputs.map(() => 0.25),
    flips: [1],
    marks: [1],
  });
  expect(first).toMatchObject({ symbol: '1', clue: true, confidence: 1 });
  expect(second).toEqual({
    token: 4,
    symbol: '3',
    name: '3',
    clue: false,
    confidence: 0.25,
    plain: false,
    flipped: true,
    marked: true,
  });
});

test('a clue that the answer changed is shown as an answer', () => {
  const [first] = faces(kind, { inputs, answer: tokens(`2${solution.slice(1)}`) });
  expect(first).toMatchObject({ symbol: '2', clue: false });
});

test('every mark of a cell is also said in words', () => {
  const face = {
    token: 4,
    symbol: '3',
    name: '3',
    clue: false,
    confidence: 0.634,
    plain: false,
    flipped: true,
    marked: true,
  };
  expect(cellWords(face, 6, 4)).toBe('row 2, column 3: 3, 63 % sure, changed, breaks a rule');
  expect(cellWords({ ...face, symbol: '', name: '', flipped: false, marked: false }, 0, 4)).toBe(
    'row 1, column 1: empty',
  );
});

test('heavier lines end the boxes inside the grid, not the grid', () => {
  const cells = inputs.map((_, cell) => boxEnds(kind, cell));
  expect(cells.flatMap(({ right }, cell) => (right ? [cell] : []))).toEqual([1, 5, 9, 13]);
  expect(cells.flatMap(({ bottom }, cell) => (bottom ? [cell] : []))).toEqual([4, 5, 6, 7]);
});

test('a heavier line ends the margin of a nonogram', () => {
  const nonogram = getKind('nonogram-5');
  const cells = Array.from({ length: 64 }, (_, cell) => boxEnds(nonogram, cell));
  expect(cells.flatMap(({ right }, cell) => (right ? [cell % 8] : []))).toEqual(Array(8).fill(2));
  expect(cells.flatMap(({ bottom }, cell) => (bottom ? [Math.floor(cell / 8)] : []))).toEqual(Array(8).fill(2));
  expect(boxEnds(getKind('queens-8'), 9)).toEqual({ right: false, bottom: false });
});
