/** Wilson's score interval for a share: honest near 0 and 1, where the usual ± is not. */

/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/** 95 % interval of `successes` out of `count`; [0, 1] when nothing was counted. */
export function wilsonInterval(successes: number, count: number): [number, number] {
  if (count === 0) return [0, 1];
  const share = successes / count;
  const spread = Z * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  const scale = 1 / (1 + (Z * Z) / count);
  const centre = share + (Z * Z) / (2 * count);
  return [Math.max(0, scale * (centre - spread)), Math.min(1, scale * (centre + spread))];
}
