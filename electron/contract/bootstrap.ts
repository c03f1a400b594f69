/** Percentile bootstrap of a mean (Efron 1979): its 95 % interval from means of values that are drawn again with replacement. */
import { Random } from '../../datasets/random';

const RESAMPLES = 10_000;
/** The same values have the same interval. */
const SEED = 0;

/**
 * Sound for about eight values and more: the mean of resampled values never leaves their range, so that the interval of a few is too narrow.
 * @throws RangeError without values
 */
export function bootstrapMean(values: readonly number[]): readonly [low: number, high: number] {
  if (values.length === 0) throw new RangeError('a bootstrap needs at least one value');
  const random = Random.seeded(SEED);
  const means = Float64Array.from({ length: RESAMPLES }, () => resampledMean(values, random)).sort();
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

function resampledMean(values: readonly number[], random: Random): number {
  let sum = 0;
  for (let draw = 0; draw < values.length; draw++) sum += values[random.integer(0, values.length - 1)]!;
  return sum / values.length;
}

/** Interpolated linearly between neighbours, as numpy does. */
function quantile(ascending: Float64Array, share: number): number {
  const position = share * (ascending.length - 1);
  const below = Math.floor(position);
  const [low, high] = [ascending[below]!, ascending[Math.ceil(position)]!];
  return low + (position - below) * (high - low);
}
