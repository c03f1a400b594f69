/** Trains one run: learner, evaluator, batches and random state of a plan, with snapshots to resume from. */
import { z } from 'zod';
import type { Batches } from '../../../datasets/batches';
import { testBatches, createTrainBatches } from '../../../datasets/batches';
import { interleaveGroups } from '../../../datasets/catalog';
import { Random, streams } from '../../../datasets/random';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { encodeTrainingState, readTrainingState } from '../../../models/checkpoint/training-state-file';
import type { Accuracy } from '../../../models/evaluate/accuracy';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { initialState } from '../../../models/family/weights';
import type { Provider } from '../../../models/runtime/execution';
import type { SessionOptions } from '../../../models/runtime/session';
import { createLearnerState, Learner } from '../../../models/train/learner';
import type { RunConfig } from '../../../models/train/run-config';
import type { TrainingControl, TrainingEvent } from '../../../models/train/train';
import { train } from '../../../models/train/train';
import type { Best } from '../../contract/runs';
import { bestSchema } from '../../contract/runs';
import { threads } from '../devices/machine';
import { createModelCard, FULL_EVAL_SIZE, getQuickEvalSize } from './run-plan';
import { estimateRunCost } from './preflight';
import type { RunPlan } from './run-plan';

/** Pauses and stops a run, and measures its training time. */
export class RunControl implements TrainingControl {
  isStopped = false;
  private pausing: { readonly ended: Promise<void>; readonly end: () => void } | null = null;
  /** Time at which the clock was started; null while it is stopped. */
  private since: number | null = null;
  private before = 0;

  /** Sets the clock to the seconds of earlier sessions of the run. */
  startAt(seconds: number): void {
    this.before = seconds;
    if (this.since !== null) this.since = performance.now();
  }

  /** Starts the clock. */
  start(): void {
    if (!this.pausing) this.since ??= performance.now();
  }

  get seconds(): number {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }

  get isPaused(): boolean {
    return this.pausing !== null;
  }

  /** Yields to messages between two steps, and waits while the run is paused. */
  async waitWhilePaused(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.pausing?.ended;
  }

  /** Pauses after the current step; no effect on a run that is stopping. */
  pause(): void {
    if (this.pausing || this.isStopped) return;
    this.before = this.seconds;
    this.since = null;
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.pausing = { ended, end };
  }

  resume(): void {
    if (!this.pausing) return;
    this.pausing.end();
    this.pausing = null;
    this.start();
  }

  stop(): void {
    this.isStopped = true;
    this.resume();
  }
}

/** Reports a failed device once, also to a listener that is added after the failure; several sessions may report it. */
class DeviceWatch {
  private reason: string | null = null;
  private listener: ((reason: string) => void) | null = null;

  get isLost(): boolean {
    return this.reason !== null;
  }

  report = (reason: string): void => {
    if (this.isLost) return;
    this.reason = reason;
    this.listener?.(reason);
  };

  listen(listener: (reason: string) => void): void {
    this.listener = listener;
    if (this.reason !== null) listener(this.reason);
  }
}

const draws = z.array(z.number().int()).length(4).readonly();

/** Content of a checkpoint besides the learner. */
const positionSchema = z.object({
  batches: z.object({ order: draws, augmentation: draws, position: z.number().int().nonnegative() }),
  halting: draws,
  seconds: z.number().nonnegative(),
  /** The evaluation due after this step had not been made. The name is that of the file format. */
  owesLook: z.boolean(),
  best: bestSchema.nullable(),
});

/** A checkpoint to be written; its arrays are immutable. */
interface Snapshot {
  readonly step: number;
  readonly parts: readonly Uint8Array[];
}

/** State of the recorder at a checkpoint. */
export interface ResumePoint {
  /** The evaluation due after the step of the checkpoint has not been made. */
  readonly isEvalPending: boolean;
  readonly best: Best | null;
}

interface Parts {
  readonly learner: Learner;
  readonly evaluator: Evaluator;
  readonly batches: Batches;
  halting: Random;
  readonly watch: DeviceWatch;
  readonly requestedProvider: Provider;
}

export class Trainer {
  readonly control = new RunControl();
  private isEvalPending = false;

  private constructor(
    readonly plan: RunPlan,
    private readonly parts: Parts,
  ) {}

  get config(): RunConfig {
    return this.plan.config;
  }

