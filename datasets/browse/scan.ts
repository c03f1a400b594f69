/** The rows of a split, one pass over all of them for as many callers as wait, and long work in slices. */
import type { FacetSpec, RatedPuzzle, Puzzle, PuzzleKind } from '../kinds/puzzle-kind';

/** Longest slice in milliseconds. */
const SLICE = 6;
/** Cheap steps done before the clock is looked at. */
const BLOCK = 1 << 15;

/** How long the slice under way has lasted; one for each piece of work. */
export class TimeSlicer {
  /** Others are let in soon after the beginning: the work before may have ended a long slice. */
  private since = 0;

  constructor(private readonly signal?: AbortSignal) {}

  /** Lets others in when the slice is over. @throws the signal's reason once it is raised */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.since < SLICE) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }

  /** Does cheap steps 0..count in blocks from..to (the last not included). @throws as `turn` */
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
      ? [{ id: 'rating', name: 'Rating', unit: generator.unit, compute: ({ inputs }) => generator.rate(inputs) }]
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
  /** Rows looked at, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Cells read at a time, of the inputs and of the labels. */
const CHUNK_CELLS = 1 << 18;
/** Rows taken before the clock is looked at. */
const ROWS_PER_CHECK = 64;

interface Waiter {
  readonly onProgress: WaitOptions['onProgress'];
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
    const pace = new TimeSlicer();
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
