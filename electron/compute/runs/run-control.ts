/** Pause, stop and the clock of one run. */
import type { Control } from '../../../models/train/train';

export class RunControl implements Control {
  isStopped = false;
  private pausing: { readonly ended: Promise<void>; readonly end: () => void } | null = null;
  /** When the clock was last set going; null while it stands. */
  private since: number | null = null;
  private before = 0;

  /** Sets the clock to the seconds an earlier part of the run took. */
  startAt(seconds: number): void {
    this.before = seconds;
    if (this.since !== null) this.since = performance.now();
  }

  /** Sets the clock going. */
  start(): void {
    if (!this.pausing) this.since ??= performance.now();
  }

  get seconds(): number {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }

  get isPaused(): boolean {
    return this.pausing !== null;
  }

  /** Lets messages in between two steps, and holds the run while it is paused. */
  async waitWhilePaused(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.pausing?.ended;
  }

  /** After the step under way; a run that ends is not held up. */
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
