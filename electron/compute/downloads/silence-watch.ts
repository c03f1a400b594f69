/**
 * Tells when nothing has come for a time. Training can hold the thread for longer than that: what came meanwhile
 * waits to be read, so the sockets get their turn before silence is declared.
 */
export class SilenceWatch {
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;

  /** `after`: milliseconds. */
  constructor(
    private readonly after: number,
    private readonly onSilence: () => void,
  ) {}

  /** From now on. */
  start(): void {
    this.stop();
    // Timers come first in a turn of Node's event loop, sockets second, immediates third.
    this.timer = setTimeout(() => (this.turn = setImmediate(this.onSilence)), this.after);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.turn);
  }
}
