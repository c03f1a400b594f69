/**
 * Evaluates a model on puzzles: a supervision step as a graph without gradients, run haltMaxSteps times by default for every example.
 * A batch is computed in shards, which workers of an engine compute at the same time.
 */
import type { TestBatch } from '../../datasets/batches';
import type { ModelConfig } from '../family/config';
import { answerState, carriedStates } from '../family/config';
import type { ModelState } from '../family/weights';
import { toShared } from '../engine/column-slice';
import type { ProgramRunner } from '../engine/engine';
import { openBySize, openProgram } from '../engine/engine';
import { keptInput, keptOutput, StateLostError } from '../engine/kept-state';
import type { TensorData } from '../runtime/session';
import type { CarryValues, EvalOptions } from '../train/forward';
import { forwardFeeds, emptyCarry, nextCarry } from '../train/forward';
import type { Shard } from '../train/shards';
import { countShards, splitIntoShards } from '../train/shards';
import { labelTokens, type Answer } from './accuracy';
import { initialCarry, rowChange, StateNoise, type Attempt, type NoiseOptions } from './state-noise';

export interface BatchOptions {
  readonly signal?: AbortSignal;
  /** Supervision steps; the model's haltMaxSteps when absent. */
  readonly steps?: number;
  /** Called after every supervision step of a shard, with the share of the batch's steps that are done. */
  readonly onProgress?: (share: number) => void;
  /** Called with the answers of a shard after each of its supervision steps; the shard ends when it returns true. */
  readonly onAnswers?: (answers: StepAnswers) => boolean;
  /** Noise on the states; `attempts` has one entry for each row. */
  readonly noise?: NoiseOptions & { readonly attempts: readonly Attempt[] };
  /** Whether `StepAnswers` has the changes of the states. */
  readonly withChanges?: boolean;
}

/** What a shard answers after a supervision step. */
export interface StepAnswers {
  /** From 1. */
  readonly step: number;
  readonly rows: readonly StepAnswer[];
}

export interface StepAnswer extends Pick<Answer, 'answer' | 'confidence'> {
  /** Row of the batch. */
  readonly row: number;
  /** Halting logit, minus the continue logit if there is one. */
  readonly qHalt: number;
  /** Root mean square change of the state that the heads read; 0 unless requested. */
  readonly change: number;
}

interface ShardOptions extends Omit<BatchOptions, 'onProgress'> {
  onStep(): void;
}

type PartOfBatch = Shard & { readonly index: number };

/** States that a device still has from the step before. */
const keptState = { zH: keptOutput, zL: keptOutput };

/** A shard after a supervision step. */
interface SteppedShard {
  readonly step: number;
  readonly outputs: Record<string, TensorData>;
  /** The states of its `size` rows after and before the step, if requested. */
  readonly change?: { readonly now: CarryValues; readonly before: CarryValues; readonly size: number };
}

/** Halting logit of a row, minus its continue logit if the model has one. */
function haltingLogit({ noActContinue }: ModelConfig, { q }: Record<string, TensorData>, row: number): number {
  const values = q!;
  return noActContinue ? values[2 * row]! : values[2 * row]! - values[2 * row + 1]!;
}

