/** The run that trains for the window: events for the window, and pause, resume and stop. */
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import type { Alert, ComputeEvent, Run, StepMetrics } from '../../contract/contract';
import { message, MessageError } from '../../../renderer/messages/message';
import type { MessageParameters } from '../../../renderer/messages/message-types';
import { errorText } from '../../contract/error-message';
import type { DatasetLibrary } from '../datasets/library';
import { describeDeviceError, deviceNames } from '../devices/providers';
import type { ModelLibrary } from '../models/library';
import type { FreeBytes } from '../storage/disk-usage';
import type { MetricsLine } from './metrics/metrics-log';
import { RunPace } from './progress-rate';
import { RunLoop, type OpenedRun, type ReportedEvent, type RunClient, type RunError } from './run-loop';
import type { CheckpointPolicy } from './run-record';
import type { RunStore } from './run-store';
import type { Trainer } from './trainer';

export interface ActiveRunContext {
  readonly store: RunStore;
  readonly library: ModelLibrary;
  readonly datasets: DatasetLibrary;
  readonly emit: (event: ComputeEvent) => void;
  readonly policy: CheckpointPolicy;
  /** Returns the session options of the chosen device. */
  readonly getSessionOptions: () => Promise<EngineOptions>;
  /** Free space of the machine's disks by default. */
  readonly freeBytes?: FreeBytes;
  /** Ends benchmarks before a run starts. */
  readonly beforeTraining?: () => Promise<void>;
}

type StateEvent = 'run/started' | 'run/paused' | 'run/resumed' | 'run/finished' | 'run/stopped' | 'run/failed';

const unsavedMessages = { unsaved: 'run.checkpointFailed', unrecorded: 'run.metricsFailed' } as const;

const endEvents: Partial<Record<Run['state'], StateEvent>> = {
  finished: 'run/finished',
  stopped: 'run/stopped',
  failed: 'run/failed',
  interrupted: 'run/failed',
};

export class ActiveRun implements RunClient {
  private readonly loop: RunLoop;
  private readonly steps: StepEvents;
  private readonly trainer: Trainer;
  private deviceFailure: MessageParameters['run.deviceFailed'] | null = null;

  constructor(
    opened: OpenedRun,
    private readonly context: ActiveRunContext,
  ) {
    const { emit, freeBytes } = context;
    this.trainer = opened.trainer;
    this.loop = new RunLoop(opened, this, { ...(freeBytes && { freeBytes }) });
    this.steps = new StepEvents(emit);
  }

  get run(): Run {
    return this.loop.run;
  }

  get isOver(): boolean {
    return endEvents[this.run.state] !== undefined;
  }

  /** Writes the record before the event: a run that cannot be recorded does not start. */
  async start(type: 'run/started' | 'run/resumed'): Promise<Run> {
    const run = this.loop.change({ state: 'running' });
    await this.loop.write();
    this.context.emit({ type, runId: run.runId, run });
    this.trainer.onFallback((reason) => this.onDeviceFallback(reason));
    return this.run;
  }

  /** Trains to the end. @throws the error that made the run fail */
  train(): Promise<Run> {
    return this.loop.train();
  }

  async pause(): Promise<Run> {
    if (this.trainer.control.stopped.aborted) throw new MessageError('run.ending');
    this.trainer.control.pause();
    return this.changeState('run/paused', { state: 'paused' });
  }

  resume(halveLearningRate = false): Promise<Run> {
    if (halveLearningRate) this.trainer.halveLearningRate();
    this.trainer.control.resume();
    return this.changeState('run/resumed', { state: 'running', pauseReason: null });
  }

  /** Ends the run within a shard of its step; its model is saved after an evaluation, which a second stop skips. */
  stop(): Run {
    this.trainer.control.stop();
    return this.loop.change({ state: 'running' });
  }

  /** Ends the run with a checkpoint from which it can continue. */
  suspend(): void {
    this.trainer.control.suspend();
  }

  /** Changes name and tags. */
  update(change: Pick<Run, 'name' | 'tags'>): Promise<void> {
    this.loop.change(change);
    return this.loop.write();
  }

