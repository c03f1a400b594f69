import { describe, expect, test } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { placeOnCanvas } from '../../../../../datasets/kinds/arc/grid';
import { maskUnlabelled, Crop, createCrop } from '../../../../../renderer/features/solve/board/crop';
import { kind, solution, tokens } from '../../../examples';

const arc = getKind('arc');
const grid = (text: string) => [...arc.parse(text)];

describe('Crop', () => {
  const crop = new Crop(arc, [grid('12/34'), grid('5')]);

  test('contains every grid with its end markers', () => {
    expect([crop.kind.rows, crop.kind.columns]).toEqual([3, 3]);
    expect(crop.select(grid('12/34'))).toEqual([3, 4, 1, 5, 6, 1, 1, 1, 0]);
  });

  test('indexOf maps only cells of the crop, and cells maps them back', () => {
    crop.cells.forEach((cell, index) => expect(crop.indexOf(cell)).toBe(index));
    expect([crop.indexOf(3), crop.indexOf(90), crop.indexOf(null)]).toEqual([null, null, null]);
  });

  test('maps content and attention to the crop', () => {
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

test('Crop contains a grid that is shifted on its canvas', () => {
  const moved = placeOnCanvas({ rows: 2, columns: 2, cells: Uint8Array.of(1, 2, 3, 4) }, { rows: 20, columns: 10 });
  const crop = new Crop(arc, [[...moved]]);
  expect([crop.kind.rows, crop.kind.columns, crop.cells[0]]).toEqual([3, 3, 610]);
  crop.cells.forEach((cell, index) => expect(crop.indexOf(cell)).toBe(index));
  expect(crop.indexOf(0)).toBeNull();
});

test('createCrop fits the labels, and shows the whole canvas without labels or with fixed grids', () => {
  const cellCount = arc.rows * arc.columns;
  const answers = [Array.from({ length: cellCount }, () => 2)];
  const noLabels = Array.from({ length: cellCount }, () => 0);
  const shape = ({ kind: { rows, columns } }: Crop) => [rows, columns];
  expect(shape(createCrop(arc, { inputs: grid('12/34'), labels: grid('5'), answers }))).toEqual([3, 3]);
  expect(shape(createCrop(arc, { inputs: grid('12/34'), labels: noLabels, answers }))).toEqual([30, 30]);
  expect(shape(createCrop(arc, null))).toEqual([30, 30]);
  expect(createCrop(kind, { inputs: tokens(solution), labels: [], answers: [] }).kind).toBe(kind);
});

test('maskUnlabelled blanks unlabelled cells of ARC, unless there are no labels', () => {
  expect(maskUnlabelled(arc, [0, 3, 0], [5, 6, 7])).toEqual([0, 6, 0]);
  expect(maskUnlabelled(arc, [0, 0, 0], [5, 6, 7])).toEqual([5, 6, 7]);
  expect(maskUnlabelled(kind, [0, 3, 0], [5, 4, 3])).toEqual([5, 4, 3]);
});

test('Crop keeps the kind of a fixed grid', () => {
  expect(new Crop(kind, [tokens(solution)]).kind).toBe(kind);
});
