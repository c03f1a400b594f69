/** Time until an experiment ends, from the trials that have ended. */
import type { ExperimentRecord } from '../../contract/experiments';
import { listTrials, type TrialProgress } from './run-experiment';

/** Below this share of the first trial an estimate would be a guess. */
const MIN_SHARE = 0.05;

/**
 * Each trial that is left takes as long as those of its condition did on average, or else as all of them did.
 * @param elapsed seconds of the current trial
 * @returns seconds; null before there is anything to estimate from
 */
export function estimateSecondsLeft(
  { experiment, results }: ExperimentRecord,
  { condition, seed, share }: Pick<TrialProgress, 'condition' | 'seed' | 'share'>,
  elapsed: number,
): number | null {
  const isCurrent = (trial: { readonly condition: { readonly id: string }; readonly seed: number }) =>
    trial.condition.id === condition.id && trial.seed === seed;
  const left = listTrials(experiment).filter(
    (trial) =>
      !isCurrent(trial) && !results.some((done) => done.condition === trial.condition.id && done.seed === trial.seed),
  );
  const ofCurrent = share >= MIN_SHARE ? elapsed / share : null;
  const average = mean(results.map(({ seconds }) => seconds)) ?? ofCurrent;
  if (average === null) return null;
  const expected = (id: string): number =>
    mean(results.filter((done) => done.condition === id).map(({ seconds }) => seconds)) ??
    (id === condition.id && ofCurrent !== null ? ofCurrent : average);
  const restOfCurrent = Math.max(0, (ofCurrent ?? expected(condition.id)) - elapsed);
  return left.reduce((sum, trial) => sum + expected(trial.condition.id), restOfCurrent);
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
