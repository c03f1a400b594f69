/** The two optimisers as pure updates of flat vectors, written into the train step's graph. */
import { add, atan, div, mul, sqrt, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';

export interface OptimiserConfig {
  readonly name: 'adamAtan2' | 'adamW';
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
}

/** Flat vectors of equal length: weights, first and second moment. */
export interface Moments {
  readonly params: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

/** What changes from step to step, computed outside in double precision. Scalars. */
export interface Rates {
  /** 1 − lr·weightDecay */
  readonly decay: Tensor;
  /** lr / (1 − β1^t) */
  readonly stepSize: Tensor;
  /** 1 / √(1 − β2^t) */
  readonly rootCorrection: Tensor;
}

/** The values behind `Rates` for the t-th update (t counts from 1). */
export function rates(
  config: OptimiserConfig,
  { learningRate, t }: { readonly learningRate: number; readonly t: number },
): Record<keyof Rates, number> {
  return {
    decay: 1 - learningRate * config.weightDecay,
    stepSize: learningRate / (1 - config.beta1 ** t),
    rootCorrection: 1 / Math.sqrt(1 - config.beta2 ** t),
  };
}

/** Smallest divisor: keeps 0/0 out where a weight never had a gradient, and is far below any √v̂. */
const TINY = 1e-30;
const ADAMW_EPSILON = 1e-8;

/** One update from the flat gradient. */
export function update(config: OptimiserConfig, { params, m, v }: Moments, gradient: Tensor, at: Rates): Moments {
  const nextM = add(m, mul(sub(gradient, m), 1 - config.beta1));
  const nextV = add(v, mul(sub(mul(gradient, gradient), v), 1 - config.beta2));
  const root = mul(sqrt(nextV), at.rootCorrection);
  const direction = config.name === 'adamAtan2' ? atan2(nextM, root) : div(nextM, add(root, ADAMW_EPSILON));
  return { params: sub(mul(params, at.decay), mul(direction, at.stepSize)), m: nextM, v: nextV };
}

/**
 * atan2(m, root) for root ≥ 0, where it is atan(m / root): ONNX has no Atan2. The correction of the
 * first moment stands outside, as in the published adam-atan2 package (arXiv 2407.05872).
 */
const atan2 = (m: Tensor, root: Tensor): Tensor => atan(div(m, add(root, TINY)));
