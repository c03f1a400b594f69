/** Fewer points for the same curve: every spike is kept, and beside them means that no spike bends. */
import type { Output, StepMetrics } from '../../electron/contract/contract';

export type MeanMetrics = Output<'readMetrics'>['means'][number];

/** Those with the least and the greatest of these are kept of every stretch. */
const watched = ['lmLoss', 'gradientNorm'] as const;
type Averaged = 'lmLoss' | 'qHaltLoss' | 'accuracy' | 'exactAccuracy' | 'steps' | 'learningRate' | 'gradientNorm';

/** At most `points` of the steps, first and last included. */
export function thinned(steps: readonly StepMetrics[], points: number): StepMetrics[] {
  if (steps.length <= points) return [...steps];
  const stretches = Math.floor((points - 2) / (2 * watched.length));
  const kept = new Set([0, steps.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const [from, to] = [stretch, stretch + 1].map((edge) => Math.floor((edge * steps.length) / stretches));
    for (const key of watched) for (const index of extremes(from!, to!, (at) => steps[at]![key])) kept.add(index);
  }
  return [...kept].sort((one, other) => one - other).map((index) => steps[index]!);
}

/** Where the least and the greatest value of a stretch stand, in order; none where nothing was measured. */
export function extremes(from: number, to: number, valueAt: (index: number) => number | null): number[] {
  let [least, greatest] = [-1, -1];
  let [low, high] = [Infinity, -Infinity];
  for (let index = from; index < to; index++) {
    const value = valueAt(index);
    if (value === null) continue;
    if (value < low) [low, least] = [value, index];
    if (value > high) [high, greatest] = [value, index];
  }
  if (least < 0) return [];
  if (least === greatest) return [least];
  return least < greatest ? [least, greatest] : [greatest, least];
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
  const of = (key: Averaged) => weighted(items, { from, to, key });
  let count = 0;
  for (let index = from; index < to; index++) count += countOf(items[index]!);
  return {
    step,
    seconds,
    count,
    lmLoss: of('lmLoss') ?? NaN,
    qHaltLoss: of('qHaltLoss') ?? NaN,
    learningRate: of('learningRate') ?? NaN,
    accuracy: of('accuracy'),
    exactAccuracy: of('exactAccuracy'),
    steps: of('steps'),
    gradientNorm: of('gradientNorm'),
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
