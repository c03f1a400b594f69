/** How large the gradient of a step was, told without a graph output of its own. */

export interface Moved {
  /** First moment of the optimiser before and after the step, each [N]. */
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
  readonly beta1: number;
}

/**
 * ‖g‖² of the flat gradient that moved the first moment: m' = m + (g − m)(1 − β1), so g = m + (m' − m) / (1 − β1).
 * Moments are float32, so a gradient far smaller than the moment is told to about 1e-6 of the moment.
 */
export function squaredGradient({ before, after, beta1 }: Moved): number {
  const scale = 1 / (1 - beta1);
  let sum = 0;
  for (let i = 0; i < after.length; i++) {
    const gradient = before[i]! + (after[i]! - before[i]!) * scale;
    sum += gradient * gradient;
  }
  return sum;
}

export function squaredNorm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}
