/** Pause, stop and training time of a run. */
import type { TrainingControl } from '../../../models/train/train';

/** Pauses and stops a run, and measures its training time. */
export class RunControl implements TrainingControl {
  isStopped = false;
  private pausing: { readonly ended: Promise<void>; readonly end: () => void } | null = null;
  /** Time at which the clock was started; null while it is stopped. */
  private since: number | null = null;
  private before = 0;

  /** Sets the clock to the seconds of earlier sessions of the run. */
  startAt(seconds: number): void {
    this.before = seconds;
    if (this.since !== null) this.since = performance.now();
  }

  /** Starts the clock. */
  start(): void {
    if (!this.pausing) this.since ??= performance.now();
  }

  get seconds(): number {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }

  get isPaused(): boolean {
    return this.pausing !== null;
  }

  /** Yields to messages between two steps, and waits while the run is paused. */
  async waitWhilePaused(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.pausing?.ended;
  }

  /** Pauses after the current step; no effect on a run that is stopping. */
  pause(): void {
    if (this.pausing || this.isStopped) return;
    this.before = this.seconds;
    this.since = null;
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.pausing = { ended, end };
  }

  resume(): void {
    if (!this.pausing) return;
    this.pausing.end();
    this.pausing = null;
    this.start();
  }

  stop(): void {
    this.isStopped = true;
    this.resume();
  }
}
