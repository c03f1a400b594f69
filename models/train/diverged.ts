/** Numbers that have left the range of float32: nothing computed from them means anything. */

/** A train step gave numbers that are not finite; the learner is as it was before. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';

  constructor(
    readonly step: number,
    /** Where the first of them stood, in the field's words. */
    readonly tensor: string,
  ) {
    super(`the numbers are no longer finite at step ${step}, first in ${tensor}; a smaller learning rate may help`);
  }
}

/** Infinity and NaN times zero are NaN: one pass without branches. */
export function allFinite(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
