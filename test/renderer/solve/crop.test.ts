import { describe, expect, test } from 'vitest';
import { kindOf } from '../../../datasets/families';
import { Crop } from '../../../renderer/solve/crop';
import { kind, solution, tokens } from '../examples';

const arc = kindOf('arc');
const grid = (text: string) => [...arc.parse(text)];

describe('the part of a canvas on which something stands', () => {
  const crop = new Crop(arc, [grid('12/34'), grid('5')]);

  test('holds every grid with its end markers', () => {
    expect([crop.kind.rows, crop.kind.columns]).toEqual([3, 3]);
    expect(crop.part(grid('12/34'))).toEqual([3, 4, 1, 5, 6, 1, 1, 1, 0]);
  });

  test('has a place for its own cells only, and knows their place in the whole', () => {
    crop.cells.forEach((cell, place) => expect(crop.placeOf(cell)).toBe(place));
    expect([crop.placeOf(3), crop.placeOf(90), crop.placeOf(null)]).toEqual([null, null, null]);
  });

  test('carries content and attention over', () => {
    const inputs = grid('12/34');
    const shares = inputs.map((_, cell) => cell);
    expect(crop.content({ inputs, answer: inputs, flips: [30, 899] })).toMatchObject({ answer: crop.part(inputs), flips: [3] });
    expect(crop.attention({ from: 31, shares, front: 0, numbers: false })).toMatchObject({ from: 4, shares: [0, 1, 2, 30, 31, 32, 60, 61, 62] });
    expect(crop.attention({ from: 899, shares, front: 0, numbers: false })).toBeNull();
  });
});

test('a whole grid is its own part', () => {
  expect(new Crop(kind, [tokens(solution)]).kind).toBe(kind);
});
