/** The metrics of a run that the window keeps: steps with every spike, and means for smoothing that no spike bends. */
import { downsample } from '../../electron/contract/downsample';
import type { Output, StepMetrics } from '../../electron/contract/contract';

export type MeanMetrics = Output<'readMetrics'>['means'][number];

type Averaged = 'lmLoss' | 'qHaltLoss' | 'accuracy' | 'exactAccuracy' | 'steps' | 'learningRate' | 'gradientNorm';

/** At most `points` of the steps, with every spike of the loss and of the gradient norm. */
export function downsampleSteps(steps: readonly StepMetrics[], points: number): StepMetrics[] {
  return downsample(steps, points, [({ lmLoss }) => lmLoss, ({ gradientNorm }) => gradientNorm]);
}

/** The steps that no mean covers yet. */
export function afterMeans(steps: readonly StepMetrics[], means: readonly MeanMetrics[]): readonly StepMetrics[] {
  const last = means.at(-1)?.step;
  return last === undefined ? steps : steps.slice(firstBeyond(steps, (each) => each.step, last));
}

/** The means so far and those of the steps after them, at most some `points` of them. */
export function meansOf(
  { steps, means }: { readonly steps: readonly StepMetrics[]; readonly means: readonly MeanMetrics[] },
  points: number,
): MeanMetrics[] {
  const all = [...means, ...afterMeans(steps, means)];
  const size = Math.ceil(all.length / points);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) =>
    mean(all, group * size, Math.min(all.length, (group + 1) * size)),
  );
}

/** A step is the mean of one. */
const countOf = (item: StepMetrics | MeanMetrics): number => ('count' in item ? item.count : 1);

function mean(items: readonly (StepMetrics | MeanMetrics)[], from: number, to: number): MeanMetrics {
  const { step, seconds } = items[to - 1]!;
  const meanOfKey = (key: Averaged) => weighted(items, { from, to, key });
  let count = 0;
  for (let index = from; index < to; index++) count += countOf(items[index]!);
  return {
    step,
    seconds,
    count,
    lmLoss: meanOfKey('lmLoss') ?? NaN,
    qHaltLoss: meanOfKey('qHaltLoss') ?? NaN,
    learningRate: meanOfKey('learningRate') ?? NaN,
    accuracy: meanOfKey('accuracy'),
    exactAccuracy: meanOfKey('exactAccuracy'),
    steps: meanOfKey('steps'),
    gradientNorm: meanOfKey('gradientNorm'),
  };
}

function weighted(
  items: readonly (StepMetrics | MeanMetrics)[],
  { from, to, key }: { readonly from: number; readonly to: number; readonly key: Averaged },
): number | null {
  let [sum, count] = [0, 0];
  for (let index = from; index < to; index++) {
    const value = items[index]![key];
    if (value === null) continue;
    sum += value * countOf(items[index]!);
    count += countOf(items[index]!);
  }
  return count === 0 ? null : sum / count;
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
