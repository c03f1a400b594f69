/** The training state (flat vectors of weights and moments, the carry of every example) and its update by one step. */
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import type { OptimiserState } from '../optim/optimiser';
import { emaRateAt, learningRateAt, optimiserRates, signSgd } from '../optim/optimiser';
import { isShared, sharedCopy, sharedVector } from '../engine/column-slice';
import type { EngineOptions } from '../engine/engine';
import type { TrainProgram } from '../engine/program';
import { reportFallback, runTask } from '../engine/engine';
import type { Feeds } from '../runtime/session';
import { StateLostError } from '../engine/kept-state';
import { allFinite, DivergedError } from './divergence';
import { forwardFeeds, emptyCarry } from './forward';
import { modelAtStep, type Stage } from './curriculum';
import type { HaltingDraws } from './halting';
import { haltInTraining, minimumSteps } from './halting';
import type { ExampleMetrics, StepOutcome } from './metrics';
import { squaredNorm } from './metrics';
import type { TrainingConfig } from './run-config';
import { checkRunConfig } from './run-config';
import { openStep, type StepOutputs, type StepRunner } from './step-runner';
import { rateNames, exampleMetricNames } from './train-step';

/** A batch for training: int32 tokens [B·S], labels (negative where ignored), identifiers [B]. */
export interface LabelledBatch {
  readonly inputs: Int32Array;
  readonly labels: Int32Array;
  readonly puzzleIdentifiers: Int32Array;
}

/** Everything that changes from step to step: training continued from a saved state gives the same numbers. */
export interface LearnerState extends ModelState, LabelledBatch {
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly ema: Float32Array;
  /** [L, B·D]; empty where the model has no such state. */
  readonly zH: Float32Array;
  readonly zL: Float32Array;
  /** Supervision steps of each example so far, and whether it is replaced at the next step, [B]. */
  readonly steps: Int32Array;
  readonly halted: Uint8Array;
  /** Steps before which each example does not halt, see `minimumSteps`, [B]. */
  readonly minSteps: Int32Array;
  /** Number of optimiser updates so far. */
  readonly updates: number;
  /** Number of updates before these of the optimiser whose state the run has started from; 0 for one that starts anew. */
  readonly priorUpdates: number;
  /**
   * Training examples that have entered the batch so far. One that has not halted stays for further steps, and the puzzle drawn for its place is
   * not used. Null where an earlier version trained a part of the run, which did not count.
   */
  readonly samples: number | null;
  /** Factor on the scheduled learning rate: halved by the user after a run has diverged. */
  readonly rateFactor: number;
}

/**
 * The state before the first step. It owns what it is given: steps write into vectors that are in memory that workers share.
 * @param optimiser continues with these weights and moments, whose average are the weights of `model`; starts anew by default
 */
export function createLearnerState(
  model: ModelState,
  config: ModelConfig,
  batchSize: number,
  optimiser?: OptimiserState,
): LearnerState {
  const shared = (values: Float32Array) => (isShared(values) ? values : sharedCopy(values));
  const average = shared(model.params);
  const zeros = () => sharedVector(average.length);
  const tokens = () => new Int32Array(batchSize * config.seqLen);
  return {
    ...model,
    params: optimiser ? shared(optimiser.params) : average,
    m: optimiser ? shared(optimiser.m) : zeros(),
    v: optimiser ? shared(optimiser.v) : zeros(),
    ema: average,
    ...emptyCarry(config, batchSize),
    inputs: tokens(),
    labels: tokens(),
    puzzleIdentifiers: new Int32Array(batchSize),
    steps: new Int32Array(batchSize),
    halted: new Uint8Array(batchSize).fill(1),
    minSteps: new Int32Array(batchSize),
    updates: 0,
    priorUpdates: optimiser?.step ?? 0,
    samples: 0,
    rateFactor: 1,
  };
}

const countNewExamples = ({ halted }: LearnerState): number => halted.reduce((count, isNew) => count + isNew, 0);

