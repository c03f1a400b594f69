/** SignSGD for the table of puzzle embeddings: only the rows of the batch change, by the sign of their summed gradient. */
import { z } from 'zod';

/** `learningRate`: the base rate; it follows the same schedule as the rate of the weights. */
export const signSgdSchema = z.object({ learningRate: z.number(), weightDecay: z.number() });
export type SignSgdConfig = Readonly<z.infer<typeof signSgdSchema>>;

export interface PuzzleRows {
  /** Row of the table for each example, [B]; the same row may occur several times. */
  readonly identifiers: Int32Array;
  /** [B, ndim] */
  readonly gradient: Float32Array;
}

/**
 * The table after one update: row ← row·(1 − lr·wd) − lr·sign(Σ gradient), sign(0) = 0; the given table is not changed.
 * Every operation is rounded to float32 where PyTorch's `p.mul_(1 - lr * wd).add_(sign, alpha=-lr)` rounds it:
 * both factors, the product, and the sum.
 */
export function signSgd(
  table: Float32Array,
  { identifiers, gradient }: PuzzleRows,
  { learningRate, weightDecay }: SignSgdConfig,
): Float32Array {
  const next = table.slice();
  const width = gradient.length / identifiers.length;
  const [decay, step] = [Math.fround(1 - learningRate * weightDecay), Math.fround(learningRate)];
  for (const [identifier, sum] of sumByIdentifier(identifiers, gradient, width)) {
    const row = next.subarray(identifier * width, (identifier + 1) * width);
    sum.forEach((slope, i) => (row[i] = Math.fround(row[i]! * decay) - step * Math.sign(slope)));
  }
  return next;
}

/** Gradients of equal identifiers added up in float32, in the order of the batch. */
function sumByIdentifier(identifiers: Int32Array, gradient: Float32Array, width: number): Map<number, Float32Array> {
  const sums = new Map<number, Float32Array>();
  identifiers.forEach((identifier, example) => {
    const sum = sums.get(identifier) ?? new Float32Array(width);
    for (let i = 0; i < width; i++) sum[i]! += gradient[example * width + i]!;
    sums.set(identifier, sum);
  });
  return sums;
}

/** Rows of the table for a batch, [B, ndim]. @throws RangeError for an identifier that has none */
export function gatherRows(table: Float32Array, identifiers: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(identifiers.length * width);
  const beyond =
    width > 0 ? identifiers.find((identifier) => identifier < 0 || (identifier + 1) * width > table.length) : undefined;
  if (beyond !== undefined)
    throw new RangeError(`puzzle identifier ${beyond}: the model has embeddings for 0 to ${table.length / width - 1}`);
  identifiers.forEach((identifier, i) =>
    rows.set(table.subarray(identifier * width, (identifier + 1) * width), i * width),
  );
  return rows;
}
