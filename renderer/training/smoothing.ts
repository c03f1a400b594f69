/**
 * Exponential smoothing over irregularly spaced steps, for the line drawn above the raw one.
 */

/**
 * Smooths `values` over `steps` with the given time constant (in steps): a value loses 63 % of its weight
 * after `span` further steps. A missing value (null) stays missing: the line goes straight over it. The start is unbiased: the average is over what was seen, not towards 0.
 */
export function smooth(steps: readonly number[], values: readonly (number | null)[], span: number): (number | null)[] {
  let [sum, weight] = [0, 0];
  let last: number | undefined;
  return values.map((value, index) => {
    const step = steps[index] ?? 0;
    const kept = last === undefined ? 1 : Math.exp(-(step - last) / span);
    if (value === null || !Number.isFinite(value)) return null;
    sum = sum * kept + value;
    weight = weight * kept + 1;
    last = step;
    return sum / weight;
  });
}
