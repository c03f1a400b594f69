/** Work that takes a while: it tells how far it is, can be cancelled, and lets other work of its process in between. */
import type { LabEvent } from '../contract/contract';

export interface Progress {
  /** 0..1; null where nobody knows how much there is. */
  readonly share: number | null;
  /** e.g. `train: 1,200 puzzles` */
  readonly words: string;
}

/** Milliseconds between two messages, and between two pauses for others. */
const TELL_EVERY = 100;
const BREATHE_EVERY = 10;

export class Job {
  private toldAt = -Infinity;
  private breathedAt = performance.now();

  constructor(
    readonly tell: (progress: Progress) => void = () => undefined,
    readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  /**
   * After every piece of work, however small. Returns a promise only when it is time to let others in:
   * `await` on a million of them would take longer than the work.
   * @throws the signal's reason when the job was cancelled
   */
  did(done: number, total: number | null, words: (done: string) => string): Promise<void> | undefined {
    const now = performance.now();
    if (now - this.breathedAt < BREATHE_EVERY) return undefined;
    this.signal.throwIfAborted();
    if (now - this.toldAt >= TELL_EVERY) {
      this.toldAt = now;
      this.tell({
        share: total === null || total === 0 ? null : Math.min(1, done / total),
        words: words(done.toLocaleString('en')),
      });
    }
    return this.breathe();
  }

  private async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.breathedAt = performance.now();
  }
}

/** A job whose progress is emitted under the name that the client gave it; without a name only its signal counts. */
export const namedJob = (emit: (event: LabEvent) => void, name: string | undefined, signal: AbortSignal): Job =>
  new Job((progress) => name !== undefined && emit({ type: 'job/progress', job: name, ...progress }), signal);
