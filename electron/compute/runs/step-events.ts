/** Gathers steps into at most some 15 messages a second, with the pace of the last seconds. */
import type { LabEvent, Run, StepMetrics } from '../../contract/contract';

const INTERVAL = 66;
/** The pace is taken over this many seconds of training. */
const WINDOW = 5;

export class StepEvents {
  private waiting: StepMetrics[] = [];
  private recent: { readonly step: number; readonly seconds: number }[] = [];
  private sentAt = 0;

  constructor(
    private readonly batchSize: number,
    private readonly emit: (event: LabEvent) => void,
  ) {}

  add(run: Run, metrics: StepMetrics): void {
    this.waiting.push(metrics);
    this.recent.push(metrics);
    this.recent = this.recent.filter(({ seconds }) => seconds >= metrics.seconds - WINDOW);
    // After a pause nothing comes that would bring the last step along.
    if (run.state === 'paused' || performance.now() - this.sentAt >= INTERVAL) this.flush(run);
  }

  flush(run: Run): void {
    if (this.waiting.length === 0) return;
    const pace = this.stepsPerSecond();
    this.emit({
      type: 'run/step',
      runId: run.runId,
      points: this.waiting,
      samplesPerSecond: pace * this.batchSize,
      memoryBytes: process.memoryUsage.rss(),
      secondsLeft: secondsLeft(run, pace),
    });
    this.waiting = [];
    this.sentAt = performance.now();
  }

  private stepsPerSecond(): number {
    const [first, last] = [this.recent[0], this.recent[this.recent.length - 1]];
    return last!.seconds > first!.seconds ? (last!.step - first!.step) / (last!.seconds - first!.seconds) : 0;
  }
}

/** Whichever limit comes first; null while the pace is unknown. */
function secondsLeft({ step, maxSteps, seconds, maxSeconds }: Run, pace: number): number | null {
  return pace > 0 ? Math.max(0, Math.min((maxSteps - step) / pace, maxSeconds - seconds)) : null;
}
