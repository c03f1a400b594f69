import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectKindsByShape, getKind, listSizes } from '../../../../datasets/kinds/registry';
import { placeOnCanvas, unshifted } from '../../../../datasets/kinds/arc/grid';
import { PuzzleTextError } from '../../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../../datasets/random';
import { applySymmetry } from '../../../../datasets/symmetry';

const canvasesOf = (side: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: side }), fc.integer({ min: 1, max: side }), fc.nat())
    .map(([rows, columns, seed]) => {
      const random = Random.seeded(seed % 2 ** 31);
      const cells = Uint8Array.from({ length: rows * columns }, () => random.integer(0, 9));
      return placeOnCanvas({ rows, columns, cells }, unshifted, side);
    });

describe.each([
  ['arc', 30],
  ['arc-10', 10],
])('the kind %s', (id, side) => {
  const kind = getKind(id);
  const canvases = canvasesOf(side);

  test('has a square canvas of its side', () => {
    expect([kind.rows, kind.columns, kind.createEditing().size?.max]).toEqual([side, side, side]);
  });

  test('parses grids and whole canvases as formatted', () => {
    fc.assert(
      fc.property(canvases, (canvas) => void expect(kind.parse(kind.format(canvas))).toEqual(canvas)),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: side * side, maxLength: side * side, max: 11 }),
        (canvas) => void expect(kind.parse(kind.format(canvas))).toEqual(canvas),
      ),
      { numRuns: 30 },
    );
    expect(kind.format(kind.parse('01/22/34'))).toBe('01/22/34');
  });

  test('keeps the class under symmetries', () => {
    fc.assert(
      fc.property(canvases, fc.nat(), (canvas, seed) => {
        const image = applySymmetry(kind.drawSymmetry(Random.seeded(seed % 2 ** 31)), canvas);
        expect(kind.classKey(image)).toBe(kind.classKey(canvas));
        expect(kind.classKey(kind.parse(kind.classKey(canvas)))).toBe(kind.classKey(canvas));
      }),
      { numRuns: 50 },
    );
    expect(kind.classKey(kind.parse('12/22'))).not.toBe(kind.classKey(kind.parse('12/21')));
  });

  test.each([
    ['01/2', 'row 2 has 1 cell, row 1 has 2'],
    ['01/2a', "expected a colour from 0 to 9 in row 2, got 'a'"],
    ['', `expected 1–${side} rows and columns, got 1 row and 0 columns`],
    ['0'.repeat(side + 1), `expected 1–${side} rows and columns, got 1 row and ${side + 1} columns`],
  ])('rejects %j and names the position', (text, message) => {
    expect(() => kind.parse(text)).toThrow(PuzzleTextError);
    expect(() => kind.parse(text)).toThrow(message);
  });
});

test('canvases of ARC are no sizes of each other, because a grid fits on several', () => {
  expect(listSizes(getKind('arc')).map(({ id }) => id)).toEqual(['arc']);
  expect(detectKindsByShape(100, 12).map(({ id }) => id)).toEqual(['arc-10']);
});
