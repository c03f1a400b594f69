/** Pace of a run over its last seconds or minutes, and the time left. Training time excludes pauses, so they do not matter. */
import type { Run } from '../../contract/contract';
import { countTrainingFlop } from '../../contract/run-stages';

/** Progress at the end of a step, with the training time in seconds. */
type Progress = Pick<Run, 'step' | 'seconds'>;

type TimedRun = Progress & Pick<Run, 'maxSteps' | 'maxSeconds' | 'stepFlop' | 'stages'>;

/** Number of marks that are kept of a window; steps between two marks are not. */
const MAX_MARKS = 60;

/** Measures steps per second over a window of training time, or over the last step where that took longer. */
export class ProgressRate {
  /** Oldest first; the last is the latest progress. */
  private marks: Progress[] = [];

  /** @param window seconds */
  constructor(private readonly window: number) {}

  add({ step, seconds }: Progress): void {
    const previous = this.marks.at(-2);
    if (previous && seconds - previous.seconds < this.window / MAX_MARKS) this.marks.pop();
    this.marks.push({ step, seconds });
    while (this.marks.length > 2 && this.marks[1]!.seconds <= seconds - this.window) this.marks.shift();
  }

  /** 0 until two steps are known. */
  get stepsPerSecond(): number {
    return this.perSecond((step) => step);
  }

  /** Growth per second of an amount that depends on the step; 0 until two steps are known. */
  perSecond(amountAt: (step: number) => number): number {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    return first && last && last.seconds > first.seconds
      ? (amountAt(last.step) - amountAt(first.step)) / (last.seconds - first.seconds)
      : 0;
  }
}

/** Seconds over which the displayed pace is measured. */
const PACE_WINDOW = 5;
/** Seconds over which the time left is estimated: long enough to contain evaluations, short enough to follow a busy machine. */
const ESTIMATE_WINDOW = 180;

/** Follows the progress of one run. */
export class RunPace {
  private readonly recent = new ProgressRate(PACE_WINDOW);
  private readonly long = new ProgressRate(ESTIMATE_WINDOW);

  add(progress: Progress): void {
    this.recent.add(progress);
    this.long.add(progress);
  }

  /** Steps per second of the last seconds; 0 while unknown. */
  get stepsPerSecond(): number {
    return this.recent.stepsPerSecond;
  }

  /**
   * Seconds of training until the first of both limits, by the operations per second of the last minutes and those that are left:
   * the steps of each stage of a curriculum cost differently. Null while the pace is unknown.
   */
  secondsLeft({ stepFlop, ...run }: TimedRun): number | null {
    const { step, seconds, maxSteps, maxSeconds } = run;
    // Steps count alike where the operations are unknown.
    const flopAt = (at: number) => countTrainingFlop({ ...run, step: at, stepFlop: stepFlop || 1 });
    const pace = this.long.perSecond(flopAt);
    return pace > 0 ? Math.max(0, Math.min((flopAt(maxSteps) - flopAt(step)) / pace, maxSeconds - seconds)) : null;
  }
}
