/** How far a run gets and when it ends, from what its steps and looks take. */
import type { RunConfig } from '../../../models/train/run-config';

/** Seconds, above 0. */
export interface Pace {
  readonly stepSeconds: number;
  readonly lookSeconds: number;
}

export interface Forecast {
  readonly steps: number;
  readonly looks: number;
  /** Of training, looks included, at most what the run was given; the last evaluation comes after. */
  readonly seconds: number;
}

type Limits = Pick<RunConfig, 'maxSteps' | 'maxSeconds' | 'evaluateEvery'>;

/** As the training loop ends: at the first step after which either limit is reached; no look is taken then. */
export function forecast(
  { stepSeconds, lookSeconds }: Pace,
  { maxSteps, maxSeconds, evaluateEvery }: Limits,
): Forecast {
  // Steps and the look after them come again and again until the time is over in the middle.
  const betweenLooks = evaluateEvery * stepSeconds;
  const rounds = Math.floor(maxSeconds / (betweenLooks + lookSeconds));
  const rest = maxSeconds - rounds * (betweenLooks + lookSeconds);
  const steps = rounds * evaluateEvery + Math.min(evaluateEvery, Math.ceil(rest / stepSeconds));
  // One that had begun before the time was over is finished.
  if (steps < maxSteps) return { steps, looks: rounds + +(betweenLooks < rest), seconds: maxSeconds };
  const looks = Math.floor((maxSteps - 1) / evaluateEvery);
  return { steps: maxSteps, looks, seconds: Math.min(maxSeconds, maxSteps * stepSeconds + looks * lookSeconds) };
}
