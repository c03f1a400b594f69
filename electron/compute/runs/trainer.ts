/** Trains one run: learner, evaluator, batches and random state of a plan, with snapshots to resume from. */
import type { Batches } from '../../../datasets/batches';
import { testBatches, createTrainBatches } from '../../../datasets/batches';
import { readRating } from '../../../datasets/kinds/facets';
import { Random, streams } from '../../../datasets/random';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { ByteSource } from '../../../models/checkpoint/byte-source';
import { encodeTrainingState, readTrainingState } from '../../../models/checkpoint/training-state-file';
import type { Accuracy } from '../../../models/evaluate/accuracy';
import { Evaluator } from '../../../models/evaluate/evaluate';
import type { Provider } from '../../../models/runtime/execution';
import type { EngineOptions } from '../../../models/engine/engine';
import { runTask } from '../../../models/engine/engine';
import type { LearnerState } from '../../../models/train/learner';
import { createLearnerState, Learner } from '../../../models/train/learner';
import type { RunConfig } from '../../../models/train/run-config';
import { drawHalting } from '../../../models/train/halting';
import type { StepInputs, TrainingEvent } from '../../../models/train/train';
import { train } from '../../../models/train/train';
import type { Text } from '../../../renderer/messages/message';
import type { Best } from '../../contract/runs';
import type { Run } from '../../contract/contract';
import { countTrainingFlop } from '../../contract/run-stages';
import { cores } from '../devices/cpu';
import { RunControl } from './run-control';
import { createModelCard, getFullEvalSize, getQuickEvalSize } from './run-plan';
import { describeRunError, estimateRunCost } from './preflight';
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { parseResumeState, type ResumeState } from './resume-state';
import type { RunPlan } from './run-plan';
import { chooseTestSample, findTestGroups, type TestSample } from './test-sample';

const pickBatchSettings = ({ batchSize, seed, extraClues, symmetricCopies }: RunConfig) => ({
  ...{ batchSize, seed, extraClues, symmetricCopies },
});

/** Reports a failed device once, also to a listener that is added after the failure; several sessions may report it. */
class DeviceMonitor {
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

/** A checkpoint to be written; its arrays do not change before it is released. */
interface Snapshot {
  readonly step: number;
  /** Parts of the file, in order. */
  readonly chunks: readonly Uint8Array[];
  release(): void;
}

/** State of the recorder at a checkpoint. */
export interface ResumePoint {
  /** The evaluation due after the step of the checkpoint has not been made. */
  readonly isEvalPending: boolean;
  readonly best: Best | null;
  /** Why a newer checkpoint could not be used; absent where the newest one was. */
  readonly damage?: Text;
}

interface Components {
  readonly learner: Learner;
  readonly evaluator: Evaluator;
  readonly batches: Batches;
  halting: Random;
  readonly deviceMonitor: DeviceMonitor;
  readonly sessionOptions: EngineOptions;
}

export class Trainer {
  readonly control = new RunControl();
  private isEvalPending = false;
  private releasing: Promise<void> | null = null;
  private chosenSample: TestSample | null = null;

  private constructor(
    readonly plan: RunPlan,
    private readonly components: Components,
  ) {}

  get config(): RunConfig {
    return this.plan.config;
  }

  /** Builds both sessions. @throws ConfigError when the run does not fit the memory; OutOfMemoryError when it ran out */
  static async prepare(plan: RunPlan, sessionOptions: EngineOptions = { threads: cores }): Promise<Trainer> {
    await estimateRunCost(plan.config, sessionOptions);
    try {
      return await Trainer.open(plan, sessionOptions);
    } catch (error) {
      throw await describeRunError(error, plan.config, sessionOptions);
    }
  }

  private static async open(plan: RunPlan, sessionOptions: EngineOptions): Promise<Trainer> {
    const { config } = plan;
    const { model, seed, batchSize } = config;
    const start = createLearnerState(
      plan.start ?? (await runTask(sessionOptions, 'initialState', { model, seed })),
      model,
      batchSize,
      plan.optimiser,
    );
    const deviceMonitor = new DeviceMonitor();
    if (sessionOptions.onFallback) deviceMonitor.listen(sessionOptions.onFallback);
    const options = { ...sessionOptions, onFallback: deviceMonitor.report };
    const learner = await Learner.create({ model, training: config, state: start, ...options });
    const evalOptions = { batchSize: getQuickEvalSize(plan), ...options };
    const evaluator = await Evaluator.create(model, evalOptions).catch(async (error: unknown) => {
      await learner.release();
      throw error;
    });
    return new Trainer(plan, {
      deviceMonitor,
      sessionOptions,
      learner,
      evaluator,
      batches: createTrainBatches(plan.dataset, pickBatchSettings(config)),
      halting: Random.seeded(seed, streams.halting),
    });
  }

  /** Starts the clock and trains until a limit or a stop; ends with an evaluation on the held-out puzzles. */
  events(): AsyncGenerator<TrainingEvent> {
    const { kind, test } = this.plan.dataset;
    const { testRows } = this;
    const puzzles = testRows.map((row) => test[row]!);
    const groups = findTestGroups(this.plan.dataset);
    const fullEval = puzzles.length > 0 ? [...testBatches(puzzles, getQuickEvalSize(this.plan))] : [];
    const bands = kind.generator?.difficulties ?? [];
    const isLegal = (inputs: Uint8Array, answer: Uint8Array) => kind.check(inputs, answer).legal;
    this.control.start();
    return train({
      run: this.config,
      learner: this.components.learner,
      evaluator: this.components.evaluator,
      drawStep: () => this.drawStep(),
      quickEval: fullEval.slice(0, 1),
      fullEval,
      difficulty: { bands, ratings: puzzles.map((puzzle) => readRating(kind, puzzle)) },
      groups: { kind: groups.kind, of: (index) => groups.of(testRows[index]!) },
      describeSample: (count) => this.testSample.describe(count),
      isLegal: kind.hasRules ? isLegal : null,
      control: this.control,
      isEvalPending: this.isEvalPending,
    });
  }

