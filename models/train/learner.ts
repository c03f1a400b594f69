/** A model while it learns: its flat vectors, the carry of every example, and one step after the other. */
import { countFlops } from '../graph/analysis';
import type { HaltingDraws } from './halting';
import { haltInTraining } from './halting';
import { emaRateAt, learningRateAt, rates } from '../optim/optimiser';
import { signSgd } from '../optim/sign-sgd';
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { allFinite, DivergedError, firstNonFinite } from './divergence';
import { forwardFeeds } from './forward';
import { squaredGradient, squaredNorm } from './metrics';
import type { LabelledBatch, LearnerState } from './learner-state';
import { replaceHaltedExamples } from './learner-state';
import type { ExampleRows, StepOutcome } from './metrics';
import { resolvePrecision } from '../runtime/resolve-precision';
import type { LearningConfig } from './run-config';
import { checkRun } from './run-config';
import type { Feeds, SessionOptions, Values } from '../runtime/session';
import { Session } from '../runtime/session';
import type { TrainStepOptions } from './train-step';
import { rateNames, resultRows, trainStepGraph } from './train-step';

export interface LearnerOptions extends SessionOptions {
  readonly model: ModelConfig;
  readonly learning: LearningConfig;
  readonly state: LearnerState;
}

/** Vectors that a step replaces, where it does: a frozen model keeps its weights, some have one state only. */
const replaced = ['params', 'm', 'v', 'ema', 'zH', 'zL'] as const;

export class Learner {
  state: LearnerState;

  /** @param stepFlop floating-point operations of one step, counted from its graph */
  private constructor(
    private readonly session: Session,
    private readonly options: LearnerOptions,
    readonly stepFlop: number,
  ) {
    this.state = options.state;
  }

  /** @throws ConfigError when model and learning do not go together */
  static async create(options: LearnerOptions): Promise<Learner> {
    checkRun(options.model, options.learning);
    const learning = { ...options.learning, precision: await resolvePrecision(options, options.learning.precision) };
    const { graph } = trainStepGraph(stepOptions({ ...options, learning }));
    return new Learner(await Session.create(graph, options), { ...options, learning }, countFlops(graph));
  }

  /** Learning rate of the next update. */
  get learningRate(): number {
    return this.state.rateFactor * learningRateAt(this.state.updates + 1, this.options.learning.schedule);
  }

  /** From the next update on. */
  halveLearningRate(): void {
    this.state = { ...this.state, rateFactor: this.state.rateFactor / 2 };
  }

  /**
   * One forward, backward and update. Examples that halted take their row of the batch; the others go on.
   * @throws DivergedError when the numbers are no longer finite; the state is then as it was before
   */
  async step(batch: LabelledBatch, draws: HaltingDraws): Promise<StepOutcome> {
    const { model } = this.options;
    const data = replaceHaltedExamples(this.state, batch);
    const steps = this.state.steps.map((count, i) => (this.state.halted[i] ? 1 : count + 1));
    const feeds = this.feeds(data, steps);
    const outputs = await this.soundRun(feeds);
    const rows = splitRows(outputs.rows as Float32Array);
    const halted = haltInTraining({ steps, ...rows }, draws, model);
    const next = replaced.filter((name) => outputs[`next_${name}`]).map((name) => [name, outputs[`next_${name}`]]);
    const gradientNorm = this.gradientNorm(outputs);
    const puzzleTable = this.nextPuzzleTable(data, outputs.puzzleGradient as Float32Array | undefined);
    this.state = {
      ...this.state,
      ...data,
      ...Object.fromEntries(next),
      steps,
      halted,
      puzzleTable,
      updates: this.state.updates + 1,
    };
    return { rows, steps, halted, gradientNorm };
  }

  /** A device whose numbers are not finite is left before the numbers are believed. */
  private async soundRun(feeds: Feeds): Promise<Record<string, Values>> {
    const outputs = await this.session.run(feeds);
    if (isSound(outputs)) return outputs;
    const { options, session, state } = this;
    if (session.provider !== 'cpu') {
      await session.fallBack(new Error('its numbers were not finite'));
      return this.soundRun(feeds);
    }
    const tensor = await firstNonFinite(stepOptions(options), feeds, { ...options, provider: 'cpu' });
    throw new DivergedError(state.updates + 1, tensor);
  }

  /** The weights that are evaluated and saved: the EMA where there is one. */
  get emaWeights(): ModelState {
    const { params, ema, hInit, lInit, puzzleTable } = this.state;
    return { params: this.options.learning.ema ? ema : params, hInit, lInit, puzzleTable };
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private feeds(data: LabelledBatch, steps: Int32Array): Feeds {
    const {
      state,
      options: { model },
    } = this;
    const { m, v, ema, halted: reset, zH, zL } = state;
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
    const { puzzleEmbeddings, schedule } = this.options.learning;
    if (!gradient || !puzzleEmbeddings) return this.state.puzzleTable;
    const learningRate =
      this.state.rateFactor *
      learningRateAt(this.state.updates + 1, { ...schedule, learningRate: puzzleEmbeddings.learningRate });
    return signSgd(this.state.puzzleTable, { identifiers, gradient }, { ...puzzleEmbeddings, learningRate });
  }

  /** ‖g‖ over everything that learns, of the batch's mean loss; asked before the state moves on. */
  private gradientNorm({ next_m: after, puzzleGradient }: Readonly<Record<string, Values | undefined>>): number {
    const weights = after
      ? squaredGradient({ before: this.state.m, after, beta1: this.options.learning.optimiser.beta1 })
      : 0;
    return Math.sqrt(weights + (puzzleGradient ? squaredNorm(puzzleGradient) : 0));
  }

  private rates(): Float32Array {
    const { optimiser, ema } = this.options.learning;
    const t = this.state.updates + 1;
    const emaRate = ema ? emaRateAt(t, ema) : 0;
    const values = { ...rates(optimiser, { learningRate: this.learningRate, t }), emaRate };
    return Float32Array.from(rateNames, (name) => values[name]);
  }
}

/** Weights stay finite where their gradient is not, but the moments do not. */
const isSound = (outputs: Readonly<Record<string, Values>>): boolean =>
  ['rows', 'next_params', 'next_m', 'puzzleGradient'].every((name) => allFinite(outputs[name] ?? []));

function stepOptions({ model: config, learning }: LearnerOptions): TrainStepOptions {
  const { optimiser, batchSize, precision = 'float32', frozenWeights: frozen = false } = learning;
  return { config, optimiser, batchSize, precision, frozen };
}

function splitRows(values: Float32Array): ExampleRows {
  const batch = values.length / resultRows.length;
  return Object.fromEntries(
    resultRows.map((name, row) => [name, values.subarray(row * batch, (row + 1) * batch)]),
  ) as ExampleRows;
}