/** Copies the states after the last run from a device. */
async function readCarry(config: ModelConfig, runner: ProgramRunner, carry: CarryValues): Promise<CarryValues> {
  const kept = Object.fromEntries(carriedStates(config).map((state) => [state, keptOutput]));
  return { ...carry, ...(await runner.read(kept)) };
}

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
    const { precision = 'float32' } = options;
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
    { onProgress, ...options }: BatchOptions = {},
  ): Promise<Answer[]> {
    let steps = 0;
    const { steps: total = this.config.haltMaxSteps } = options;
    const onStep = () => onProgress?.(++steps / (this.shards.length * total));
    const params = this.options.engine ? toShared(model.params) : model.params;
    const answers = await Promise.all(
      this.shards.map((shard, index) => {
        const part = { ...shard, index };
        return this.evaluateShard({ ...model, params }, batch, part, { ...options, onStep });
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
    part: PartOfBatch,
    options: ShardOptions,
  ): Promise<Answer[]> {
    const puzzles = this.puzzlesOf(batch, part);
    const rows = Math.min(part.size, batch.count - part.from);
    if (rows <= 0) return [];
    let outputs: Record<string, TensorData> = {};
    for await (const { step, ...state } of this.steps(model, puzzles, part, options)) {
      outputs = state.outputs;
      options.onStep();
      if (options.onAnswers?.({ step, rows: this.stepAnswers(part.from, rows, state) }) === true) break;
    }
    return Array.from({ length: rows }, (_, row) => this.row(puzzles, outputs, row));
  }

  /** The supervision steps of a shard, one after the other. */
  private async *steps(
    model: ModelState,
    puzzles: Pick<TestBatch, 'inputs' | 'puzzleIdentifiers'>,
    { from, size, index }: PartOfBatch,
    { signal, noise, withChanges = false, steps = this.config.haltMaxSteps }: ShardOptions,
  ): AsyncGenerator<SteppedShard> {
    const { config } = this;
    const runner = this.runners[index]!;
    // A device returns the states only where they are needed here.
    const isKept = runner.provider !== 'cpu';
    const isOnHost = noise !== undefined || withChanges;
    const source = noise && this.createNoise(noise, { from, size }, signal);
    let carry = isOnHost ? initialCarry(config, model, size) : emptyCarry(config, size);
    for (let step = 1; step <= steps; step++) {
      const before = source ? await source.disturb(carry) : carry;
      const reset = new Uint8Array(size).fill(+(step === 1 && !source));
      const feeds = forwardFeeds(config, model, { ...puzzles, ...before, reset });
      const kept = { params: keptInput, ...(!isOnHost && keptState) };
      const outputs = await runner.run(isKept && step > 1 ? { ...feeds, ...kept } : feeds, {}, signal);
      // A run in progress is finished; its answers are not reported.
      signal?.throwIfAborted();
      carry = isKept && isOnHost ? await readCarry(config, runner, carry) : nextCarry(carry, outputs);
      yield { step, outputs, ...(withChanges && { change: { now: carry, before, size } }) };
    }
  }

  private createNoise(
    { sigma, seed, attempts }: NonNullable<BatchOptions['noise']>,
    { from, size }: Shard,
    signal: AbortSignal | undefined,
  ): StateNoise {
    const padding: Attempt = { puzzle: -1, rollout: 0 };
    const own = Array.from({ length: size }, (_, row) => attempts[from + row] ?? padding);
    return new StateNoise(this.config, sigma, { seed, attempts: own, ...(signal && { signal }) });
  }

  private puzzlesOf(
    batch: TestBatch,
    { from, size }: Shard,
  ): Pick<TestBatch, 'inputs' | 'labels' | 'puzzleIdentifiers'> {
    const part = (values: Int32Array) => {
      const width = values.length / this.batchSize;
      return values.subarray(from * width, (from + size) * width);
    };
    return {
      inputs: part(batch.inputs),
      labels: part(batch.labels),
      puzzleIdentifiers: part(batch.puzzleIdentifiers),
    };
  }

  private stepAnswers(from: number, rows: number, { outputs, change }: Omit<SteppedShard, 'step'>): StepAnswer[] {
    const state = answerState(this.config);
    return Array.from({ length: rows }, (_, row) => ({
      row: from + row,
      ...this.decoded(outputs, row),
      qHalt: haltingLogit(this.config, outputs, row),
      change: change
        ? rowChange(this.config, { now: change.now[state], before: change.before[state] }, { row, rows: change.size })
        : 0,
    }));
  }

  private row(batch: Pick<TestBatch, 'inputs' | 'labels'>, outputs: Record<string, TensorData>, row: number): Answer {
    return {
      inputs: new Uint8Array(this.cells(batch.inputs, row)),
      labels: labelTokens(this.cells(batch.labels, row)),
      ...this.decoded(outputs, row),
    };
  }

  private decoded(outputs: Record<string, TensorData>, row: number): Pick<Answer, 'answer' | 'confidence' | 'qHalt'> {
    const { answer, confidence, q } = outputs;
    return {
      answer: new Uint8Array(this.cells(answer!, row)),
      confidence: new Float32Array(this.cells(confidence!, row)),
      // Two logits an example: to halt, to continue.
      qHalt: q![2 * row]!,
    };
  }

  private cells(values: TensorData, row: number): TensorData {
    return values.subarray(row * this.config.seqLen, (row + 1) * this.config.seqLen);
  }

  async release(): Promise<void> {
    await Promise.all([...new Set(this.runners)].map((runner) => runner.release()));
  }
}
