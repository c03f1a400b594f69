/** Inner products of a growing list of vectors: every new one meets all before it, so that the work is spread over a solve. */

export class GramMatrix {
  private readonly vectors: Float32Array[] = [];
  /** Row i holds the products with vectors 0 to i. */
  private readonly rows: Float64Array[] = [];

  /** Keeps the vector; returns its number. */
  add(vector: Float32Array): number {
    const count = this.vectors.push(vector);
    this.rows.push(Float64Array.from(this.vectors, (other) => dot(vector, other)));
    return count - 1;
  }

  product(one: number, other: number): number {
    return one >= other ? this.rows[one]![other]! : this.rows[other]![one]!;
  }
}

/** Four sums beside each other: a processor adds them at the same time. */
function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + s2 + s3;
}
