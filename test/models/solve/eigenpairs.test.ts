/** Against the complete decomposition of ml-matrix. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { TimeSlicer } from '../../../datasets/browse/scan';
import { Random } from '../../../datasets/random';
import { largestEigenpairs } from '../../../models/solve/eigenpairs';

const random = Random.seeded(7);
const normal = () => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, value) => sum + value, -6);

/** Inner products of random points whose spread along each axis is given. */
function gramOf(count: number, spreads: readonly number[]): Float64Array[] {
  const points = Array.from({ length: count }, () => spreads.map((spread) => spread * normal()));
  return points.map((a) => Float64Array.from(points, (b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)));
}

function allEigenvalues(rows: readonly Float64Array[]): number[] {
  const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(rows.map((row) => [...row])), {
    assumeSymmetric: true,
  });
  return realEigenvalues.sort((a, b) => b - a);
}

/** Length of A·v − λ·v. */
const residual = (rows: readonly Float64Array[], { value, vector }: { value: number; vector: Float64Array }) =>
  Math.hypot(...rows.map((row, i) => row.reduce((sum, entry, j) => sum + entry * vector[j]!, 0) - value * vector[i]!));

const slicer = new TimeSlicer();

describe('largestEigenpairs', () => {
  test.each([
    ['a few large axes', [30, 20, 10, ...new Array<number>(300).fill(1)]],
    ['slowly falling axes', Array.from({ length: 300 }, (_, i) => 1 / (1 + i / 10))],
    ['equal largest axes', [5, 5, 5, ...new Array<number>(100).fill(0.5)]],
  ])('finds the two largest of 336 rows with %s', async (_, spreads) => {
    const rows = gramOf(336, spreads);
    const [first, second] = await largestEigenpairs(rows, 4, slicer);
    const [largest, next] = allEigenvalues(rows);
    expect(first!.value / largest!).toBeCloseTo(1, 8);
    expect(second!.value / next!).toBeCloseTo(1, 8);
    for (const pair of [first!, second!]) {
      expect(residual(rows, pair) / largest!).toBeLessThan(1e-3);
      expect(Math.hypot(...pair.vector)).toBeCloseTo(1, 10);
    }
  });

  test('finds all of a small matrix', async () => {
    const rows = gramOf(12, [3, 2, 1, 0.5]);
    const values = (await largestEigenpairs(rows, 4, slicer)).map(({ value }) => value);
    const expected = allEigenvalues(rows);
    for (let i = 0; i < 4; i++) expect(values[i]!).toBeCloseTo(expected[i]!, 8);
  });

  test('finds two equal eigenvalues', async () => {
    const rows = [2, 5, 5, 1].map((value, i) => Float64Array.from({ length: 4 }, (_, j) => (i === j ? value : 0)));
    const values = (await largestEigenpairs(rows, 4, slicer)).map(({ value }) => value);
    expect(values.slice(0, 2).map((value) => value.toFixed(9))).toEqual(['5.000000000', '5.000000000']);
  });

  test('a matrix of zeros has no other eigenvalues', async () => {
    const rows = Array.from({ length: 10 }, () => new Float64Array(10));
    for (const { value } of await largestEigenpairs(rows, 4, slicer)) expect(value).toBe(0);
  });
});
