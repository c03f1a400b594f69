/**
 * The first update of AdamATan2 and AdamW moves every weight by the same amount, up or down: only the sign of its gradient
 * matters. Where the recorded gradient is smaller than its noise, rounding decides that sign, and one changed weight
 * affects the whole next step. For these weights the recorded gradient is used.
 */
import { weightLayout } from '../../models/family/weights';
import { emaRateAt, learningRateAt, optimiserRates } from '../../models/optim/optimiser';
import type { LearnerState } from '../../models/train/learner';
import type { OracleCase } from './case';
import { NOISE_FACTOR } from './closeness';

/** PyTorch's defaults. */
const ADAMW_EPSILON = 1e-8;
const NORM_EPSILON = 1e-6;

/** Returns `after`, the state after the first update from `before`, with recorded gradients where the sign is undetermined. */
export function resolveUndeterminedSigns(oracle: OracleCase, before: LearnerState, after: LearnerState): LearnerState {
  const { optimiser, schedule, ema } = oracle.learning();
  const scale = clippingFactor(oracle);
  const at = optimiserRates(optimiser, { learningRate: learningRateAt(1, schedule), t: 1 });
  const resolved = {
    ...after,
    params: after.params.slice(),
    m: after.m.slice(),
    v: after.v.slice(),
    ema: after.ema.slice(),
  };
  for (const [i, recorded] of undetermined(oracle)) {
    const gradient = scale * recorded;
    resolved.m[i] = (1 - optimiser.beta1) * gradient;
    resolved.v[i] = (1 - optimiser.beta2) * gradient ** 2;
    const root = Math.sqrt(resolved.v[i]) * at.rootCorrection;
    const direction =
      optimiser.name === 'adamW' ? resolved.m[i] / (root + ADAMW_EPSILON) : Math.atan2(resolved.m[i], root);
    resolved.params[i] = before.params[i]! * at.decay - at.stepSize * direction;
    resolved.ema[i] = updateEma(before.params[i]!, resolved.params[i], ema && emaRateAt(1, ema));
  }
  return resolved;
}

/** What clipping multiplies the first gradient by. */
function clippingFactor(oracle: OracleCase): number {
  const { maxGradientNorm } = oracle.learning().optimiser;
  return maxGradientNorm
    ? Math.min(1, maxGradientNorm / (oracle.results.train_steps[0].gradient_norm + NORM_EPSILON))
    : 1;
}

const updateEma = (before: number, now: number, rate: number | null): number =>
  rate === null ? now : rate * before + (1 - rate) * now;

/** Yields the positions in the flat vector whose recorded gradient is within its noise, with that gradient. */
function* undetermined(oracle: OracleCase): Generator<[position: number, gradient: number]> {
  const layout = weightLayout(oracle.config);
  const recorded = oracle.tensors('grads_step1');
  for (const { name } of layout.specs) {
    const { offset } = layout.find(name);
    const limit = NOISE_FACTOR * oracle.gradientNoise(name);
    for (const [i, gradient] of recorded.floats(name).entries())
      if (Math.abs(gradient) <= limit) yield [offset + i, gradient];
  }
}
