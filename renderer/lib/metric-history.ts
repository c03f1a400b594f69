/** The metrics of a run in the window: thinned steps with every spike, means of thinned steps, and exponential smoothing. */
import type { MeanMetrics, StepMetrics } from '../../electron/contract/contract';
import { downsample, meanMetric } from '../../electron/contract/statistics';

/** At most `points` of the steps, with every spike of the loss and of the gradient norm. */
export function downsampleSteps(steps: readonly StepMetrics[], points: number): StepMetrics[] {
  return downsample(steps, points, [({ lmLoss }) => lmLoss, ({ gradientNorm }) => gradientNorm]);
}

/** The steps that no mean covers yet. */
export function afterMeans(steps: readonly StepMetrics[], means: readonly MeanMetrics[]): readonly StepMetrics[] {
  const last = means.at(-1)?.step;
  return last === undefined ? steps : steps.slice(firstBeyond(steps, (each) => each.step, last));
}

/** The means so far and those of the steps after them, merged to at most `points`. */
export function thinMeans(
  { steps, means }: { readonly steps: readonly StepMetrics[]; readonly means: readonly MeanMetrics[] },
  points: number,
): MeanMetrics[] {
  const all = [...means, ...afterMeans(steps, means)];
  const size = Math.ceil(all.length / points);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) =>
    average(all, group * size, Math.min(all.length, (group + 1) * size)),
  );
}

/** A step is the mean of one. */
const countOf = (item: StepMetrics | MeanMetrics): number => ('count' in item ? item.count : 1);

/** Weight of the metrics over halted examples. */
export const haltedOf = (item: StepMetrics | MeanMetrics): number =>
  item.halted ?? (item.accuracy === null ? 0 : countOf(item));

function average(items: readonly (StepMetrics | MeanMetrics)[], from: number, to: number): MeanMetrics {
  const { step, seconds, samples } = items[to - 1]!;
  const meanOf = (key: Parameters<typeof meanMetric>[1]['key']) => meanMetric(items, { from, to, key });
  let [count, halted] = [0, 0];
  for (let index = from; index < to; index++) {
    count += countOf(items[index]!);
    halted += haltedOf(items[index]!);
  }
  return {
    step,
    seconds,
    samples,
    count,
    halted,
    lmLoss: meanOf('lmLoss') ?? NaN,
    qHaltLoss: meanOf('qHaltLoss') ?? NaN,
    learningRate: meanOf('learningRate') ?? NaN,
    accuracy: meanOf('accuracy'),
    exactAccuracy: meanOf('exactAccuracy'),
    steps: meanOf('steps'),
    gradientNorm: meanOf('gradientNorm'),
  };
}

/** Index of the first item whose value is above `limit`; values ascend. */
export function firstBeyond<Item>(items: readonly Item[], valueOf: (item: Item) => number, limit: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueOf(items[middle]!) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Exponential smoothing of values at irregularly spaced steps with a time constant in steps: a value loses 63 % of
 * its weight after `span` further steps. Missing values stay null. The start is unbiased: it does not tend towards 0.
 * Runs at every frame over ten thousand items, so it allocates only the result.
 * @param weightOf weight of the value of an item; 1 by default
 */
export function smoothed<Item extends { readonly step: number }>(
  items: readonly Item[],
  read: (items: readonly Item[], index: number) => number | null,
  span: number,
  weightOf: (item: Item) => number = () => 1,
): (number | null)[] {
  const result = new Array<number | null>(items.length);
  let [sum, weight, last] = [0, 0, 0];
  // Most steps have the same distance.
  let [distance, decay] = [0, 1];
  for (let index = 0; index < items.length; index++) {
    const value = read(items, index);
    if (value === null || !Number.isFinite(value)) {
      result[index] = null;
      continue;
    }
    const item = items[index]!;
    const { step } = item;
    const own = weightOf(item);
    if (step - last !== distance) [distance, decay] = [step - last, Math.exp(-(step - last) / span)];
    sum = sum * decay + value * own;
    weight = weight * decay + own;
    last = step;
    result[index] = weight > 0 ? sum / weight : null;
  }
  return result;
}
