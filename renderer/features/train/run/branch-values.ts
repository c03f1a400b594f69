/** The values of the form that resumes or branches a run from a checkpoint: validation and limits. */
import type { Run, StepMetrics } from '../../../../electron/contract/contract';
import { t } from '../../../messages/language.svelte';
import { firstBeyond } from '../../../lib/metric-history';

/** Null and empty fields keep the values of the run. */
export interface BranchValues {
  readonly step: number;
  readonly name: string;
  /** Seconds to train beyond the checkpoint. */
  readonly moreSeconds: number | null;
  /** The step at which it ends at the latest. */
  readonly maxSteps: number | null;
  readonly learningRate: number | null;
}

/** Training time of a checkpoint in seconds, from the nearest known step before it. */
export function checkpointSeconds(step: number, steps: readonly StepMetrics[]): number {
  const before = steps[firstBeyond(steps, (each) => each.step, step) - 1];
  return before?.seconds ?? 0;
}

/** Why the values are invalid; null if they are valid. */
export function branchProblem(
  { step, moreSeconds, maxSteps, learningRate }: BranchValues,
  run: Pick<Run, 'maxSteps'>,
): string | null {
  if (moreSeconds === null || !(moreSeconds >= 1)) return t('train.branch.timeError');
  const last = maxSteps ?? run.maxSteps;
  if (!Number.isInteger(last) || last <= step) return t('train.branch.maxStepsError', { step });
  return learningRate !== null && !(learningRate > 0 && learningRate <= 1e6)
    ? t('train.setup.learningRateError')
    : null;
}

/** Limits count from the beginning of the run, as its clock does. */
export function branchLimits(
  { step, moreSeconds, maxSteps }: BranchValues,
  steps: readonly StepMetrics[],
): { readonly maxSeconds: number; readonly maxSteps?: number } {
  return { maxSeconds: checkpointSeconds(step, steps) + (moreSeconds ?? 0), ...(maxSteps !== null && { maxSteps }) };
}
