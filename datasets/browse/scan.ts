/** One look at every row, for as many as wait for it. */
import type { RatedPuzzle } from '../facets';
import { Pace } from './pace';
import type { Rows } from './rows';

export interface Wait {
  readonly signal?: AbortSignal | undefined;
  /** Rows looked at, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Cells read at a time, of the inputs and of the labels. */
const CHUNK_CELLS = 1 << 18;
/** Rows taken before the clock is looked at. */
const ROWS_A_LOOK = 64;

interface Waiter {
  readonly onProgress: Wait['onProgress'];
  readonly end: (reason?: { readonly failure: unknown }) => void;
}

/**
 * Goes on while anybody waits and stops where it is when nobody does; the next who waits lets it go on
 * from there. A row that cannot be read ends it for all who wait.
 */
export class Scan {
  private done = 0;
  private running: Promise<void> | null = null;
  private readonly waiters = new Set<Waiter>();

  constructor(
    private readonly rows: Rows,
    private readonly take: (puzzle: RatedPuzzle, row: number) => void,
  ) {}

  /** Until every row has been taken. @throws the signal's reason; where a row cannot be read */
  finish({ signal, onProgress }: Wait = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.done === this.rows.count) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = () => waiter.end({ failure: signal?.reason });
      const waiter: Waiter = {
        onProgress,
        end: (failed) => {
          this.waiters.delete(waiter);
          signal?.removeEventListener('abort', leave);
          if (failed) reject(failed.failure);
          else resolve();
        },
      };
      signal?.addEventListener('abort', leave);
      this.waiters.add(waiter);
      this.running ??= this.run();
    });
  }

  /** Never throws: what goes wrong is told to those who wait. */
  private async run(): Promise<void> {
    try {
      await this.takeRows();
      if (this.done === this.rows.count) this.endAll();
    } catch (failure) {
      this.endAll({ failure });
    } finally {
      this.running = null;
    }
  }

  private async takeRows(): Promise<void> {
    const pace = new Pace();
    const { kind, count } = this.rows;
    const chunk = Math.max(1, Math.floor(CHUNK_CELLS / (kind.rows * kind.columns)));
    const read = (from: number) => this.rows.read(from, Math.min(from + chunk, count));
    // The next rows come from the disk while these are looked at.
    let coming = this.done < count ? read(this.done) : null;
    while (coming && this.waiters.size > 0) {
      const puzzles = await coming;
      const to = this.done + puzzles.length;
      coming = to < count ? read(to) : null;
      // Should nobody wait for it any more, what went wrong with it is met again when somebody does.
      coming?.catch(() => undefined);
      for (let i = 0; i < puzzles.length; i++) {
        this.take(puzzles[i]!, this.done + i);
        if (i % ROWS_A_LOOK === 0) await pace.turn();
      }
      this.done = to;
      for (const { onProgress } of this.waiters) onProgress?.(to, count);
    }
  }

  private endAll(reason?: { readonly failure: unknown }): void {
    for (const waiter of [...this.waiters]) waiter.end(reason);
  }
}
