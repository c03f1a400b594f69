/** Notices a process that does not answer: it is asked every second, and hangs after several questions without an answer. */

/** Milliseconds between two questions. */
const INTERVAL = 1000;
/** Unanswered questions of a process that hangs: with the interval, it is noticed within five seconds. */
const MAX_UNANSWERED = 4;
/** Before the first answer: loading the libraries takes seconds on a slow disk. */
const MAX_UNANSWERED_AT_START = 30;

export interface HeartbeatOptions {
  readonly ask: () => void;
  /** Called when the process begins to hang and when it answers again. */
  readonly onChange: (isHung: boolean) => void;
}

export class Heartbeat {
  private unanswered = 0;
  private hasAnswered = false;
  private isHung = false;
  private askedAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: HeartbeatOptions) {
    this.timer = setInterval(() => this.ask(), INTERVAL);
    this.timer.unref();
    this.ask();
  }

  /** Call for each answer. */
  answer(): void {
    this.hasAnswered = true;
    this.unanswered = 0;
    this.setHung(false);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private ask(): void {
    const now = performance.now();
    // Main itself was stopped or the computer slept: the process had no chance to answer either.
    if (now - this.askedAt > 2 * INTERVAL) this.unanswered = 0;
    this.askedAt = now;
    if (this.unanswered >= (this.hasAnswered ? MAX_UNANSWERED : MAX_UNANSWERED_AT_START)) this.setHung(true);
    this.unanswered++;
    this.options.ask();
  }

  private setHung(isHung: boolean): void {
    if (isHung === this.isHung) return;
    this.isHung = isHung;
    this.options.onChange(isHung);
  }
}
