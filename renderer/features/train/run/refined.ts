/** A run of which one stretch is known more closely than the rest. */
import type { Output, StepMetrics } from '../../../../electron/contract/contract';
import type { Range } from '../charts/axis';
import type { Dashboard } from './dashboard';
import type { MeanMetrics } from '../../../lib/downsample';

/** Steps `from`–`to`, asked for by themselves. */
export interface Detail extends Range {
  readonly steps: readonly StepMetrics[];
  readonly means: readonly MeanMetrics[];
}

export function detailOf(
  { steps, means }: Pick<Output<'readMetrics'>, 'steps' | 'means'>,
  { from, to }: Range,
): Detail {
  return { from, to, steps, means };
}

/** The stretch in the place of what was known of it. */
export function refined(dashboard: Dashboard, detail: Detail | null): Dashboard {
  const [first, last] = [detail?.steps[0]?.step, detail?.steps.at(-1)?.step];
  if (detail === null || first === undefined || last === undefined) return dashboard;
  const around = <Item extends { readonly step: number }>(items: readonly Item[], inside: readonly Item[]) => [
    ...items.filter(({ step }) => step < first),
    ...inside,
    ...items.filter(({ step }) => step > last),
  ];
  const means = detail.means.length > 0 ? detail.means : detail.steps.map((step) => ({ ...step, count: 1 }));
  return {
    ...dashboard,
    steps: around(dashboard.steps, detail.steps),
    means: dashboard.means.length > 0 ? around(dashboard.means, means) : dashboard.means,
  };
}

/** Whether more of a stretch is on the disk than is known. */
export function isCoarse({ steps, means }: Pick<Dashboard, 'steps' | 'means'>, { from, to }: Range): boolean {
  if (means.length === 0) return false;
  const known = steps.filter(({ step }) => step >= from && step <= to).length;
  return known < Math.floor(to) - Math.ceil(from) + 1;
}
