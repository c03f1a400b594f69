/** Reads the curve of accuracy over supervision steps; shared by the window and the command line. */

interface Curve {
  readonly count: number;
  readonly overSteps: { readonly exact: readonly number[] };
}

/** The first step (from 1) of the highest accuracy; 0 for no steps. */
export function findBestStep(exact: readonly number[]): number {
  return exact.reduce((best, share, index) => (best === 0 || share > exact[best - 1]! ? index + 1 : best), 0);
}

/** Two standard errors of a share, which chance exceeds in one of twenty evaluations. */
const Z = 1.96;

/**
 * Whether the accuracy after the last step is below the best one by more than chance: by the standard error of the difference of
 * two shares. The puzzles are the same, so the true error is smaller.
 */
export function isWorseWithMore({ count, overSteps: { exact } }: Curve): boolean {
  const [best, last] = [exact[findBestStep(exact) - 1] ?? 0, exact.at(-1) ?? 0];
  if (count === 0) return false;
  const error = Math.sqrt((best * (1 - best) + last * (1 - last)) / count);
  return best - last > Z * error;
}