/** New data for the examples that halted, the old data for the rest. */
function replaceHaltedExamples(state: LearnerState, batch: LabelledBatch): LabelledBatch {
  const mixed = (old: Int32Array, fresh: Int32Array) => {
    const width = old.length / state.halted.length;
    return old.map((value, i) => (state.halted[Math.floor(i / width)]! ? fresh[i]! : value));
  };
  return {
    inputs: mixed(state.inputs, batch.inputs),
    labels: mixed(state.labels, batch.labels),
    puzzleIdentifiers: mixed(state.puzzleIdentifiers, batch.puzzleIdentifiers),
  };
}

/**
 * 1 where an example starts from the initial state: new ones, except those that start from a previous state. Before the first step there is
 * none: the carry is empty.
 */
export function resetStates({ halted, updates }: LearnerState, { startsFromPrevious }: HaltingDraws): Uint8Array {
  if (!startsFromPrevious || updates === 0) return halted;
  return halted.map((isNew, i) => isNew & ~startsFromPrevious[i]!);
}

interface LearnerOptions extends EngineOptions {
  readonly model: ModelConfig;
  readonly training: TrainingConfig;
  readonly state: LearnerState;
}

/** Vectors that a step may replace: a frozen model keeps its weights, and some models have one state only. */
const replaced = ['params', 'm', 'v', 'ema', 'zH', 'zL'] as const;

/** A state that stays as it is until it is released, e.g. while a checkpoint is written. */
export interface StateSnapshot {
  readonly state: LearnerState;
  release(): void;
}

export class Learner {
  /** Snapshots that were not released. */
  private readonly held = new Set<{ readonly vectors: ReadonlySet<Float32Array> }>();
  /**
   * The steps after the next one may write into its vectors: whoever needs them for longer takes a snapshot. While a device keeps
   * the vectors, those here are as last read; `readFromDevice` reads them.
   */
  state: LearnerState;

  /**
   * @param runner computes the steps of `stage`
   * @param stage the model with the recursion that is trained now
   * @param stepFlops floating-point operations of a step of each stage, counted from its graph
   */
  private constructor(
    private runner: StepRunner,
    private stage: ModelConfig,
    private readonly options: LearnerOptions,
    private readonly stepFlops: readonly number[],
  ) {
    this.state = options.state;
  }

  /** @throws ConfigError when model and training settings do not fit together */
  static async create(options: LearnerOptions): Promise<Learner> {
    checkRunConfig(options.model, options.training);
    const { model, training, state } = options;
    const stage = modelAtStep(model, training.curriculum ?? [], state.updates);
    const recursions = [...(training.curriculum ?? []), model];
    const [runner, ...stepFlops] = await Promise.all([
      openRunner({ ...options, model: stage }),
      ...recursions.map(({ hCycles, lCycles }) =>
        runTask(options, 'countFlops', {
          type: 'train',
          ...stepOptions({ ...options, model: { ...model, hCycles, lCycles } }),
        }),
      ),
    ]);
    return new Learner(runner, stage, options, stepFlops);
  }

  /** The recursion that is trained now. */
  get recursion(): Pick<ModelConfig, 'hCycles' | 'lCycles'> {
    return this.stage;
  }

  /** Floating-point operations of one step with the whole recursion. */
  get stepFlop(): number {
    return this.stepFlops[this.stepFlops.length - 1]!;
  }

  /** The stages of the curriculum before the whole recursion. */
  get stages(): (Stage & { readonly stepFlop: number })[] {
    const { curriculum = [] } = this.options.training;
    return curriculum.map((stage, index) => ({ ...stage, stepFlop: this.stepFlops[index]! }));
  }

  /** Learning rate of the next update. */
  get learningRate(): number {
    return this.state.rateFactor * learningRateAt(this.state.updates + 1, this.options.training.schedule);
  }

  /** Takes effect from the next update on. */
  halveLearningRate(): void {
    this.state = { ...this.state, rateFactor: this.state.rateFactor / 2 };
  }

