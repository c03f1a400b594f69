/**
 * Updates of weights from gradients: AdamATan2 and AdamW as pure updates of flat vectors in the graph of the train step;
 * the learning rate schedule; the exponential moving average (EMA) of the weights; and SignSGD for the table of puzzle
 * embeddings, where only the rows of the batch change.
 */
import { z } from 'zod';
import { add, atan, div, min, mul, sqrt, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';

const number = z.number();
const steps = z
  .int()
  .min(0)
  .max(2 ** 31);

export const optimiserSchema = z.object({
  name: z.enum(['adamAtan2', 'adamW']),
  beta1: number,
  beta2: number,
  weightDecay: number,
  /** Gradients with a larger norm are scaled down to it, see `clipGradient`; none when absent. */
  maxGradientNorm: number.positive().exactOptional(),
});

/** What an optimiser continues with: flat vectors of the length of the weights. */
export interface OptimiserState {
  /** The weights that the optimiser trains: those of the model, unless these are averages (EMA). */
  readonly params: Float32Array;
  /** First and second moments. */
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** Number of its updates so far. */
  readonly step: number;
}

/** Linear warm-up, then a cosine down to `minRatio` of `learningRate`. */
export const scheduleSchema = z.object({
  learningRate: number,
  warmupSteps: steps,
  totalSteps: steps,
  minRatio: number,
});

/** `warmup` raises the rate from 0.1 towards `rate`, so that the first thousand steps do not lag behind. */
export const emaSchema = z.object({ rate: number, warmup: z.boolean() });

export type OptimiserConfig = Readonly<z.infer<typeof optimiserSchema>>;
export type ScheduleConfig = Readonly<z.infer<typeof scheduleSchema>>;
type EmaConfig = Readonly<z.infer<typeof emaSchema>>;

/** Learning rate of a step, counted from 1. Step `warmupSteps` is the first of the cosine, at its top. */
export function learningRateAt(
  step: number,
  { learningRate, warmupSteps, totalSteps, minRatio }: ScheduleConfig,
): number {
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  // Past the end the rate stays at its floor, where the cosine would climb again.
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return learningRate * (minRatio + (1 - minRatio) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/** Rate of the average at update t (from 1): min(rate, (1 + t) / (10 + t)) while warming up. */
export const emaRateAt = (t: number, { rate, warmup }: EmaConfig): number =>
  warmup ? Math.min(rate, (1 + t) / (10 + t)) : rate;

/** rate·ema + (1 − rate)·params. */
export const emaUpdate = (ema: Tensor, params: Tensor, rate: Tensor): Tensor =>
  add(params, mul(sub(ema, params), rate));

/** Flat vectors of equal length: weights, first and second moment. */
interface Moments {
  readonly params: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

/** Scalars that change from step to step, computed outside of the graph in double precision. */
interface Rates {
  /** 1 − lr·weightDecay */
  readonly decay: Tensor;
  /** lr / (1 − β1^t) */
  readonly stepSize: Tensor;
  /** 1 / √(1 − β2^t) */
  readonly rootCorrection: Tensor;
}

/** The values of `Rates` for the t-th update (t counts from 1). */
export function optimiserRates(
  config: OptimiserConfig,
  { learningRate, t }: { readonly learningRate: number; readonly t: number },
): Record<keyof Rates, number> {
  return {
    decay: 1 - learningRate * config.weightDecay,
    stepSize: learningRate / (1 - config.beta1 ** t),
    rootCorrection: 1 / Math.sqrt(1 - config.beta2 ** t),
  };
}

/** Smallest divisor: avoids 0/0 where a weight never had a gradient, and is far below any √v̂. */
const TINY = 1e-30;
const ADAMW_EPSILON = 1e-8;

/** As in PyTorch's `clip_grad_norm_`. */
const NORM_EPSILON = 1e-6;

/** The gradient scaled down to `maxNorm` where it is longer, as by PyTorch's `clip_grad_norm_`. @param squaredNorm [1] */
export function clipGradient(gradient: Tensor, squaredNorm: Tensor, maxNorm: number): Tensor {
  const limit = gradient.graph.constant(Float32Array.of(maxNorm), [1]);
  return mul(gradient, min(div(limit, add(sqrt(squaredNorm), NORM_EPSILON)), 1));
}

/** One update from the flat gradient. */
export function optimiserUpdate(
  config: OptimiserConfig,
  { params, m, v }: Moments,
  gradient: Tensor,
  at: Rates,
): Moments {
  const nextM = add(m, mul(sub(gradient, m), 1 - config.beta1));
  const nextV = add(v, mul(sub(mul(gradient, gradient), v), 1 - config.beta2));
  const root = mul(sqrt(nextV), at.rootCorrection);
  const direction = config.name === 'adamAtan2' ? atan2(nextM, root) : div(nextM, add(root, ADAMW_EPSILON));
  return { params: sub(mul(params, at.decay), mul(direction, at.stepSize)), m: nextM, v: nextV };
}

/**
 * atan2(m, root) for root ≥ 0, where it equals atan(m / root): ONNX has no Atan2. The bias correction of the
 * first moment is applied outside, as in the published adam-atan2 package (arXiv 2407.05872).
 */
const atan2 = (m: Tensor, root: Tensor): Tensor => atan(div(m, add(root, TINY)));

/** `learningRate`: the base rate; it follows the same schedule as the rate of the weights. */
export const signSgdSchema = z.object({ learningRate: z.number(), weightDecay: z.number() });
export type SignSgdConfig = Readonly<z.infer<typeof signSgdSchema>>;

interface PuzzleRows {
  /** Row of the table for each example, [B]; the same row may occur several times. */
  readonly identifiers: Int32Array;
  /** [B, ndim] */
  readonly gradient: Float32Array;
}

/**
 * The table after one update: row ← row·(1 − lr·wd) − lr·sign(Σ gradient), sign(0) = 0; the given table is not changed.
 * Every operation is rounded to float32 where PyTorch's `p.mul_(1 - lr * wd).add_(sign, alpha=-lr)` rounds it:
 * both factors, the product, and the sum.
 */
export function signSgd(
  table: Float32Array,
  { identifiers, gradient }: PuzzleRows,
  { learningRate, weightDecay }: SignSgdConfig,
): Float32Array {
  const next = table.slice();
  const width = gradient.length / identifiers.length;
  const [decay, step] = [Math.fround(1 - learningRate * weightDecay), Math.fround(learningRate)];
  for (const [identifier, sum] of sumByIdentifier(identifiers, gradient, width)) {
    const row = next.subarray(identifier * width, (identifier + 1) * width);
    sum.forEach((slope, i) => (row[i] = Math.fround(row[i]! * decay) - step * Math.sign(slope)));
  }
  return next;
}

/** Gradients of equal identifiers added up in float32, in the order of the batch. */
function sumByIdentifier(identifiers: Int32Array, gradient: Float32Array, width: number): Map<number, Float32Array> {
  const sums = new Map<number, Float32Array>();
  identifiers.forEach((identifier, example) => {
    const sum = sums.get(identifier) ?? new Float32Array(width);
    for (let i = 0; i < width; i++) sum[i]! += gradient[example * width + i]!;
    sums.set(identifier, sum);
  });
  return sums;
}
