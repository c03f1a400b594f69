/** Exponential moving average of the weights. */
import { add, mul, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';

export interface EmaConfig {
  readonly rate: number;
  /** Raises the rate from 0.1 towards `rate`, so that the first thousand steps do not lag behind. */
  readonly warmup: boolean;
}

/** Rate at update t (from 1): min(rate, (1 + t) / (10 + t)) while warming up. */
export const emaRateAt = (t: number, { rate, warmup }: EmaConfig): number =>
  warmup ? Math.min(rate, (1 + t) / (10 + t)) : rate;

/** rate·ema + (1 − rate)·params, with `keep` = rate. */
export const emaUpdate = (ema: Tensor, params: Tensor, keep: Tensor): Tensor =>
  add(params, mul(sub(ema, params), keep));
