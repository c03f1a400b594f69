/** One training run from its plan to a model, as events: the same for the window and the command line. */
import { z } from 'zod';
import { testBatches, TrainBatches } from '../../datasets/batches';
import { Random, streams } from '../../datasets/random';
import type { Accuracy } from '../../models/checkpoint/card';
import { readLearner, writeLearner } from '../../models/checkpoint/learner-file';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { SafetensorsError } from '../../models/checkpoint/safetensors';
import { Examiner } from '../../models/training/evaluate';
import { Learner } from '../../models/training/learner';
import { freshLearnerState } from '../../models/training/learner-state';
import type { RunConfig } from '../../models/training/run-config';
import type { Provider } from '../../models/onnx/providers';
import type { SessionOptions } from '../../models/training/session';
import type { TrainingEvent } from '../../models/training/train';
import { train } from '../../models/training/train';
import { initialState } from '../../models/family/weights';
import { RunControl } from './control';
import type { RunPlan } from './run-plan';
import { configOf } from './run-plan';
import { DeviceWatch } from './devices/device-watch';
import { threads } from './devices/machine';
import { cardOf } from './card-of';
import { preflight } from './preflight';

/** Held-out puzzles looked at during training, and at its end. */
const GLANCE = 128;
const HELD_OUT = 500;

const draws = z.array(z.number().int()).length(4).readonly();

/** What a checkpoint holds beside the learner. */
const positionSchema = z.object({
  batches: z.object({ order: draws, augmentation: draws, position: z.number().int().nonnegative() }),
  halting: draws,
  seconds: z.number().nonnegative(),
});

interface Parts {
  readonly learner: Learner;
  readonly examiner: Examiner;
  readonly batches: TrainBatches;
  halting: Random;
  readonly watch: DeviceWatch;
  /** The device that was asked for. */
  readonly asked: Provider;
}

export class TrainingRun {
  readonly control = new RunControl();

  private constructor(readonly plan: RunPlan, readonly config: RunConfig, private readonly parts: Parts) {}

  /** Builds both sessions; blocks its thread for some tenths of a second. @throws ConfigError when it does not fit this machine */
  static async prepare(plan: RunPlan, sessions: SessionOptions = { threads }): Promise<TrainingRun> {
    const config = configOf(plan);
    preflight(config);
    const { model, seed, batchSize } = config;
    const { kind, train: puzzles } = plan.dataset;
    const start = freshLearnerState(initialState(model, Random.seeded(seed, streams.initialisation)), model, batchSize);
    const watch = new DeviceWatch();
    if (sessions.onFallback) watch.listen(sessions.onFallback);
    const options = { ...sessions, onFallback: watch.report };
    return new TrainingRun(plan, config, {
      watch, asked: sessions.provider ?? 'cpu',
      learner: await Learner.create({ model, learning: config, state: start, ...options }),
      examiner: await Examiner.create(model, { batchSize: GLANCE, ...options }),
      batches: new TrainBatches({ puzzles, kind, batchSize, augmentation: 'on-the-fly', seed }),
      halting: Random.seeded(seed, streams.halting),
    });
  }

  /** Sets the clock going and trains until a limit or a stop; ends with an evaluation on the held-out puzzles. */
  events(): AsyncGenerator<TrainingEvent> {
    const { kind, test } = this.plan.dataset;
    const heldOut = [...testBatches(test.slice(0, HELD_OUT), GLANCE)];
    const isLegal = (inputs: Uint8Array, answer: Uint8Array) => kind.check(inputs, answer).legal;
    this.control.start();
    return train({ run: this.config, ...this.parts, glance: heldOut.slice(0, 1), heldOut, isLegal, control: this.control });
  }

  /** The device that was asked for. */
  get asked(): Provider {
    return this.parts.asked;
  }

  /** What computes now. */
  get provider(): Provider {
    return this.parts.watch.isLost ? 'cpu' : this.parts.asked;
  }

  /** Tells of a device that fails, or has failed already; the processor does its work from then on. */
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

  /** From the next step on. */
  halveRate(): void {
    this.parts.learner.halveRate();
  }

  /** The model as it is now, with the weights that are evaluated. */
  model(accuracy: Accuracy | null): StoredModel {
    const { config, plan, control, updates } = this;
    const card = cardOf(plan, config, { steps: updates, seconds: control.seconds, accuracy });
    return { config: config.model, state: this.parts.learner.answering, card };
  }

  checkpoint(): Uint8Array {
    const { batches, halting, learner } = this.parts;
    const position: z.infer<typeof positionSchema> = { batches: batches.state(), halting: halting.state(), seconds: this.control.seconds };
    return writeLearner(learner.state, position);
  }

  /** Goes on where `checkpoint` was taken. @throws SafetensorsError when the bytes do not fit the plan */
  restore(checkpoint: Uint8Array): void {
    const { state, position } = readLearner(checkpoint, this.parts.learner.state);
    const parsed = positionSchema.safeParse(position);
    if (!parsed.success) throw new SafetensorsError('the checkpoint does not say where in the run it was made');
    const { batches, halting, seconds } = parsed.data;
    this.parts.learner.state = state;
    this.parts.batches.restore(batches);
    this.parts.halting = Random.restored(halting);
    this.control.startAt(seconds);
  }

  async release(): Promise<void> {
    await this.parts.learner.release();
    await this.parts.examiner.release();
  }
}