  private drawStep(): StepInputs {
    const { batches, halting } = this.components;
    const { model, batchSize, startFromPrevious = 0 } = this.config;
    const [position, random] = [batches.state(), halting.state()];
    const undo = () => {
      batches.restore(position);
      this.components.halting = Random.restored(random);
    };
    return { batch: batches.next(), draws: drawHalting(halting, batchSize, { ...model, startFromPrevious }), undo };
  }

  /** Rows of the test split that are evaluated. */
  get testRows(): readonly number[] {
    return this.testSample.rows;
  }

  private get testSample(): TestSample {
    return (this.chosenSample ??= chooseTestSample(this.plan.dataset, getFullEvalSize(this.plan)));
  }

  /** The device of the session options; it may have failed since. */
  get requestedProvider(): Provider {
    return this.components.sessionOptions.provider ?? 'cpu';
  }

  /** The device in use; the CPU once the requested one has failed. */
  get provider(): Provider {
    return this.components.deviceMonitor.isLost ? 'cpu' : this.requestedProvider;
  }

  /** Calls the listener with the reason when the device fails or has failed; the CPU computes from then on. */
  onFallback(listener: (reason: string) => void): void {
    this.components.deviceMonitor.listen(listener);
  }

  /** Floating-point operations of one train step: with the whole recursion, and in the stages of a curriculum. */
  get flops(): Pick<Run, 'stepFlop' | 'stages'> {
    const { stepFlop, stages } = this.components.learner;
    return stages.length > 0 ? { stepFlop, stages } : { stepFlop };
  }

  /** H and L cycles of the steps that are trained now. */
  get recursion(): Pick<RunConfig['model'], 'hCycles' | 'lCycles'> {
    return this.components.learner.recursion;
  }

  get updates(): number {
    return this.components.learner.state.updates;
  }

  /** Halves the learning rate from the next step on. */
  halveLearningRate(): void {
    this.components.learner.halveLearningRate();
  }

  /** The current model, with the averaged weights that are evaluated. */
  async model(accuracy: Accuracy | null): Promise<StoredModel> {
    await this.components.learner.readFromDevice();
    const { config, plan, control, updates } = this;
    const { samples } = this.components.learner.state;
    const flop = countTrainingFlop({ step: updates, ...this.flops });
    const card = createModelCard(plan, { steps: updates, ...control.cost, samples, accuracy, flop });
    const identifiers = config.model.puzzleEmbNdim > 0 ? plan.dataset.identified?.names : undefined;
    return {
      config: config.model,
      state: this.components.learner.evalWeights,
      card,
      ...(identifiers && { identifiers }),
    };
  }

  /** Whether an evaluation follows the last step. */
  get isEvalDue(): boolean {
    const isDue = this.updates > 0 && this.updates % this.config.evaluateEvery === 0;
    return isDue && getFullEvalSize(this.plan) > 0;
  }

  async snapshot(point: ResumePoint): Promise<Snapshot> {
    await this.components.learner.readFromDevice();
    const { state, release } = this.components.learner.snapshot();
    return { step: this.updates, chunks: this.encode(state, point), release };
  }

  private encode(state: LearnerState, { isEvalPending, best }: ResumePoint): Uint8Array[] {
    const { batches, halting } = this.components;
    const resumeState: ResumeState = {
      batches: batches.state(),
      halting: halting.state(),
      ...this.control.cost,
      isEvalPending,
      best,
      seed: this.config.seed,
    };
    return encodeTrainingState(state, resumeState);
  }

  /** Bytes of a checkpoint; nearly constant during training. */
  get checkpointBytes(): number {
    const chunks = this.encode(this.components.learner.state, { isEvalPending: false, best: null });
    return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Bytes of the weights of the model. */
  get modelBytes(): number {
    const arrays = Object.values(this.components.learner.evalWeights) as Float32Array[];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Continues from a snapshot.
   * @param step that it should contain
   * @throws SafetensorsError when the checkpoint does not fit the plan or is of another step or run, which changes nothing
   */
  async restore(checkpoint: ByteSource, step: number): Promise<ResumePoint> {
    const { state, resumeState } = await readTrainingState(checkpoint, this.components.learner.state);
    if (state.updates !== step) throw new SafetensorsError('run.archive.otherStep', { step, found: state.updates });
    const stored = parseResumeState(resumeState);
    const { batches, halting, isEvalPending, best, seed = this.config.seed } = stored;
    if (seed !== this.config.seed) throw new SafetensorsError('run.otherRun');
    this.components.learner.state = state;
    this.components.batches.restore(batches);
    this.components.halting = Random.restored(halting);
    this.control.startAt({ seconds: stored.seconds, joules: stored.joules ?? null });
    this.isEvalPending = isEvalPending;
    return { isEvalPending, best };
  }

  /** Ends the clock and releases the sessions; no effect the second time. */
  release(): Promise<void> {
    return (this.releasing ??= this.releaseSessions());
  }

  /** Releases the sessions after an error. @returns the error; an OutOfMemoryError with what would fit when memory ran out */
  async describeError(error: unknown): Promise<unknown> {
    await this.release();
    return describeRunError(error, this.config, this.components.sessionOptions);
  }

  private async releaseSessions(): Promise<void> {
    this.control.end();
    await this.components.learner.release();
    await this.components.evaluator.release();
  }
}