  /**
   * One forward pass, backward pass and update. Examples that halted are replaced by their row of the batch; the others
   * continue.
   * @param signal ends the step within a shard
   * @throws DivergedError when results are not finite; the signal's reason. The state is then unchanged.
   */
  async step(batch: LabelledBatch, draws: HaltingDraws, signal?: AbortSignal): Promise<StepOutcome> {
    const { model } = this.options;
    await this.openStage();
    const data = replaceHaltedExamples(this.state, batch);
    const steps = this.state.steps.map((count, i) => (this.state.halted[i] ? 1 : count + 1));
    const feeds = this.feeds(data, { steps, reset: resetStates(this.state, draws) });
    const outputs = await this.runFinite(feeds, signal);
    const exampleMetrics = splitMetrics(outputs.exampleMetrics as Float32Array);
    const minSteps = minimumSteps(this.state, draws, model);
    const halted = haltInTraining({ steps, minSteps, ...exampleMetrics }, model);
    const next = replaced
      .filter((name) => outputs[`next_${name}`])
      .map((name) => [name, outputs[`next_${name}`]] as const);
    const gradientNorm = this.gradientNorm(outputs);
    const puzzleTable = this.nextPuzzleTable(data, outputs.puzzleGradient as Float32Array | undefined);
    const before = this.state;
    this.state = {
      ...before,
      ...data,
      ...Object.fromEntries(next),
      steps,
      halted,
      minSteps,
      puzzleTable,
      updates: before.updates + 1,
      samples: before.samples === null ? null : before.samples + countNewExamples(before),
    };
    this.recycle(next.map(([name]) => before[name]));
    return { exampleMetrics, steps, halted, gradientNorm };
  }

  /** Opens the programs of the stage that the next step belongs to. */
  private async openStage(): Promise<void> {
    const { model, training } = this.options;
    const stage = modelAtStep(model, training.curriculum ?? [], this.state.updates);
    if (stage.hCycles === this.stage.hCycles && stage.lCycles === this.stage.lCycles) return;
    await this.readFromDevice();
    await this.runner.release();
    this.stage = stage;
    const { provider } = this.runner;
    this.runner = await openRunner({ ...this.stageOptions, provider });
  }

  private get stageOptions(): LearnerOptions {
    return { ...this.options, model: this.stage };
  }

  /** Runs the step; when a device fails or gives non-finite results, runs it again on the CPU. */
  private async runFinite(feeds: Feeds, signal?: AbortSignal): Promise<StepOutputs> {
    const { stageOptions: options, runner, state } = this;
    let time: 'before' | 'after' = 'after';
    try {
      const outputs = await runner.run(feeds, signal);
      if (hasFiniteResults(outputs)) return outputs;
      time = 'before';
      if (runner.provider !== 'cpu') throw new Error('results contain NaN or infinity');
    } catch (error) {
      signal?.throwIfAborted();
      return this.runFinite({ ...feeds, ...(await this.leaveDevice(error, time)) }, signal);
    }
    throw new DivergedError(
      state.updates + 1,
      await runTask(options, 'locateNonFinite', { step: stepOptions(options), feeds }),
    );
  }

  /** Continues on the CPU. @returns the vectors that the device kept @throws StateLostError when they cannot be read any more */
  private async leaveDevice(error: unknown, time: 'before' | 'after'): Promise<Feeds> {
    if (this.runner.provider === 'cpu') throw error;
    const vectors = await this.readVectors(time, error);
    this.runner = await openOnCpu(this.stageOptions, error, this.runner);
    return vectors;
  }

  /** Copies what a device keeps to `state`. @throws StateLostError when it cannot be read any more; the CPU computes from then on */
  async readFromDevice(): Promise<void> {
    await this.readVectors('after');
  }

  /** @param cause why the device is left, reported when reading fails too */
  private async readVectors(time: 'before' | 'after', cause?: unknown): Promise<Feeds> {
    const { runner } = this;
    try {
      const vectors = await runner.read(time);
      this.state = { ...this.state, ...vectors };
      return vectors ?? {};
    } catch (error) {
      this.runner = await openOnCpu(this.stageOptions, cause ?? error, runner);
      throw new StateLostError('the state on the device is lost', { cause: error });
    }
  }

  /** The weights that are evaluated and saved: the EMA where there is one. */
  get evalWeights(): ModelState {
    const { params, ema, hInit, lInit, puzzleTable } = this.state;
    return { params: this.options.training.ema ? ema : params, hInit, lInit, puzzleTable };
  }