  async saveModel(model: StoredModel, { runId, step }: Run): Promise<string | null> {
    if (step === 0) return null;
    await this.context.library.save(runId, model);
    return runId;
  }

  onEvent(event: ReportedEvent, lines: readonly MetricsLine[], run: Run): void {
    const { emit } = this.context;
    const { runId } = run;
    if (event.type === 'step') return this.steps.add(run, event.metrics);
    this.steps.flush(run);
    emit({ type: 'run/evaluated', runId, evaluation: event.evaluation });
    for (const line of lines)
      if (line.type === 'sample') emit({ type: 'run/sample', runId, step: line.step, samples: [...line.samples] });
  }

  onCheckpoint(step: number, { runId }: Run): void {
    this.context.emit({ type: 'run/checkpoint', runId, step });
  }

  onEvaluating(done: number, total: number, run: Run): void {
    this.steps.flush(run);
    this.context.emit({ type: 'run/evaluating', runId: run.runId, done, total });
  }

  onAlerts(_alerts: readonly Alert[], run: Run): void {
    this.context.emit({ type: 'run/alert', runId: run.runId, run });
  }

  onRestored(restored: Run): void {
    const { deviceFailure } = this;
    const deviceMessage = deviceFailure && message('run.deviceLost', { ...deviceFailure, checkpoint: restored.step });
    const run = this.loop.change({ deviceMessage });
    this.steps.flush(run);
    this.context.emit({ type: 'run/resumed', runId: run.runId, run });
  }

  /** Pauses the run and records the reason. A run that is ending does not pause: its end reports what is unsaved. */
  async onError({ type, error }: RunError): Promise<void> {
    const { control } = this.trainer;
    control.pause();
    if (!control.isPaused) return;
    const pauseReason = type === 'diverged' ? error.text : message(unsavedMessages[type], { reason: errorText(error) });
    // A full disk takes no record either: the next change writes it.
    await this.changeState('run/paused', { state: 'paused', pauseReason }).catch(() => undefined);
  }

  onEnd(run: Run): void {
    this.steps.flush(run);
    const type = endEvents[run.state];
    if (type) this.context.emit({ type, runId: run.runId, run });
  }

  /** Called during a step. */
  private onDeviceFallback(reason: string): void {
    this.deviceFailure = {
      device: deviceNames[this.trainer.requestedProvider],
      step: this.run.step,
      reason: describeDeviceError(reason),
    };
    const deviceMessage = message('run.deviceFailed', this.deviceFailure);
    const run = this.loop.change({ device: 'cpu', deviceMessage });
    this.context.emit({ type: 'run/fallback', runId: run.runId, run });
    void this.loop.write().catch(() => undefined);
  }

  /** Sends the event before writing the record, so that the window gets it even when the disk is full. */
  private async changeState(type: StateEvent, change: Partial<Run>): Promise<Run> {
    const run = this.loop.change(change);
    this.steps.flush(run);
    this.context.emit({ type, runId: run.runId, run });
    await this.loop.write();
    return run;
  }
}

/** Minimum milliseconds between two `run/step` events. */
const INTERVAL = 66;

/** Batches steps into at most about 15 `run/step` events a second, with the pace of the last seconds. */
export class StepEvents {
  private waiting: StepMetrics[] = [];
  private readonly pace = new RunPace();
  private sentAt = 0;

  constructor(
    private readonly emit: (event: ComputeEvent) => void,
    /** Memory of the process that trains; null where it is not this one. */
    private readonly memoryBytes: () => number | null = () => process.memoryUsage.rss(),
  ) {}

  add(run: Run, metrics: StepMetrics): void {
    this.waiting.push(metrics);
    this.pace.add(metrics);
    // While paused, no later event would include the last step.
    if (run.state === 'paused' || performance.now() - this.sentAt >= INTERVAL) this.flush(run);
  }

  flush(run: Run): void {
    if (this.waiting.length === 0) return;
    this.emit({
      type: 'run/step',
      runId: run.runId,
      points: this.waiting,
      samplesPerSecond: this.pace.samplesPerSecond,
      memoryBytes: this.memoryBytes(),
      secondsLeft: this.pace.secondsLeft(run),
    });
    this.waiting = [];
    this.sentAt = performance.now();
  }
}
