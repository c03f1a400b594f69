/** Runs the graphs of a train step: all in one on a GPU, which keeps the state; on the CPU in shards of the batch, then the update of the weights. */
import { isShared, sharedVector, toShared, type ColumnSlice } from '../engine/column-slice';
import type { EngineOptions, ProgramRunner, ProgramTargets } from '../engine/engine';
import { openBySize, openOnDevice, openProgram } from '../engine/engine';
import { keptInput, keptOutput } from '../engine/kept-state';
import { optimiserVectors, stateInputs, type TrainProgram } from '../engine/program';
import { carriedStates, countPositions, stateWidth } from '../family/config';
import { weightLayout } from '../family/weights';
import type { Provider } from '../runtime/execution';
import type { Feeds, TensorData } from '../runtime/session';
import { splitIntoRanges, splitIntoShards, type Range, type Shard } from './shards';
import { exampleMetricNames } from './train-step';

export type StepOutputs = Readonly<Record<string, TensorData>>;

/** Feeds and outputs are those of `trainStepGraph`, without the next vectors where a device keeps them. */
export interface StepRunner {
  readonly provider: Provider;
  /** @throws the signal's reason, within a shard; nothing has changed then */
  run(feeds: Feeds, signal?: AbortSignal): Promise<StepOutputs>;
  /**
   * Copies the vectors that a device keeps, as they were before the last step or as they are after it. Null where the vectors of
   * the feeds, or the last ones read, are current.
   */
  read(time: 'before' | 'after'): Promise<Feeds | null>;
  /** Vectors that are not read any more: the next steps write into them. */
  recycle(vectors: readonly TensorData[]): void;
  release(): Promise<void>;
}

export interface StepRunnerOptions extends EngineOptions {
  readonly step: TrainProgram;
  readonly shards: number;
}

export async function openStep(options: StepRunnerOptions): Promise<StepRunner> {
  if (isCpu(options)) return ShardedStep.open(options);
  const program = { type: 'train', ...options.step } as const;
  return new DeviceStep(await openOnDevice(program, options), stateInputs(program));
}

const isCpu = ({ provider = 'cpu' }: EngineOptions): boolean => provider === 'cpu';

/** A step of the whole batch on a device that keeps weights, moments and carry: only what is new in a step is sent. */
class DeviceStep implements StepRunner {
  /** The vectors that were sent or read last. The learner gives them until it reads newer ones. */
  private known: Feeds = {};
  /** Whether the device has newer vectors than `known`. */
  private isNewer = false;

  constructor(
    private readonly runner: ProgramRunner,
    private readonly state: readonly string[],
  ) {}

  get provider(): Provider {
    return this.runner.provider;
  }

  async run(feeds: Feeds, signal?: AbortSignal): Promise<StepOutputs> {
    const kept = this.state
      .filter((name) => feeds[name] === this.known[name])
      .map((name) => [name, keptOutput] as const);
    const outputs = await this.runner.run({ ...feeds, ...Object.fromEntries(kept) }, {}, signal);
    this.known = Object.fromEntries(this.state.map((name) => [name, feeds[name]!]));
    this.isNewer = true;
    return outputs;
  }

  async read(time: 'before' | 'after'): Promise<Feeds | null> {
    if (!this.isNewer) return null;
    const tensor = time === 'before' ? keptInput : keptOutput;
    const vectors = await this.runner.read(Object.fromEntries(this.state.map((name) => [name, tensor])));
    if (time === 'after') [this.known, this.isNewer] = [vectors, false];
    return vectors;
  }

  recycle(): void {
    // The device has its own memory.
  }

  release(): Promise<void> {
    return this.runner.release();
  }
}

/** Inputs with a row for each example. */
const perExample = ['inputs', 'labels', 'puzzles', 'reset', 'lastStep'] as const;

/**
 * Data-parallel step: the gradient of every shard, then the update by ranges of the weights. Both are computed by any number of
 * workers; the gradients are added in the order of the shards, so the results are the same bits.
 */
class ShardedStep implements StepRunner {
  readonly provider = 'cpu';
  private readonly spare: Float32Array[] = [];
  private readonly gradientVectors: Float32Array[];

  private constructor(
    private readonly options: StepRunnerOptions,
    private readonly shards: readonly Shard[],
    private readonly ranges: readonly Range[],
    /** One for each shard and each range; those of equal size share theirs. */
    private readonly gradientPrograms: readonly ProgramRunner[],
    private readonly updatePrograms: readonly ProgramRunner[],
  ) {
    const { step } = options;
    this.gradientVectors = step.frozen ? [] : shards.map(() => this.vector(weightLayout(step.config).size));
  }

  static async open(options: StepRunnerOptions): Promise<ShardedStep> {
    const { step } = options;
    const shards = splitIntoShards(step.batchSize, options.shards);
    const ranges = step.frozen ? [] : splitIntoRanges(weightLayout(step.config).size);
    const gradientPrograms = await openBySize(
      shards.map(({ size }) => size),
      (shardSize) => openProgram({ type: 'gradient', ...step, shardSize }, options),
    );
    const updatePrograms = await openBySize(
      ranges.map(({ from, to }) => to - from),
      (length) => openProgram({ type: 'update', optimiser: step.optimiser, length, shards: shards.length }, options),
    );
    return new ShardedStep(options, shards, ranges, gradientPrograms, updatePrograms);
  }