  /** The state, in vectors that no later step changes before the snapshot is released. Copies nothing. */
  snapshot(): StateSnapshot {
    const { state } = this;
    const vectors = new Set(replaced.map((name) => state[name]));
    const held = { vectors };
    this.held.add(held);
    const release = () => {
      if (this.held.delete(held)) this.recycle([...vectors]);
    };
    return { state, release };
  }

  /** Lets later steps write into vectors, except into those of the current state and of snapshots. */
  private recycle(vectors: readonly Float32Array[]): void {
    const isUsed = (vector: Float32Array) =>
      replaced.some((name) => this.state[name] === vector) || [...this.held].some((held) => held.vectors.has(vector));
    this.runner.recycle([...new Set(vectors)].filter((vector) => !isUsed(vector)));
  }

  async release(): Promise<void> {
    await this.runner.release();
  }

  private feeds(
    data: LabelledBatch,
    { steps, reset }: { readonly steps: Int32Array; readonly reset: Uint8Array },
  ): Feeds {
    const {
      state,
      options: { model },
    } = this;
    const { m, v, ema, zH, zL } = state;
    const lastStep = steps.map((step) => +(step >= model.haltMaxSteps));
    return {
      ...forwardFeeds(model, state, { ...data, zH, zL, reset }),
      labels: data.labels,
      m,
      v,
      ema,
      lastStep,
      rates: this.rates(),
    };
  }

  private nextPuzzleTable(
    { puzzleIdentifiers: identifiers }: LabelledBatch,
    gradient: Float32Array | undefined,
  ): Float32Array {
    const { puzzleEmbeddings, schedule } = this.options.training;
    if (!gradient || !puzzleEmbeddings) return this.state.puzzleTable;
    const learningRate =
      this.state.rateFactor *
      learningRateAt(this.state.updates + 1, { ...schedule, learningRate: puzzleEmbeddings.learningRate });
    return signSgd(this.state.puzzleTable, { identifiers, gradient }, { ...puzzleEmbeddings, learningRate });
  }

  /** ‖g‖ of the batch's mean loss over everything that is trained; computed before the state is replaced. */
  private gradientNorm({ squaredNorm: weights, puzzleGradient }: StepOutputs): number {
    return Math.sqrt((weights?.[0] ?? 0) + (puzzleGradient ? squaredNorm(puzzleGradient) : 0));
  }

  private rates(): Float32Array {
    const { optimiser, ema } = this.options.training;
    const t = this.state.priorUpdates + this.state.updates + 1;
    const emaRate = ema ? emaRateAt(t, ema) : 0;
    const values = { ...optimiserRates(optimiser, { learningRate: this.learningRate, t }), emaRate };
    return Float32Array.from(rateNames, (name) => values[name]);
  }
}

/** The squared norm is NaN where a next weight is not finite. */
function hasFiniteResults({ exampleMetrics, puzzleGradient, squaredNorm }: StepOutputs): boolean {
  return [exampleMetrics, puzzleGradient, squaredNorm].every((values) => allFinite(values ?? []));
}

const open = (options: LearnerOptions): Promise<StepRunner> =>
  openStep({ ...options, step: stepOptions(options), shards: options.training.shards ?? 1 });

/** Opens the programs of a step on the device of the options, or on the CPU when that fails. */
const openRunner = (options: LearnerOptions): Promise<StepRunner> =>
  open(options).catch((error: unknown) => openOnCpu(options, error));

/** Reports the failure of a device and continues on the CPU. @throws `error` where there is nothing to fall back to */
async function openOnCpu(options: LearnerOptions, error: unknown, failed?: StepRunner): Promise<StepRunner> {
  reportFallback(options, error);
  await failed?.release().catch(() => undefined);
  return open({ ...options, provider: 'cpu' });
}

function stepOptions({ model: config, training }: LearnerOptions): TrainProgram {
  const { optimiser, batchSize, precision = 'float32', frozenWeights: frozen = false } = training;
  return { config, optimiser, batchSize, precision, frozen };
}

function splitMetrics(values: Float32Array): ExampleMetrics {
  const batch = values.length / exampleMetricNames.length;
  return Object.fromEntries(
    exampleMetricNames.map((name, row) => [name, values.subarray(row * batch, (row + 1) * batch)]),
  ) as ExampleMetrics;
}
