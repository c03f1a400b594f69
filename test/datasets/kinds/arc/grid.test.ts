import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arcColours,
  arcSymbols,
  getTokenColour,
  cropCanvas,
  END,
  FIRST_COLOUR,
  liftFromCanvas,
  placeOnCanvas,
  SIDE,
  unshifted,
  VOCABULARY,
} from '../../../../datasets/kinds/arc/grid';
import { anyGrid, anySeed, grid, rowsOf } from './examples';

/** A canvas with these rows of tokens at its top left, 0 elsewhere. */
function canvasOf(...rows: string[]): Uint8Array {
  const canvas = new Uint8Array(SIDE * SIDE);
  rows.forEach((row, r) => [...row].forEach((token, c) => (canvas[r * SIDE + c] = parseInt(token, 12))));
  return canvas;
}

describe('placeOnCanvas', () => {
  test('is inverted by cropCanvas for grids that are not shifted', () => {
    fc.assert(fc.property(anyGrid(), (any) => void expect(cropCanvas(placeOnCanvas(any))).toEqual(any)));
  });

  test('contains every cell once and the end markers that fit, for any shift', () => {
    fc.assert(
      fc.property(anyGrid(), anySeed, (any, seed) => {
        const shift = { rows: seed % (SIDE - any.rows + 1), columns: (seed >>> 8) % (SIDE - any.columns + 1) };
        const canvas = placeOnCanvas(any, shift);
        const below = shift.rows + any.rows < SIDE ? any.columns : 0;
        const right = shift.columns + any.columns < SIDE ? any.rows : 0;
        expect(canvas.filter((token) => token >= FIRST_COLOUR).map((token) => token - FIRST_COLOUR)).toEqual(any.cells);
        expect(canvas.filter((token) => token === END)).toHaveLength(below + right);
      }),
    );
  });

  test('rejects a grid that does not fit on the canvas', () => {
    expect(() => placeOnCanvas(grid('12'), { rows: 0, columns: 29 })).toThrow(
      'a grid of 1×2 moved by 0 rows and 29 columns does not fit on 30×30',
    );
    expect(() => placeOnCanvas(grid('1', '2'), { rows: 29, columns: 0 })).toThrow(RangeError);
  });
});

describe('cropCanvas', () => {
  test('returns the largest rectangle of colours at the top left', () => {
    expect(rowsOf(cropCanvas(canvasOf('2341', '231', '231', '2341')))).toEqual(['01', '01', '01', '01']);
    expect(rowsOf(cropCanvas(canvasOf('234561', '21')))).toEqual(['01234']);
  });

  test('prefers fewer rows among rectangles of equal size', () => {
    expect(rowsOf(cropCanvas(canvasOf('2234', '221')))).toEqual(['0012']);
  });

  test('returns an empty grid if the corner has no colour', () => {
    for (const corner of ['0', '1'])
      expect(cropCanvas(canvasOf(`${corner}222`, '2222'))).toEqual({ rows: 0, columns: 0, cells: new Uint8Array() });
  });
});

describe('a canvas of another side', () => {
  const sides = fc.integer({ min: 1, max: 12 }).chain((side) => fc.tuple(anyGrid(side), fc.constant(side), anySeed));

  test('has a square of the side, from which the grid is cropped', () => {
    fc.assert(
      fc.property(sides, ([any, side]) => {
        const canvas = placeOnCanvas(any, unshifted, side);
        expect(canvas).toHaveLength(side * side);
        expect(cropCanvas(canvas)).toEqual(any);
      }),
    );
  });

  test('gives back the grid from any position', () => {
    fc.assert(
      fc.property(sides, ([any, side, seed]) => {
        const shift = { rows: seed % (side - any.rows + 1), columns: (seed >>> 8) % (side - any.columns + 1) };
        expect(liftFromCanvas(placeOnCanvas(any, shift, side))).toEqual(any);
      }),
    );
  });

  test('rejects a grid that does not fit, and tokens that are no square', () => {
    expect(() => placeOnCanvas(grid('12345678901'), unshifted, 10)).toThrow('does not fit on 10×10');
    expect(() => cropCanvas(new Uint8Array(90))).toThrow('expected a square canvas, got 90 cells');
  });
});

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Full dichromacy in linear RGB (Machado, Oliveira, Fernandes 2009, severity 1). */
const colourVision: Record<string, Matrix> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Linear sRGB to CIE XYZ, relative to the white point D65. */
const toXyz: Matrix = [
  [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
];

const times = (matrix: Matrix, [x, y, z]: Triple) =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;
const linear = (hex: string) =>
  [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as unknown as Triple;

function lab(rgb: Triple): Triple {
  const [x, y, z] = times(toXyz, rgb).map((v) => (v > 216 / 24389 ? Math.cbrt(v) : ((24389 / 27) * v + 16) / 116));
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

const luminance = (hex: string) => times(toXyz, linear(hex))[1];

describe('arcColours', () => {
  test.each(Object.entries(colourVision))('differ by more than 30 in CIELAB with %s', (_, matrix) => {
    const seen = arcColours.map(({ hex }) =>
      lab(times(matrix, linear(hex)).map((v) => Math.min(1, Math.max(0, v))) as unknown as Triple),
    );
    seen.forEach((one, i) =>
      seen
        .slice(0, i)
        .forEach((other) =>
          expect(Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])).toBeGreaterThan(30),
        ),
    );
  });

  test.each(arcColours)('$name has a digit with a contrast of at least 4.5', ({ hex, ink }) => {
    const [dark, light] = [luminance(hex), luminance(ink)].sort((a, b) => a - b);
    expect((light! + 0.05) / (dark! + 0.05)).toBeGreaterThanOrEqual(4.5);
  });

  test('have unique names, values and symbols', () => {
    for (const key of ['name', 'hex', 'symbol'] as const)
      expect(new Set(arcColours.map((colour) => colour[key])).size).toBe(10);
    expect(arcSymbols).toHaveLength(VOCABULARY);
    expect(new Set(arcSymbols).size).toBe(VOCABULARY);
  });

  test('are the colours of tokens 2 to 11', () => {
    expect([0, 1, 2, 11, 12].map((token) => getTokenColour(token)?.symbol ?? null)).toEqual([
      null,
      null,
      '0',
      '9',
      null,
    ]);
  });
});
