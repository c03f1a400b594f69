/**
 * The first update of AdamATan2 moves every weight by the same amount, up or down: only the sign of its gradient
 * counts. Where the recorded gradient is smaller than the noise recorded beside it, that sign is a toss of rounding,
 * and what one tossed weight changes is seen everywhere in the next step. There the recorded gradient is taken.
 */
import { weightLayout } from '../../models/family/weights';
import { learningRateAt, optimiserRates } from '../../models/optim/optimiser';
import type { TrainingConfig } from '../../models/train/run-config';
import type { LearnerState } from '../../models/train/learner';
import type { OracleCase } from './case';
import { NOISE_FACTOR } from './closeness';

/** `after` the first update from `before`, with the recorded gradient where its sign is undetermined. */
export function settleTosses(oracle: OracleCase, before: LearnerState, after: LearnerState): LearnerState {
  const { optimiser, schedule, ema } = oracle.learning();
  const at = optimiserRates(optimiser, { learningRate: learningRateAt(1, schedule), t: 1 });
  const settled = {
    ...after,
    params: after.params.slice(),
    m: after.m.slice(),
    v: after.v.slice(),
    ema: after.ema.slice(),
  };
  for (const [i, gradient] of tosses(oracle)) {
    settled.m[i] = (1 - optimiser.beta1) * gradient;
    settled.v[i] = (1 - optimiser.beta2) * gradient ** 2;
    const direction = Math.atan2(settled.m[i], Math.sqrt(settled.v[i]) * at.rootCorrection);
    settled.params[i] = before.params[i]! * at.decay - at.stepSize * direction;
    settled.ema[i] = averaged(before.params[i]!, settled.params[i], ema);
  }
  return settled;
}

const averaged = (before: number, now: number, ema: TrainingConfig['ema']): number =>
  ema ? ema.rate * before + (1 - ema.rate) * now : now;

/** Positions in the flat vector whose recorded gradient is within its noise, with that gradient. */
function* tosses(oracle: OracleCase): Generator<[position: number, gradient: number]> {
  const layout = weightLayout(oracle.config);
  const recorded = oracle.tensors('grads_step1');
  for (const { name } of layout.specs) {
    const { offset } = layout.find(name);
    const limit = NOISE_FACTOR * oracle.gradientNoise(name);
    for (const [i, gradient] of recorded.floats(name).entries())
      if (Math.abs(gradient) <= limit) yield [offset + i, gradient];
  }
}
