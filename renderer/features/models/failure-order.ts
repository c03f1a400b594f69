/** The orders of the failures of an evaluation. */
import type { Failure } from '../../../electron/contract/contract';

export const failureOrders = ['wrongCells', 'brokenRules', 'haltProbability', 'row'] as const;
export type FailureOrder = (typeof failureOrders)[number];

/** The highest first, by row the first; equal ones keep their order. */
export function sortFailures(failures: readonly Failure[], order: FailureOrder): Failure[] {
  const valueOf = (failure: Failure) => failure[order] ?? 0;
  const sign = order === 'row' ? 1 : -1;
  return [...failures].sort((one, other) => sign * (valueOf(one) - valueOf(other)));
}
