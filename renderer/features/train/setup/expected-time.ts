/** How long a run takes on this machine. */
import type { PresetResult, Run } from '../../../../electron/contract/contract';
import { countTrainingFlop } from '../../../../electron/contract/run-stages';

/** Seconds of training that a speed is measured over: shorter runs are mostly start-up. */
const MIN_SECONDS = 10;

interface Setup {
  readonly preset: string;
  /** Id of the kind of puzzle. */
  readonly kind: string;
  readonly steps: number;
  /** What the preset reached on the puzzles. */
  readonly result: PresetResult | undefined;
}

/**
 * Seconds until the last step: at the speed of the latest run of the same preset and kind on this machine, else as measured on
 * two cores. Null where neither is known.
 */
export function expectTime(
  runs: readonly Run[],
  { preset, kind, steps, result }: Setup,
): { readonly seconds: number; readonly isMeasuredHere: boolean } | null {
  const latest = runs
    .filter((run) => run.preset === preset && run.kind === kind && run.seconds >= MIN_SECONDS && run.step > 0)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  if (latest) return { seconds: latest.seconds * shareOf(latest, steps), isMeasuredHere: true };
  return result ? { seconds: (result.seconds * steps) / result.steps, isMeasuredHere: false } : null;
}

/** Operations of `steps` steps, with the same shares of the stages of a curriculum, by those of a run so far. */
function shareOf(run: Run, steps: number): number {
  const whole = countTrainingFlop({ ...run, step: run.maxSteps });
  return ((steps / run.maxSteps) * whole) / countTrainingFlop(run);
}
