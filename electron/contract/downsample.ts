/** Fewer points for the same curve, for compute's answers and the window's charts. */

/**
 * At most `points` of the items, in order: the first, the last, and of equal stretches between them those with the
 * minimum and the maximum of each value, so that a curve through them has every spike of the curve through all.
 * @param values to be kept; null or NaN where an item has none
 */
export function downsample<Item>(
  items: readonly Item[],
  points: number,
  values: readonly ((item: Item) => number | null)[],
): Item[] {
  if (items.length <= points) return [...items];
  const stretches = Math.max(1, Math.floor((points - 2) / (2 * values.length)));
  const kept = new Set([0, items.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * items.length) / stretches);
    const to = Math.floor(((stretch + 1) * items.length) / stretches);
    for (const value of values) for (const index of extremes(from, to, (at) => value(items[at]!))) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map((index) => items[index]!);
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
