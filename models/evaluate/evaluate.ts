/**
 * Evaluates a model on puzzles: a supervision step as a graph without gradients, run haltMaxSteps times for every example.
 * A batch is computed in shards, which workers of an engine compute at the same time.
 */
import type { TestBatch } from '../../datasets/batches';
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { toShared } from '../engine/column-slice';
import type { ProgramRunner } from '../engine/engine';
import { openBySize, openProgram } from '../engine/engine';
import { keptInput, keptOutput, StateLostError } from '../engine/kept-state';
import { resolvePrecision } from '../engine/resolve-precision';
import type { TensorData } from '../runtime/session';
import type { CarryValues, EvalOptions } from '../train/forward';
import { forwardFeeds, emptyCarry, nextCarry } from '../train/forward';
import type { Shard } from '../train/shards';
import { countShards, splitIntoShards } from '../train/shards';
import type { Answer } from './accuracy';

export interface BatchOptions {
  readonly signal?: AbortSignal;
  /** Called after every supervision step of a shard, with the share of the batch's steps that are done. */
  readonly onProgress?: (share: number) => void;
}

interface ShardOptions {
  readonly signal?: AbortSignal;
  onStep(): void;
}

/** What a device still has from the step before. */
const keptState = { params: keptInput, zH: keptOutput, zL: keptOutput };

export class Evaluator {
  private constructor(
    private readonly options: EvalOptions,
    private readonly config: ModelConfig,
    readonly batchSize: number,
    private readonly shards: readonly Shard[],
    /** One for each shard; those of equal size share theirs. */
    private readonly runners: readonly ProgramRunner[],
  ) {}

  static async create(config: ModelConfig, options: EvalOptions & { readonly batchSize: number }): Promise<Evaluator> {
    const precision = await resolvePrecision(options, options.precision);
    // A GPU computes a batch as a whole.
    const isCpu = (options.provider ?? 'cpu') === 'cpu';
    const shards = splitIntoShards(options.batchSize, isCpu ? countShards(config, options.batchSize) : 1);
    const runners = await openBySize(
      shards.map(({ size }) => size),
      (batchSize) =>
        openProgram({ type: 'eval', config, batchSize, precision }, { priority: 'evaluation', ...options }),
    );
    return new Evaluator(options, config, options.batchSize, shards, runners);
  }

  /**
   * Answers one batch; `count` rows of it are puzzles.
   * @throws the signal's reason, within a supervision step of a shard
   */
  async evaluateBatch(
    model: ModelState,
    batch: TestBatch,
    { signal, onProgress }: BatchOptions = {},
  ): Promise<Answer[]> {
    let steps = 0;
    const onStep = () => onProgress?.(++steps / (this.shards.length * this.config.haltMaxSteps));
    const params = this.options.engine ? toShared(model.params) : model.params;
    const answers = await Promise.all(
      this.shards.map((shard, index) => {
        const part = { ...shard, index };
        return this.evaluateShard({ ...model, params }, batch, part, { onStep, ...(signal && { signal }) });
      }),
    );
    return answers.flat();
  }

  /** Computes a shard; again on the CPU when the device has failed with the carry of the steps before. */
  private evaluateShard(...shard: Parameters<Evaluator['computeShard']>): Promise<Answer[]> {
    return this.computeShard(...shard).catch((error: unknown) => {
      if (error instanceof StateLostError) return this.computeShard(...shard);
      throw error;
    });
  }

  private async computeShard(
    model: ModelState,
    batch: TestBatch,
    { from, size, index }: Shard & { readonly index: number },
    { signal, onStep }: ShardOptions,
  ): Promise<Answer[]> {
    const part = (values: Int32Array) => {
      const width = values.length / this.batchSize;
      return values.subarray(from * width, (from + size) * width);
    };
    const puzzles = {
      inputs: part(batch.inputs),
      labels: part(batch.labels),
      puzzleIdentifiers: part(batch.puzzleIdentifiers),
    };
    const count = Math.min(size, batch.count - from);
    if (count <= 0) return [];
    const runner = this.runners[index]!;
    const isKept = runner.provider !== 'cpu';
    let carry: CarryValues = emptyCarry(this.config, size);
    let outputs: Record<string, TensorData> = {};
    for (let step = 1; step <= this.config.haltMaxSteps; step++) {
      const reset = new Uint8Array(size).fill(+(step === 1));
      const feeds = forwardFeeds(this.config, model, { ...puzzles, ...carry, reset });
      outputs = await runner.run(isKept && step > 1 ? { ...feeds, ...keptState } : feeds, {}, signal);
      carry = nextCarry(carry, outputs);
      onStep();
    }
    return Array.from({ length: count }, (_, row) => this.row(puzzles, outputs, row));
  }

  private row(batch: Pick<TestBatch, 'inputs' | 'labels'>, outputs: Record<string, TensorData>, row: number): Answer {
    const { answer, confidence, q } = outputs;
    const part = (values: TensorData) => values.subarray(row * this.config.seqLen, (row + 1) * this.config.seqLen);
    return {
      inputs: new Uint8Array(part(batch.inputs)),
      // A negative label, of a cell that is left out, becomes 0.
      labels: new Uint8Array(new Uint8ClampedArray(part(batch.labels)).buffer),
      answer: new Uint8Array(part(answer!)),
      confidence: new Float32Array(part(confidence!)),
      // Two logits an example: to halt, to continue.
      qHalt: q![2 * row]!,
    };
  }

  async release(): Promise<void> {
    await Promise.all([...new Set(this.runners)].map((runner) => runner.release()));
  }
}
