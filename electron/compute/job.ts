/** Long work that reports progress, can be cancelled, and yields to other work of the process. */
import type { Text } from '../../renderer/messages/message';
import type { ComputeEvent } from '../contract/contract';

export interface Progress {
  /** 0..1; null where the total is unknown. */
  readonly fraction: number | null;
  /** e.g. `1,200 puzzles written` */
  readonly message: Text;
}

/** Milliseconds between two reports, and between two yields to other work. */
const REPORT_INTERVAL = 100;
const YIELD_INTERVAL = 10;

export class Job {
  private reportedAt = -Infinity;
  private yieldedAt = performance.now();

  constructor(
    readonly report: (progress: Progress) => void = () => undefined,
    readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  /**
   * Call after every piece of work, however small. Returns a promise only when it is time to yield to other work:
   * `await` on a million of them would take longer than the work.
   * @throws the signal's reason when the job was cancelled
   */
  advance(done: number, total: number | null, message: (done: number) => Text): Promise<void> | undefined {
    if (performance.now() - this.yieldedAt < YIELD_INTERVAL) return undefined;
    this.signal.throwIfAborted();
    this.show(done, total, message);
    return this.yieldToOthers();
  }

  /** Reports progress, unless the last report was just now. */
  show(done: number, total: number | null, message: (done: number) => Text): void {
    const now = performance.now();
    if (now - this.reportedAt < REPORT_INTERVAL) return;
    this.reportedAt = now;
    this.report({
      fraction: total === null || total === 0 ? null : Math.min(1, done / total),
      message: message(done),
    });
  }

  private async yieldToOthers(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.yieldedAt = performance.now();
  }
}

/** A job that emits its progress under the name given by the client; without a name it emits none. */
export const createJob = (emit: (event: ComputeEvent) => void, name: string | undefined, signal: AbortSignal): Job =>
  new Job((progress) => name !== undefined && emit({ type: 'job/progress', job: name, ...progress }), signal);
