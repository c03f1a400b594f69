import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cropped, END, FIRST_COLOUR, onCanvas, SIDE } from '../../../../datasets/kinds/arc/canvas';
import { anyGrid, anySeed, grid, rowsOf } from './examples';

/** A canvas with the tokens of some rows at its top left, 0 elsewhere. */
function canvasOf(...rows: string[]): Uint8Array {
  const canvas = new Uint8Array(SIDE * SIDE);
  rows.forEach((row, r) => [...row].forEach((token, c) => (canvas[r * SIDE + c] = parseInt(token, 12))));
  return canvas;
}

describe('the canvas', () => {
  test('gives back every grid that is not shifted', () => {
    fc.assert(fc.property(anyGrid(), (any) => void expect(cropped(onCanvas(any))).toEqual(any)));
  });

  test('holds every cell once and the end markers that fit, however shifted', () => {
    fc.assert(
      fc.property(anyGrid(), anySeed, (any, seed) => {
        const shift = { rows: seed % (SIDE - any.rows + 1), columns: (seed >>> 8) % (SIDE - any.columns + 1) };
        const canvas = onCanvas(any, shift);
        const below = shift.rows + any.rows < SIDE ? any.columns : 0;
        const right = shift.columns + any.columns < SIDE ? any.rows : 0;
        expect(canvas.filter((token) => token >= FIRST_COLOUR).map((token) => token - FIRST_COLOUR)).toEqual(any.cells);
        expect(canvas.filter((token) => token === END)).toHaveLength(below + right);
      }),
    );
  });

  test('refuses a grid that would stick out', () => {
    expect(() => onCanvas(grid('12'), { rows: 0, columns: 29 })).toThrow(
      'a grid of 1×2 moved by 0 and 29 does not fit on 30×30',
    );
    expect(() => onCanvas(grid('1', '2'), { rows: 29, columns: 0 })).toThrow(RangeError);
  });
});

describe('cropping', () => {
  test('takes the largest rectangle of colours at the top left', () => {
    expect(rowsOf(cropped(canvasOf('2341', '231', '231', '2341')))).toEqual(['01', '01', '01', '01']);
    expect(rowsOf(cropped(canvasOf('234561', '21')))).toEqual(['01234']);
  });

  test('of equally large ones that with the fewest rows', () => {
    expect(rowsOf(cropped(canvasOf('2234', '221')))).toEqual(['0012']);
  });

  test('is empty where the corner has no colour', () => {
    for (const corner of ['0', '1'])
      expect(cropped(canvasOf(`${corner}222`, '2222'))).toEqual({ rows: 0, columns: 0, cells: new Uint8Array() });
  });
});
