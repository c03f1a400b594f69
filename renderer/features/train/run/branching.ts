/** The form for resuming or branching a run: checkpoint and limits. */
import type { Run, StepMetrics } from '../../../../electron/contract/contract';
import { firstBeyond } from '../../../lib/metric-history';

/** Fields that are left empty are as the run has them. */
export interface BranchValues {
  readonly step: number;
  readonly name: string;
  /** Seconds to train beyond the checkpoint. */
  readonly moreSeconds: number | null;
  /** The step at which it ends at the latest. */
  readonly maxSteps: number | null;
  readonly learningRate: number | null;
}

/** Seconds of training that a checkpoint had taken, by the nearest step before it that is known. */
export function checkpointSeconds(step: number, steps: readonly StepMetrics[]): number {
  const before = steps[firstBeyond(steps, (each) => each.step, step) - 1];
  return before?.seconds ?? 0;
}

/** Why it cannot be; null where it can. */
export function branchProblem(
  { step, moreSeconds, maxSteps, learningRate }: BranchValues,
  run: Pick<Run, 'maxSteps'>,
): string | null {
  if (moreSeconds === null || !(moreSeconds >= 1)) return 'It must train for at least a second.';
  const last = maxSteps ?? run.maxSteps;
  if (!Number.isInteger(last) || last <= step)
    return `The last step must come after step ${step.toLocaleString('en-US')}.`;
  return learningRate !== null && !(learningRate > 0 && learningRate <= 1e6)
    ? 'The learning rate must be above 0.'
    : null;
}

/** Limits count from the beginning of the run, as its clock does. */
export function branchLimits(
  { step, moreSeconds, maxSteps }: BranchValues,
  steps: readonly StepMetrics[],
): { readonly maxSeconds: number; readonly maxSteps?: number } {
  return { maxSeconds: checkpointSeconds(step, steps) + (moreSeconds ?? 0), ...(maxSteps !== null && { maxSteps }) };
}