  /** Builds both sessions, which blocks the thread for some tenths of a second. @throws ConfigError when the run does not fit the memory */
  static async prepare(plan: RunPlan, sessions: SessionOptions = { threads }): Promise<Trainer> {
    const { config } = plan;
    estimateRunCost(config);
    const { model, seed, batchSize } = config;
    const start = createLearnerState(
      plan.start ?? initialState(model, Random.seeded(seed, streams.initialisation)),
      model,
      batchSize,
    );
    const watch = new DeviceWatch();
    if (sessions.onFallback) watch.listen(sessions.onFallback);
    const options = { ...sessions, onFallback: watch.report };
    return new Trainer(plan, {
      watch,
      requestedProvider: sessions.provider ?? 'cpu',
      learner: await Learner.create({ model, training: config, state: start, ...options }),
      evaluator: await Evaluator.create(model, { batchSize: getQuickEvalSize(plan.dataset.test), ...options }),
      batches: createTrainBatches(plan.dataset, { batchSize, seed }),
      halting: Random.seeded(seed, streams.halting),
    });
  }

  /** Starts the clock and trains until a limit or a stop; ends with an evaluation on the held-out puzzles. */
  events(): AsyncGenerator<TrainingEvent> {
    const { kind, test } = this.plan.dataset;
    const heldOut = [
      ...testBatches(
        this.heldOutRows.map((row) => test[row]!),
        getQuickEvalSize(test),
      ),
    ];
    const isLegal = (inputs: Uint8Array, answer: Uint8Array) => kind.check(inputs, answer).legal;
    this.control.start();
    return train({
      run: this.config,
      ...this.parts,
      quickEval: heldOut.slice(0, 1),
      heldOut,
      isLegal,
      control: this.control,
      isEvalPending: this.isEvalPending,
    });
  }

  /** Rows of the test split that are evaluated, in order; with groups of puzzles, some of each group. */
  get heldOutRows(): readonly number[] {
    const { identified, test } = this.plan.dataset;
    return (identified ? interleaveGroups(identified.test) : [...test.keys()]).slice(0, FULL_EVAL_SIZE);
  }

  /** The device of the session options; it may have failed since. */
  get requestedProvider(): Provider {
    return this.parts.requestedProvider;
  }

  /** The device in use; the CPU once the requested one has failed. */
  get provider(): Provider {
    return this.parts.watch.isLost ? 'cpu' : this.parts.requestedProvider;
  }

  /** Calls the listener with the reason when the device fails or has failed; the CPU computes from then on. */
  onFallback(listener: (reason: string) => void): void {
    this.parts.watch.listen(listener);
  }

  /** Floating-point operations of one train step. */
  get stepFlop(): number {
    return this.parts.learner.stepFlop;
  }

  get updates(): number {
    return this.parts.learner.state.updates;
  }

  /** Halves the learning rate from the next step on. */
  halveLearningRate(): void {
    this.parts.learner.halveLearningRate();
  }

  /** The current model, with the averaged weights that are evaluated. */
  model(accuracy: Accuracy | null): StoredModel {
    const { config, plan, control, updates, stepFlop } = this;
    const card = createModelCard(plan, { steps: updates, seconds: control.seconds, accuracy, stepFlop });
    return { config: config.model, state: this.parts.learner.emaWeights, card };
  }

  /** Whether an evaluation follows the last step. */
  get isEvalDue(): boolean {
    return this.updates > 0 && this.updates % this.config.evaluateEvery === 0;
  }

  snapshot({ isEvalPending, best }: ResumePoint): Snapshot {
    const { batches, halting, learner } = this.parts;
    const position: z.infer<typeof positionSchema> = {
      batches: batches.state(),
      halting: halting.state(),
      seconds: this.control.seconds,
      owesLook: isEvalPending,
      best,
    };
    return { step: this.updates, parts: encodeTrainingState(learner.state, position) };
  }

  /** Bytes of a checkpoint; nearly constant during training. */
  get checkpointBytes(): number {
    return this.snapshot({ isEvalPending: false, best: null }).parts.reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  /** Continues from a snapshot. @throws SafetensorsError when the bytes do not fit the plan */
  restore(checkpoint: Uint8Array): ResumePoint {
    const { state, position } = readTrainingState(checkpoint, this.parts.learner.state);
    const parsed = positionSchema.safeParse(position);
    if (!parsed.success) throw new SafetensorsError('the checkpoint does not say where in the run it was made');
    const { batches, halting, seconds, owesLook: isEvalPending, best } = parsed.data;
    this.parts.learner.state = state;
    this.parts.batches.restore(batches);
    this.parts.halting = Random.restored(halting);
    this.control.startAt(seconds);
    this.isEvalPending = isEvalPending;
    return { isEvalPending, best };
  }

  async release(): Promise<void> {
    await this.parts.learner.release();
    await this.parts.evaluator.release();
  }
}
