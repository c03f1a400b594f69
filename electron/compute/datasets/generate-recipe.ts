/** Generates the puzzles of a recipe in several threads; the result does not depend on their number. */
import type { GeneratedSpec } from '../../../datasets/catalog';
import { ClassCollector, type ChunkRequest, type PuzzleChunk } from '../../../datasets/generate-puzzles';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../datasets/kinds/registry';
import { chunkSeed, estimateMilliseconds, type PuzzleRecipe, type RecipePart } from '../../../datasets/recipes';
import { interleaveEvenly } from '../../../datasets/split';
import { runTask, type EngineOptions } from '../../../models/engine/engine';
import { message } from '../../../renderer/messages/message';
import type { Job } from '../job';

/** The engine that computes chunks, and how urgent they are. */
export type TaskOptions = Pick<EngineOptions, 'engine' | 'priority'>;

export interface GeneratedSplits {
  readonly train: readonly RatedPuzzle[];
  readonly test: readonly RatedPuzzle[];
}

/**
 * Generates both splits, each spread evenly over the difficulties.
 * @throws MessageError when the classes run out; the signal's reason
 */
export async function generateRecipe(
  spec: Pick<GeneratedSpec, 'kind' | 'seed'>,
  recipe: PuzzleRecipe,
  { options, job }: { readonly options: TaskOptions; readonly job: Job },
): Promise<GeneratedSplits> {
  const { kinds = [spec.kind] } = recipe;
  const collector = new ClassCollector(getKind(spec.kind));
  const progress = new GenerationProgress(recipe, job, options.engine?.workers ?? 1);
  const parts: { readonly part: RecipePart; readonly puzzles: readonly RatedPuzzle[] }[] = [];
  for (const [index, part] of recipe.parts.entries()) {
    const chunks = new ChunkQueue({ seed: spec.seed, kinds, part, index }, options, job.signal);
    const puzzles: RatedPuzzle[] = [];
    const count = part.train + part.test;
    while (puzzles.length < count) {
      const before = puzzles.length;
      collector.add(await chunks.next(count - before), puzzles, { count, difficulty: part.difficulty });
      await progress.add(puzzles.length - before, part);
    }
    parts.push({ part, puzzles });
  }
  return {
    train: interleaveEvenly(parts.map(({ part, puzzles }) => puzzles.slice(part.test))),
    test: interleaveEvenly(parts.map(({ part, puzzles }) => puzzles.slice(0, part.test))),
  };
}

interface ChunkSource extends Pick<ChunkRequest, 'kinds' | 'seed'> {
  readonly part: RecipePart;
  /** Of the part in the recipe. */
  readonly index: number;
}

/** The chunks of a part, in their order; several are computed at a time. */
class ChunkQueue {
  private readonly pending: Promise<PuzzleChunk>[] = [];
  private started = 0;

  constructor(
    private readonly source: ChunkSource,
    private readonly options: TaskOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** @param missing puzzles that are needed at least @throws errors of the generator; the signal's reason */
  next(missing: number): Promise<PuzzleChunk> {
    this.signal.throwIfAborted();
    // One more than there are threads, so that none waits for this one.
    const threads = this.options.engine?.workers ?? 0;
    const needed = Math.max(1, Math.min(threads + 1, Math.ceil(missing / this.source.part.chunk)));
    while (this.pending.length < needed) this.pending.push(this.start());
    const [first] = this.pending.splice(0, 1);
    return untilAborted(first!, this.signal);
  }

  private start(): Promise<PuzzleChunk> {
    const { kinds, seed, index, part } = this.source;
    const request = {
      kinds,
      difficulty: part.difficulty,
      count: part.chunk,
      seed: chunkSeed(seed, index, this.started++),
    };
    const chunk = runTask(this.options, 'generatePuzzles', request);
    // Chunks that are not needed any more may fail.
    chunk.catch(() => undefined);
    return chunk;
  }
}

/** Share of the work after which the time left follows the speed so far: before, starting the threads distorts it. */
const MIN_SHARE = 0.03;

/** Reports the puzzles generated so far and the time left, by the usual time of each difficulty. */
class GenerationProgress {
  private readonly startedAt = performance.now();
  private readonly total: number;
  private readonly totalMilliseconds: number;
  private count = 0;
  private milliseconds = 0;

  constructor(
    recipe: PuzzleRecipe,
    private readonly job: Job,
    private readonly threads: number,
  ) {
    this.total = recipe.parts.reduce((sum, { train, test }) => sum + train + test, 0);
    this.totalMilliseconds = estimateMilliseconds(recipe);
  }

  add(count: number, { milliseconds }: RecipePart): Promise<void> | undefined {
    this.count += count;
    this.milliseconds += count * milliseconds;
    return this.job.advance(this.milliseconds, this.totalMilliseconds, (done) =>
      message('datasets.job.generating', {
        count: this.count,
        total: this.total,
        left: this.secondsLeft(done),
      }),
    );
  }

  private secondsLeft(done: number): number {
    const left = this.totalMilliseconds - done;
    const isMeasured = done >= MIN_SHARE * this.totalMilliseconds;
    const pace = isMeasured ? (performance.now() - this.startedAt) / done : 1 / this.threads;
    return (left * pace) / 1000;
  }
}

/** Rejects as soon as the signal is aborted, without waiting for the promise. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
