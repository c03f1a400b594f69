/** Pace of a run over its last seconds or minutes, and the time left. Training time excludes pauses, so they do not matter. */
import type { Run } from '../../contract/contract';
import { countEquivalentSteps } from '../../contract/run-stages';

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
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    return first && last && last.seconds > first.seconds
      ? (last.step - first.step) / (last.seconds - first.seconds)
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
   * Seconds of training until the first of both limits, by the pace of the last minutes and the operations that are left; null
   * while the pace is unknown.
   */
  secondsLeft(run: TimedRun): number | null {
    const { seconds, maxSteps, maxSeconds } = run;
    const pace = this.long.stepsPerSecond;
    return pace > 0 ? Math.max(0, Math.min(countEquivalentSteps(run, maxSteps) / pace, maxSeconds - seconds)) : null;
  }
}
