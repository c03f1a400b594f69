/** Learning rate: linear warm-up, then a cosine down to `minRatio` of the base rate. */

export interface ScheduleConfig {
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  readonly minRatio: number;
}

/** Rate of a step counted from 1; the step equal to `warmupSteps` stands on the cosine already (at its top). */
export function learningRateAt(
  step: number,
  { learningRate, warmupSteps, totalSteps, minRatio }: ScheduleConfig,
): number {
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  // Past the end the rate stays at its floor, where the cosine would climb again.
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return learningRate * (minRatio + (1 - minRatio) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
