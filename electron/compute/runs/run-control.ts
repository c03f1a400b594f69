/** Pause, stop and training time of a run. */
import type { TrainingControl } from '../../../models/train/train';
import { ComputingClock } from './computing-clock';

/** Pauses and stops a run, and measures its training time. */
export class RunControl implements TrainingControl {
  isStopped = false;
  private pausing: { readonly ended: Promise<void>; readonly end: () => void } | null = null;
  /** Seconds to add to those of the clock: of earlier sessions of the run. */
  private before = 0;

  constructor(private readonly clock = new ComputingClock()) {}

  /** Sets the training time to the seconds of earlier sessions of the run. */
  startAt(seconds: number): void {
    this.before = seconds - this.clock.seconds;
  }

  /** Starts the clock. */
  start(): void {
    if (!this.pausing) this.clock.start();
  }

  /** Stops the clock at the end of the run. */
  end(): void {
    this.clock.stop();
  }

  /** Training time of all sessions, without pauses and without the time in which the process did not run. */
  get seconds(): number {
    return this.before + this.clock.seconds;
  }

  get isPaused(): boolean {
    return this.pausing !== null;
  }

  /** Yields to messages between two steps. While the run is paused, stops the clock and waits. */
  async waitWhilePaused(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.pausing) return;
    this.clock.stop();
    await this.pausing.ended;
  }

  /** Pauses after the current step, whose time counts; no effect on a run that is stopping. */
  pause(): void {
    if (this.pausing || this.isStopped) return;
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