  async run(feeds: Feeds, signal?: AbortSignal): Promise<StepOutputs> {
    const { step } = this.options;
    const given = this.options.engine ? shareVectors(feeds) : feeds;
    const carry = Object.fromEntries(
      carriedStates(step.config).map((state) => [`next_${state}`, this.vector(given[state]!.length)]),
    );
    const parts = await this.gradients(given, carry, signal);
    const outputs = { ...carry, ...joinShards(parts, step.config.puzzleEmbNdim) };
    return step.frozen ? outputs : { ...outputs, ...(await this.update(given)) };
  }

  /** Computes all shards. When one fails, waits for the others: they write into vectors that the next step uses. */
  private async gradients(feeds: Feeds, carry: Feeds, signal?: AbortSignal): Promise<StepOutputs[]> {
    const parts = await Promise.allSettled(
      this.shards.map((shard, index) => this.gradient(feeds, carry, { ...shard, index }, signal)),
    );
    const failed = parts.find((part) => part.status === 'rejected');
    if (!failed) return parts.map((part) => (part as PromiseFulfilledResult<StepOutputs>).value);
    this.recycle(Object.values(carry));
    throw failed.reason;
  }

  read(): Promise<null> {
    return Promise.resolve(null);
  }

  recycle(vectors: readonly TensorData[]): void {
    if (!this.options.engine) return;
    this.spare.push(
      ...vectors.filter((vector): vector is Float32Array => vector instanceof Float32Array && isShared(vector)),
    );
  }

  async release(): Promise<void> {
    const programs = new Set([...this.gradientPrograms, ...this.updatePrograms]);
    await Promise.all([...programs].map((program) => program.release()));
  }

  /** Computes a shard; its gradient and carry are written in place. @returns the other outputs */
  private gradient(
    feeds: Feeds,
    carry: Feeds,
    { from, size, index }: Shard & { readonly index: number },
    signal?: AbortSignal,
  ): Promise<StepOutputs> {
    const { config, batchSize } = this.options.step;
    const columns = (data: TensorData): ColumnSlice => ({
      data,
      rows: countPositions(config),
      from: from * stateWidth(config),
      to: (from + size) * stateWidth(config),
    });
    const rows = perExample.flatMap((name) => {
      const values = feeds[name];
      const width = (values?.length ?? 0) / batchSize;
      return values ? [[name, values.subarray(from * width, (from + size) * width)] as const] : [];
    });
    const states = carriedStates(config).map((state) => [state, columns(feeds[state]!)] as const);
    const targets: ProgramTargets = {
      ...Object.fromEntries(Object.entries(carry).map(([name, data]) => [name, columns(data)])),
      ...(this.gradientVectors[index] && { gradient: this.gradientVectors[index] }),
    };
    const { params, hInit, lInit } = feeds;
    const inputs = { params: params!, hInit: hInit!, lInit: lInit!, ...Object.fromEntries([...rows, ...states]) };
    return this.gradientPrograms[index]!.run(inputs, targets, signal);
  }

  /** Adds the gradients and updates the weights, range by range. */
  private async update(feeds: Feeds): Promise<StepOutputs> {
    const next = Object.fromEntries(optimiserVectors.map((name) => [`next_${name}`, this.vector(feeds[name]!.length)]));
    const norms = await Promise.all(
      this.ranges.map(async ({ from, to }, index) => {
        const part = (vectors: Feeds) =>
          Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, values.subarray(from, to)]));
        const { params, m, v, ema } = feeds;
        const gradients = Object.fromEntries(
          this.gradientVectors.map((gradient, shard) => [`gradient_${shard}`, gradient]),
        );
        const inputs = part({ params: params!, m: m!, v: v!, ema: ema!, ...gradients });
        const { squaredNorm } = await this.updatePrograms[index]!.run(
          { ...inputs, rates: feeds['rates']! },
          part(next),
        );
        return squaredNorm![0]!;
      }),
    );
    return { ...next, squaredNorm: Float32Array.of(norms.reduce((sum, norm) => sum + norm, 0)) };
  }

  /** A vector to write to: shared with the workers, where there are any. */
  private vector(length: number): Float32Array {
    if (!this.options.engine) return new Float32Array(length);
    const index = this.spare.findIndex((vector) => vector.length === length);
    return index < 0 ? sharedVector(length) : this.spare.splice(index, 1)[0]!;
  }
}

/** The large vectors in memory that workers read without a copy of the message. */
function shareVectors(feeds: Feeds): Feeds {
  const names: readonly string[] = [...optimiserVectors, 'zH', 'zL'];
  return Object.fromEntries(
    Object.entries(feeds).map(([name, values]) => [
      name,
      names.includes(name) && values instanceof Float32Array ? toShared(values) : values,
    ]),
  );
}

/** Metrics [8, b] of the shards joined to [8, B], gradients of puzzle embeddings [b, n] to [B, n]. */
function joinShards(parts: readonly StepOutputs[], puzzleEmbNdim: number): StepOutputs {
  const metrics = parts.map(({ exampleMetrics }) => exampleMetrics as Float32Array);
  const rows = exampleMetricNames.flatMap((_, row) =>
    metrics.map((values) => {
      const size = values.length / exampleMetricNames.length;
      return values.subarray(row * size, (row + 1) * size);
    }),
  );
  const exampleMetrics = concatArrays(rows);
  if (puzzleEmbNdim === 0) return { exampleMetrics };
  return {
    exampleMetrics,
    puzzleGradient: concatArrays(parts.map(({ puzzleGradient }) => puzzleGradient as Float32Array)),
  };
}

function concatArrays(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
