/** Downsampling of curves and means of metrics, for responses of compute and for charts. */
import type { StepMetrics } from '../../models/train/metrics';

/**
 * Selects at most `points` items, in order: the first, the last, and from equal intervals those with the minimum and
 * the maximum of each value, so that the curve keeps every spike.
 * @param values functions that return a value of an item, null or NaN if it has none
 */
export function downsample<Item>(
  items: readonly Item[],
  points: number,
  values: readonly ((item: Item) => number | null)[],
): Item[] {
  if (items.length <= points) return [...items];
  const intervals = Math.max(1, Math.floor((points - 2) / (2 * values.length)));
  const selected = new Set([0, items.length - 1]);
  for (let interval = 0; interval < intervals; interval++) {
    const from = Math.floor((interval * items.length) / intervals);
    const to = Math.floor(((interval + 1) * items.length) / intervals);
    for (const value of values) for (const index of extremes(from, to, (at) => value(items[at]!))) selected.add(index);
  }
  return [...selected].sort((a, b) => a - b).map((index) => items[index]!);
}

/** Indices of the minimum and the maximum in from..to (exclusive), in order; none where there are no values. */
export function extremes(from: number, to: number, valueAt: (index: number) => number | null): number[] {
  let [minIndex, maxIndex] = [-1, -1];
  let [min, max] = [Infinity, -Infinity];
  for (let index = from; index < to; index++) {
    const value = valueAt(index);
    if (value === null) continue;
    if (value < min) [min, minIndex] = [value, index];
    if (value > max) [max, maxIndex] = [value, index];
  }
  if (minIndex < 0 || maxIndex < 0) return [Math.max(minIndex, maxIndex)].filter((index) => index >= 0);
  if (minIndex === maxIndex) return [minIndex];
  return minIndex < maxIndex ? [minIndex, maxIndex] : [maxIndex, minIndex];
}

/** Metrics of which means over several steps are shown. */
export const averagedMetrics = [
  'lmLoss',
  'qHaltLoss',
  'accuracy',
  'exactAccuracy',
  'steps',
  'learningRate',
  'gradientNorm',
] as const satisfies readonly (keyof StepMetrics)[];

/** Those of them that are means over the examples that halted: steps in which more halt have more weight. */
export const haltedMetrics: readonly (typeof averagedMetrics)[number][] = ['accuracy', 'exactAccuracy', 'steps'];

/** Unvalidated steps, and means of several steps with their `count`. */
type MetricItem = Readonly<Partial<Record<keyof StepMetrics | 'count', unknown>>>;

/** Weight of a step, or of a mean, in a mean of a metric: without a record of halted examples every step counts alike. */
function weightOf({ count = 1, halted }: MetricItem, key: (typeof averagedMetrics)[number]): unknown {
  return haltedMetrics.includes(key) ? (halted ?? count) : count;
}

/** Mean of a metric over the items from..to (exclusive), weighted by the steps or examples behind each; null if none has a value. */
export function meanMetric(
  items: readonly MetricItem[],
  { from, to, key }: { readonly from: number; readonly to: number; readonly key: (typeof averagedMetrics)[number] },
): number | null {
  let [sum, total] = [0, 0];
  for (let index = from; index < to; index++) {
    const item = items[index]!;
    const [value, weight] = [item[key], weightOf(item, key)];
    if (typeof value !== 'number' || typeof weight !== 'number') continue;
    sum += value * weight;
    total += weight;
  }
  return total > 0 ? sum / total : null;
}

/** The middle value; of an even number of values the larger of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
