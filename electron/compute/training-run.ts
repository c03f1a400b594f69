/** One training run from its plan to a model, as events: the same for the window and the command line. */
import type { BatchesState } from '../../datasets/batches';
import { testBatches, TrainBatches } from '../../datasets/batches';
import type { Dataset } from '../../datasets/catalog';
import { Random, streams } from '../../datasets/random';
import type { Accuracy } from '../../models/checkpoint/card';
import { readLearner, writeLearner } from '../../models/checkpoint/learner-file';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { Examiner } from '../../models/training/evaluate';
import { freshLearnerState, Learner } from '../../models/training/learner';
import type { Preset } from '../../models/training/presets';
import { runConfig } from '../../models/training/presets';
import type { RunConfig } from '../../models/training/run-config';
import type { TrainingEvent } from '../../models/training/train';
import { train } from '../../models/training/train';
import { initialState } from '../../models/trm/weights';
import { RunControl } from './control';
import { threads } from './device';
import { cardOf } from './card-of';

export interface RunPlan {
  readonly dataset: Dataset;
  readonly preset: Preset;
  readonly seed: number;
  readonly maxSeconds: number;
  /** In place of what the preset says. */
  readonly override?: Partial<Pick<RunConfig, 'batchSize' | 'maxSteps'>>;
}

/** Held-out puzzles looked at during training, and at its end. */
const GLANCE = 128;
const HELD_OUT = 500;

/** What a checkpoint holds beside the learner. */
interface Position {
  readonly batches: BatchesState;
  readonly halting: readonly number[];
  readonly seconds: number;
}

interface Parts {
  readonly learner: Learner;
  readonly examiner: Examiner;
  readonly batches: TrainBatches;
  halting: Random;
}

export class TrainingRun {
  readonly control = new RunControl();

  private constructor(readonly plan: RunPlan, readonly config: RunConfig, private readonly parts: Parts) {}

  /** Builds both sessions; blocks its thread for some tenths of a second. */
  static async prepare(plan: RunPlan): Promise<TrainingRun> {
    const config = configOf(plan);
    const { model, seed, batchSize } = config;
    const { kind, train: puzzles } = plan.dataset;
    const start = freshLearnerState(initialState(model, Random.seeded(seed, streams.initialisation)), model, batchSize);
    return new TrainingRun(plan, config, {
      learner: await Learner.create({ model, learning: config, state: start, threads }),
      examiner: await Examiner.create(model, { batchSize: GLANCE, threads }),
      batches: new TrainBatches({ puzzles, kind, batchSize, augmentation: 'on-the-fly', seed }),
      halting: Random.seeded(seed, streams.halting),
    });
  }

  /** Trains until a limit or a stop; ends with an evaluation on the held-out puzzles. */
  events(): AsyncGenerator<TrainingEvent> {
    const { kind, test } = this.plan.dataset;
    const heldOut = [...testBatches(test.slice(0, HELD_OUT), GLANCE)];
    const isLegal = (inputs: Uint8Array, answer: Uint8Array) => kind.check(inputs, answer).legal;
    return train({ run: this.config, ...this.parts, glance: heldOut.slice(0, 1), heldOut, isLegal, control: this.control });
  }

  get updates(): number {
    return this.parts.learner.state.updates;
  }

  /** The model as it is now, with the weights that are evaluated. */
  model(accuracy: Accuracy | null): StoredModel {
    const { config, plan, control, updates } = this;
    const card = cardOf(plan, config, { steps: updates, seconds: control.seconds, accuracy });
    return { config: config.model, state: this.parts.learner.answering, card };
  }

  checkpoint(): Uint8Array {
    const { batches, halting, learner } = this.parts;
    const position: Position = { batches: batches.state(), halting: halting.state(), seconds: this.control.seconds };
    return writeLearner(learner.state, position);
  }

  /** Goes on where `checkpoint` was taken. @throws SafetensorsError when the bytes do not fit the plan */
  restore(checkpoint: Uint8Array): void {
    const { state, position } = readLearner(checkpoint, this.parts.learner.state);
    const { batches, halting, seconds } = position as Position;
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

function configOf({ preset, seed, maxSeconds, dataset: { kind }, override }: RunPlan): RunConfig {
  const sizes = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length };
  return { ...runConfig(preset, { ...sizes, seed, maxSeconds }), ...override };
}
