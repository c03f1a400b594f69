/** The halting rule: after each supervision step, whether an example stops (adaptive computation time, ACT). */
import type { ModelConfig } from '../family/config';

type HaltingConfig = Pick<ModelConfig, 'haltMaxSteps' | 'haltExplorationProb' | 'haltExploration' | 'noActContinue'>;

/** The draws of a step, made for every example at every step, whether used or not. */
export interface HaltingDraws {
  /** For the exploration rule: uniform in [0, 1), [B]. */
  readonly uniform: Float32Array;
  /** For the exploration rule: uniform in 2..haltMaxSteps, [B]. */
  readonly minHaltSteps: Int32Array;
  /** 1 where a new example starts from the last state of the one before it, [B]; absent where none does. */
  readonly startsFromPrevious?: Uint8Array;
}

export interface RandomSource {
  uniform(): number;
  integer(from: number, to: number): number;
}

interface DrawOptions extends Pick<HaltingConfig, 'haltMaxSteps'> {
  /** Share of the new examples, see `TrainingConfig`. */
  readonly startFromPrevious?: number;
}

/** First all uniforms, then all integers, as the reference draws them; then the starts, if any can be from a previous state. */
export function drawHalting(
  random: RandomSource,
  batch: number,
  { haltMaxSteps, startFromPrevious = 0 }: DrawOptions,
): HaltingDraws {
  const uniform = Float32Array.from({ length: batch }, () => random.uniform());
  const minHaltSteps = Int32Array.from({ length: batch }, () => random.integer(2, Math.max(2, haltMaxSteps)));
  if (startFromPrevious === 0) return { uniform, minHaltSteps };
  const startsFromPrevious = Uint8Array.from({ length: batch }, () => +(random.uniform() < startFromPrevious));
  return { uniform, minHaltSteps, startsFromPrevious };
}

/**
 * Smallest number of supervision steps of each example, [B]; 0 where it does not explore. Drawn at every step as in the reference, or once for
 * each example: a draw at every step lets hardly any solved example stay long, since the smallest of several draws decides.
 */
export function minimumSteps(
  previous: { readonly minSteps: Int32Array; readonly halted: Uint8Array },
  draws: HaltingDraws,
  { haltExplorationProb, haltExploration }: Pick<HaltingConfig, 'haltExplorationProb' | 'haltExploration'>,
): Int32Array {
  const drawn = (i: number) => (draws.uniform[i]! < haltExplorationProb ? draws.minHaltSteps[i]! : 0);
  const keeps = (i: number) => haltExploration === 'perExample' && !previous.halted[i];
  return previous.minSteps.map((minimum, i) => (keeps(i) ? minimum : drawn(i)));
}

interface HaltingState {
  /** Supervision steps of each example, this one included, [B]. */
  readonly steps: Int32Array;
  /** See `minimumSteps`, [B]. */
  readonly minSteps: Int32Array;
  /** Halting logits after this step, [B]. */
  readonly qHalt: Float32Array;
  readonly qContinue: Float32Array;
}

/** 1 where an example halts after this step. In training the halting head can stop it early, unless exploration forbids it. */
export function haltInTraining(
  { steps, minSteps, qHalt, qContinue }: HaltingState,
  { haltMaxSteps, noActContinue }: Pick<HaltingConfig, 'haltMaxSteps' | 'noActContinue'>,
): Uint8Array {
  return Uint8Array.from(steps, (step, i) => {
    if (step >= haltMaxSteps) return 1;
    const threshold = noActContinue ? 0 : qContinue[i]!;
    return +(haltMaxSteps > 1 && qHalt[i]! > threshold && step >= minSteps[i]!);
  });
}
