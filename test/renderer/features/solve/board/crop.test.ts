import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { placeOnCanvas } from '../../../../../datasets/kinds/arc/grid';
import { maskUnlabelled, Crop, createCrop } from '../../../../../renderer/features/solve/board/crop';
import { kind, solution, tokens } from '../../../examples';

const arc = getKind('arc');
const grid = (text: string) => [...arc.parse(text)];

describe('the part of a canvas on which something stands', () => {
  const crop = new Crop(arc, [grid('12/34'), grid('5')]);

  test('holds every grid with its end markers', () => {
    expect([crop.kind.rows, crop.kind.columns]).toEqual([3, 3]);
    expect(crop.select(grid('12/34'))).toEqual([3, 4, 1, 5, 6, 1, 1, 1, 0]);
  });

  test('has a place for its own cells only, and knows their place in the whole', () => {
    crop.cells.forEach((cell, place) => expect(crop.indexOf(cell)).toBe(place));
    expect([crop.indexOf(3), crop.indexOf(90), crop.indexOf(null)]).toEqual([null, null, null]);
  });

  test('carries content and attention over', () => {
    const inputs = grid('12/34');
    const shares = inputs.map((_, cell) => cell);
    expect(crop.content({ inputs, answer: inputs, changedCells: [30, 899] })).toMatchObject({
      answer: crop.select(inputs),
      changedCells: [3],
    });
    expect(crop.attention({ from: 31, shares, puzzleEmbeddingShare: 0, numbers: false })).toMatchObject({
      from: 4,
      shares: [0, 1, 2, 30, 31, 32, 60, 61, 62],
    });
    expect(crop.attention({ from: 899, shares, puzzleEmbeddingShare: 0, numbers: false })).toBeNull();
  });
});

test('a grid that was moved on its canvas is found where it stands', () => {
  const moved = placeOnCanvas({ rows: 2, columns: 2, cells: Uint8Array.of(1, 2, 3, 4) }, { rows: 20, columns: 10 });
  const crop = new Crop(arc, [[...moved]]);
  expect([crop.kind.rows, crop.kind.columns, crop.cells[0]]).toEqual([3, 3, 610]);
  crop.cells.forEach((cell, place) => expect(crop.indexOf(cell)).toBe(place));
  expect(crop.indexOf(0)).toBeNull();
});

test('an answer is shown where one is wanted; all it says where none is; a puzzle filled in always whole', () => {
  const noise = arc.rows * arc.columns;
  const answers = [Array.from({ length: noise }, () => 2)];
  const none = Array.from({ length: noise }, () => 0);
  const shape = ({ kind: { rows, columns } }: Crop) => [rows, columns];
  expect(shape(createCrop(arc, { inputs: grid('12/34'), labels: grid('5'), answers }))).toEqual([3, 3]);
  expect(shape(createCrop(arc, { inputs: grid('12/34'), labels: none, answers }))).toEqual([30, 30]);
  expect(shape(createCrop(arc, null))).toEqual([30, 30]);
  expect(createCrop(kind, { inputs: tokens(solution), labels: [], answers: [] }).kind).toBe(kind);
});

test('what is said where nobody asked is left out, unless nobody knows what was asked', () => {
  expect(maskUnlabelled(arc, [0, 3, 0], [5, 6, 7])).toEqual([0, 6, 0]);
  expect(maskUnlabelled(arc, [0, 0, 0], [5, 6, 7])).toEqual([5, 6, 7]);
  expect(maskUnlabelled(kind, [0, 3, 0], [5, 4, 3])).toEqual([5, 4, 3]);
});

test('a whole grid is its own part', () => {
  expect(new Crop(kind, [tokens(solution)]).kind).toBe(kind);
});
