/** Rows of a split, a scan over all of them that concurrent callers share, and time slicing of long work. */
import { message } from '../../renderer/messages/message';
import type { FacetSpec, RatedPuzzle, Puzzle, PuzzleKind } from '../kinds/puzzle-kind';

/** Longest slice in milliseconds. */
const SLICE = 6;
/** Number of cheap steps between two checks of the time. */
const BLOCK = 1 << 15;

/** Splits long work into time slices, so that other tasks can run in between. */
export class TimeSlicer {
  /** Start of the current slice; 0 makes the first check yield. */
  private since = 0;

  constructor(private readonly signal?: AbortSignal) {}

  /** Yields to other tasks when the slice is over. @throws the signal's reason when it is aborted */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.since < SLICE) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }

  /** Does cheap steps 0..count in blocks from..to (the last not included). @throws as `yieldIfDue` */
  async inBlocks(count: number, step: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < count; from += BLOCK) {
      step(from, Math.min(from + BLOCK, count));
      await this.yieldIfDue();
    }
  }
}

export interface RowSource {
  readonly kind: PuzzleKind;
  readonly count: number;
  /** Those of the kind, and the rating where the rows have one. */
  readonly facets: readonly FacetSpec[];
  /**
   * Rows from..to (the last not included), never changed later; they may share memory.
   * @throws where a row cannot be read, saying which
   */
  read(from: number, to: number): Promise<readonly RatedPuzzle[]>;
  close(): Promise<void>;
}

/** Puzzles in memory; ratings, for kinds that have them, are computed at the first request. */
export function createMemoryRows(kind: PuzzleKind, puzzles: readonly Puzzle[]): RowSource {
  const { generator } = kind;
  const rating: FacetSpec[] =
    generator && !kind.facets.some(({ isRating }) => isRating)
      ? [
          {
            id: 'rating',
            name: message('kinds.facet.rating'),
            unit: generator.unit,
            compute: ({ inputs }) => generator.rate(inputs),
          },
        ]
      : [];
  return {
    kind,
    count: puzzles.length,
    facets: [...kind.facets, ...rating],
    read: (from, to) => Promise.resolve(puzzles.slice(from, to)),
    close: () => Promise.resolve(),
  };
}

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of rows scanned, and of all rows. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Cells read at a time, of the inputs and of the labels. */
const CHUNK_CELLS = 1 << 18;
/** Number of rows between two checks of the time. */
const ROWS_PER_CHECK = 64;

interface Waiter {
  readonly onProgress: WaitOptions['onProgress'];
  readonly end: (reason?: { readonly failure: unknown }) => void;
}

/**
 * A single pass over all rows, shared by its waiters. It runs while there are waiters, pauses when there are none, and
 * continues with the next one. A row that cannot be read rejects all waiters.
 */
export class Scan {
  private done = 0;
  private running: Promise<void> | null = null;
  private readonly waiters = new Set<Waiter>();

  constructor(
    private readonly rows: RowSource,
    private readonly take: (puzzle: RatedPuzzle, row: number) => void,
  ) {}

  /** Until every row has been taken. @throws the signal's reason; where a row cannot be read */
  finish({ signal, onProgress }: WaitOptions = {}): Promise<void> {
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

  /** Never throws: errors reject the waiters. */
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
    const pace = new TimeSlicer();
    const { kind, count } = this.rows;
    const chunk = Math.max(1, Math.floor(CHUNK_CELLS / (kind.rows * kind.columns)));
    const read = (from: number) => this.rows.read(from, Math.min(from + chunk, count));
    // The next rows are read while these are processed.
    let coming = this.done < count ? read(this.done) : null;
    while (coming && this.waiters.size > 0) {
      const puzzles = await coming;
      const to = this.done + puzzles.length;
      coming = to < count ? read(to) : null;
      // Without waiters the error is ignored: the rows are read again for the next waiter.
      coming?.catch(() => undefined);
      for (let i = 0; i < puzzles.length; i++) {
        this.take(puzzles[i]!, this.done + i);
        if (i % ROWS_PER_CHECK === 0) await pace.yieldIfDue();
      }
      this.done = to;
      for (const { onProgress } of this.waiters) onProgress?.(to, count);
    }
  }

  private endAll(reason?: { readonly failure: unknown }): void {
    for (const waiter of [...this.waiters]) waiter.end(reason);
  }
}
