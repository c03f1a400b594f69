/** Pace of a run over its last seconds or minutes, and the time left. Training time excludes pauses, so they do not matter. */
import type { Run } from '../../contract/contract';
import { countTrainingFlop } from '../../contract/run-stages';

/** Progress at the end of a step, with the training time in seconds, and the puzzles seen where they are counted. */
interface Progress extends Pick<Run, 'step' | 'seconds'> {
  readonly samples?: number | null;
}

type TimedRun = Progress & Pick<Run, 'maxSteps' | 'maxSeconds' | 'stepFlop' | 'stages'>;

/** Number of marks that are kept of a window; steps between two marks are not. */
const MAX_MARKS = 60;

/** Measures steps per second over a window of training time, or over the last step where that took longer. */
export class ProgressRate {
  /** Oldest first; the last is the latest progress. */
  private marks: Progress[] = [];

  /** @param window seconds */
  constructor(private readonly window: number) {}

  add(progress: Progress): void {
    const { seconds } = progress;
    const previous = this.marks.at(-2);
    if (previous && seconds - previous.seconds < this.window / MAX_MARKS) this.marks.pop();
    this.marks.push(progress);
    while (this.marks.length > 2 && this.marks[1]!.seconds <= seconds - this.window) this.marks.shift();
  }

  /** 0 until two steps are known. */
  get stepsPerSecond(): number {
    return this.perSecond(({ step }) => step);
  }

  /** Null where they are not counted; 0 until two steps are known. */
  get samplesPerSecond(): number | null {
    const isCounted = this.marks.every(({ samples }) => samples != null);
    return isCounted ? this.perSecond(({ samples }) => samples ?? 0) : null;
  }

  /** Growth per second of an amount that depends on the progress; 0 until two steps are known. */
  perSecond(amountAt: (progress: Progress) => number): number {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    return first && last && last.seconds > first.seconds
      ? (amountAt(last) - amountAt(first)) / (last.seconds - first.seconds)
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

  /** Puzzles seen per second of the last seconds; 0 while unknown, null where they are not counted. */
  get samplesPerSecond(): number | null {
    return this.recent.samplesPerSecond;
  }

  /**
   * Seconds of training until the first of both limits, by the operations per second of the last minutes and those that are left:
   * the steps of each stage of a curriculum cost differently. Null while the pace is unknown.
   */
  secondsLeft({ stepFlop, ...run }: TimedRun): number | null {
    const { step, seconds, maxSteps, maxSeconds } = run;
    // Steps count alike where the operations are unknown.
    const flopAt = (at: number) => countTrainingFlop({ ...run, step: at, stepFlop: stepFlop || 1 });
    const pace = this.long.perSecond((progress) => flopAt(progress.step));
    return pace > 0 ? Math.max(0, Math.min((flopAt(maxSteps) - flopAt(step)) / pace, maxSeconds - seconds)) : null;
  }
}
