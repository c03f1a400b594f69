/** The largest eigenvalues of a symmetric matrix and their vectors; all of them would take 50 times as long for 336 rows. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { TimeSlicer } from '../../datasets/browse/scan';
import { Random } from '../../datasets/random';

export interface Eigenpair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
}

/** Vectors of a block: as many equal eigenvalues are found. */
const BLOCK = 4;
/** Dimensions of the subspace; a matrix with at most as many rows is decomposed exactly. */
const MAX_DIMENSIONS = 60;
/** A vector is in the subspace if this share of it, or less, is outside. */
const TOLERANCE = 1e-10;

/**
 * At most `count` eigenpairs by descending value: those of the matrix restricted to a block Krylov subspace (Golub and Van
 * Loan, Matrix Computations, 10.3.6), which starts with the same random vectors every time.
 * @param rows symmetric matrix, row by row
 * @param slicer yields to other tasks between blocks
 */
export async function largestEigenpairs(
  rows: readonly Float64Array[],
  count: number,
  slicer: TimeSlicer,
): Promise<Eigenpair[]> {
  const basis = await krylovBasis(rows, slicer);
  const restricted = new Matrix(basis.map(({ vector }) => basis.map(({ image }) => dot(vector, image))));
  await slicer.yieldIfDue();
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(restricted, {
    assumeSymmetric: true,
  });
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, count);
  return order.map((index) => ({ value: values[index]!, vector: combine(basis, vectors.getColumn(index)) }));
}

interface BasisVector {
  /** Orthogonal to the others, of length 1. */
  readonly vector: Float64Array;
  /** The product of the matrix with it. */
  readonly image: Float64Array;
}

/** Spans random vectors and their images under the powers of the matrix. */
async function krylovBasis(rows: readonly Float64Array[], slicer: TimeSlicer): Promise<BasisVector[]> {
  const random = Random.seeded(1);
  const basis: BasisVector[] = [];
  let block: Float64Array[] = Array.from({ length: BLOCK }, () =>
    Float64Array.from(rows, () => random.uniform() - 0.5),
  );
  while (block.length > 0) {
    const next: Float64Array[] = [];
    for (const candidate of block) {
      if (basis.length === Math.min(MAX_DIMENSIONS, rows.length)) return basis;
      const vector = orthogonalPart(candidate, basis);
      if (!vector) continue;
      const image = Float64Array.from(rows, (row) => dot(row, vector));
      basis.push({ vector, image });
      next.push(image);
      await slicer.yieldIfDue();
    }
    block = next;
  }
  return basis;
}

/** The part of a vector that is orthogonal to the basis, with length 1; null for a vector in its span. */
function orthogonalPart(vector: Float64Array, basis: readonly BasisVector[]): Float64Array | null {
  const rest = Float64Array.from(vector);
  // Once leaves rounding errors.
  for (let pass = 0; pass < 2; pass++)
    for (const other of basis) addTimes(rest, other.vector, -dot(rest, other.vector));
  const length = Math.sqrt(dot(rest, rest));
  return length > TOLERANCE * Math.sqrt(dot(vector, vector)) ? rest.map((value) => value / length) : null;
}

function combine(basis: readonly BasisVector[], shares: readonly number[]): Float64Array {
  const sum = new Float64Array(basis[0]?.vector.length ?? 0);
  basis.forEach(({ vector }, index) => addTimes(sum, vector, shares[index]!));
  return sum;
}

function addTimes(sum: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * vector[i]!;
}

/** Two sums beside each other: a processor adds them at the same time. */
function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1] = [0, 0];
  const whole = a.length - (a.length % 2);
  for (let i = 0; i < whole; i += 2) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
  }
  return whole < a.length ? s0 + s1 + a[whole]! * b[whole]! : s0 + s1;
}
