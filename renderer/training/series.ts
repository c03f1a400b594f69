/** The columns the two charts draw, from what the dashboard knows. */
import type { Evaluation, StepMetrics } from '../../electron/contract';
import type { Dashboard } from './dashboard';
import { smooth, smoothingSpan } from './smoothing';

/** x first, then one column for each line; null or undefined where a line has no point. */
export type Columns = [number[], ...(number | null | undefined)[][]];

/** Steps, loss as measured, loss smoothed. */
export function lossColumns({ steps }: Dashboard): Columns {
  const x = steps.map(({ step }) => step);
  const raw = steps.map(({ lmLoss }) => (Number.isFinite(lmLoss) ? lmLoss : null));
  return [x, raw, smooth(x, raw, smoothingSpan(x.at(-1) ?? 0))];
}

/** Steps, exact accuracy in training as measured and smoothed, and on held-out puzzles; all in percent. */
export function accuracyColumns({ steps, evaluations }: Dashboard): Columns {
  const trained = new Map(steps.map((metrics) => [metrics.step, metrics]));
  const heldOut = new Map(evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const x = [...new Set([...trained.keys(), ...heldOut.keys()])].sort((one, other) => one - other);
  const raw = x.map((step) => inPercent(trained.get(step)));
  return [x, raw, smooth(x, raw, smoothingSpan(x.at(-1) ?? 0)), x.map((step) => inPercent(heldOut.get(step)))];
}

function inPercent(measured: StepMetrics | Evaluation | undefined): number | null {
  return measured?.exactAccuracy == null ? null : measured.exactAccuracy * 100;
}

/** Mean supervision steps at halting over the last part of the run that is smoothed over; null before any. */
export function meanHalting(steps: readonly StepMetrics[]): number | null {
  const x = steps.map(({ step }) => step);
  return lastOf(smooth(x, steps.map((metrics) => metrics.steps), smoothingSpan(x.at(-1) ?? 0)));
}

/** The last value a line has, e.g. the loss now, smoothed as drawn; up to a given column where one is pointed at. */
export function lastOf(column: readonly (number | null | undefined)[] | undefined, upTo: number | null = null): number | null {
  const seen = upTo === null ? column : column?.slice(0, upTo + 1);
  return seen?.filter((value) => value != null).at(-1) ?? null;
}
