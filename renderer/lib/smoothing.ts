/**
 * Exponential smoothing over irregularly spaced steps, for the line drawn above the raw one.
 */

/**
 * Smooths `values` over `steps` with the given time constant (in steps): a value loses 63 % of its weight
 * after `span` further steps. A missing value (null) stays missing: the line goes straight over it. The start is unbiased: the average is over what was seen, not towards 0.
 */
export function smooth(steps: readonly number[], values: readonly (number | null)[], span: number): (number | null)[] {
  return smoothed(
    steps.map((step) => ({ step })),
    (_, index) => values[index]!,
    span,
  );
}

/** The same of anything that stands at a step. Drawn at every frame of ten thousand items: no more is made than the answer. */
export function smoothed<Item extends { readonly step: number }>(
  items: readonly Item[],
  read: (items: readonly Item[], index: number) => number | null,
  span: number,
): (number | null)[] {
  const answer = new Array<number | null>(items.length);
  let [sum, weight, last] = [0, 0, 0];
  // Most steps follow one another at the same distance.
  let [distance, kept] = [0, 1];
  for (let index = 0; index < items.length; index++) {
    const value = read(items, index);
    if (value === null || !Number.isFinite(value)) {
      answer[index] = null;
      continue;
    }
    const { step } = items[index]!;
    if (step - last !== distance) [distance, kept] = [step - last, Math.exp(-(step - last) / span)];
    sum = sum * kept + value;
    weight = weight * kept + 1;
    last = step;
    answer[index] = sum / weight;
  }
  return answer;
}
