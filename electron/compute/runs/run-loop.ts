/**
 * Trains a run to its end, for the window and for the command line: writes metrics and checkpoints, checks alerts,
 * saves the model. A client decides what is shown and what happens after an error.
 */
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { StateLostError } from '../../../models/engine/kept-state';
import { accuracySchema } from '../../../models/evaluate/accuracy';
import type { DivergedError } from '../../../models/train/divergence';
import type { MeasuredEvent, TrainingEvent } from '../../../models/train/train';
import type { Alert, Best, Run } from '../../contract/contract';
import { errorText } from '../../contract/error-message';
import { message } from '../../../renderer/messages/message';
import type { LogDamage } from '../../contract/runs';
import type { FreeBytes } from '../storage/disk-usage';
import { appendAlerts, RunAlerts } from './alerts';
import type { MetricsLine } from './metrics/metrics-log';
import { toMetricsLines } from './metrics/metrics-log';
import { readAgain, resumeTraining } from './resume';
import { RunFolder } from './run-store';
import type { CheckpointPolicy, RunRecord, NewRunOptions } from './run-record';
import { createRecord, withRunName } from './run-record';
import type { ResumePoint, Trainer } from './trainer';

/** What `Recorder` has done. */
export type RecordedEvent =
  /** Metrics of an event, already written to the folder. */
  | { readonly type: 'lines'; readonly event: MeasuredEvent; readonly lines: readonly MetricsLine[] }
  | Extract<TrainingEvent, { readonly type: 'evaluating' }>
  | { readonly type: 'checkpoint'; readonly step: number }
  /** A checkpoint could not be written; earlier ones are intact. */
  | { readonly type: 'unsaved'; readonly error: unknown }
  /** Metrics could not be written; they are written when the run, which must be paused or ended, continues. */
  | { readonly type: 'unrecorded'; readonly error: unknown };

interface RecorderOptions {
  readonly trainer: Trainer;
  readonly folder: RunFolder;
  readonly policy: CheckpointPolicy;
  /** Present where the run continues from a checkpoint. */
  readonly resumePoint?: ResumePoint;
}

/** Metrics could not be written, and the run is ending; earlier metrics and checkpoints are intact. `cause`: the error of the disk. */
class UnrecordedError extends Error {}

/** Trains and records in the run's folder: metrics at once, checkpoints in the background. */
export class Recorder {
  best: Best | null;
  private evaluatedAt: number | null;
  private savedSteps: number;
  private savedSeconds: number;
  private saving: Promise<void> | null = null;
  private readonly pending: RecordedEvent[] = [];
  /** Why the last checkpoint could not be written; null if it was. */
  saveError: { readonly error: unknown } | null = null;

  constructor(private readonly options: RecorderOptions) {
    const { trainer, resumePoint } = options;
    this.best = resumePoint?.best ?? null;
    this.evaluatedAt = resumePoint && !resumePoint.isEvalPending ? trainer.updates : null;
    this.savedSteps = trainer.updates;
    this.savedSeconds = trainer.control.seconds;
  }

  /**
   * Trains to the end, or until the run is suspended. The last checkpoint is written before the full evaluation, and after an
   * error: what was trained is safe by then.
   */
  async *trainAndRecord(): AsyncGenerator<RecordedEvent> {
    const { control } = this.options.trainer;
    let isTrained = false;
    try {
      for await (const event of this.options.trainer.events()) {
        if (event.type === 'trained') {
          isTrained = true;
          await this.endTraining();
        }
        if (isTrained && control.isSuspended) return;
        if (event.type === 'evaluating') yield event;
        else if (event.type !== 'trained') yield* this.record(event);
        yield* this.pending.splice(0);
      }
    } catch (error) {
      // Without its state the trainer has nothing to save but what the last checkpoint contains; a step without metrics is repeated.
      const isLost = error instanceof StateLostError || error instanceof UnrecordedError;
      await (isLost ? this.saving : this.saveLast().catch(() => undefined));
      throw error;
    }
  }

  /** A checkpoint is written after the evaluation of its step, so that none is written twice or skipped. */
  private async *record(event: MeasuredEvent): AsyncGenerator<RecordedEvent> {
    const { trainer } = this.options;
    const { id } = trainer.plan.dataset.spec;
    const lines = toMetricsLines(event, (index) => `${id}/test/${trainer.testRows[index]}`);
    yield* this.append(lines);
    const isBest = event.type === 'evaluated' && this.noteEvaluation(event);
    yield { type: 'lines', event, lines };
    if (isBest || this.isCheckpointDue(event)) await this.save();
  }

  /** Tries again after each pause. @throws UnrecordedError while the run is ending */
  private async *append(lines: readonly MetricsLine[]): AsyncGenerator<RecordedEvent> {
    const { folder, trainer } = this.options;
    for (;;) {
      const error = await folder.append(lines).then(
        () => null,
        (reason: unknown) => ({ reason }),
      );
      if (!error) return;
      const { stopped, evaluationSkipped } = trainer.control;
      if (stopped.aborted || evaluationSkipped.aborted) throw new UnrecordedError('metrics', { cause: error.reason });
      yield { type: 'unrecorded', error: error.reason };
      await trainer.control.waitWhilePaused();
    }
  }

  private endTraining(): Promise<void> {
    this.options.trainer.control.endTraining();
    return this.saveLast();
  }

  /** Saves the last step if it has no checkpoint yet, and waits until it is written. */
  private async saveLast(): Promise<void> {
    const { trainer } = this.options;
    if (trainer.updates > 0 && trainer.updates !== this.savedSteps) await this.save();
    await this.saving;
  }

  /** Whether it is the best so far: all quick evaluations of a run use the same puzzles. */
  private noteEvaluation({
    evaluation: { step, exactAccuracy, isFinal },
  }: Extract<TrainingEvent, { type: 'evaluated' }>): boolean {
    if (isFinal) return false;
    this.evaluatedAt = step;
    if (exactAccuracy <= (this.best?.exactAccuracy ?? 0)) return false;
    this.best = { step, exactAccuracy };
    return true;
  }

  /** Whether the policy wants a checkpoint after this event: after the evaluation where one follows the step. */
  private isCheckpointDue(event: MeasuredEvent): boolean {
    const {
      trainer,
      policy: { everySteps, everySeconds },
    } = this.options;
    if (event.type === 'diverged' || (event.type === 'step' && trainer.isEvalDue)) return false;
    if (event.type === 'evaluated' && event.evaluation.isFinal) return false;
    return (
      (everySteps !== null && trainer.updates % everySteps === 0) ||
      (everySeconds !== null && trainer.control.seconds - this.savedSeconds >= everySeconds)
    );
  }

  /** Training continues while the file is written; a second save waits for the first. */
  private async save(): Promise<void> {
    await this.saving;
    const { trainer } = this.options;
    const isEvalPending = trainer.isEvalDue && this.evaluatedAt !== trainer.updates;
    const { step, chunks, release } = await trainer.snapshot({ isEvalPending, best: this.best });
    [this.savedSteps, this.savedSeconds] = [step, trainer.control.seconds];
    this.saving = this.write(step, chunks)
      .finally(release)
      .then(
        () => {
          this.saveError = null;
          this.pending.push({ type: 'checkpoint', step });
        },
        (error: unknown) => {
          this.saveError = { error };
          this.pending.push({ type: 'unsaved', error });
        },
      );
  }

  private async write(step: number, chunks: readonly Uint8Array[]): Promise<void> {
    const { folder, policy } = this.options;
    await folder.flushMetrics();
    await folder.checkpoints.write(step, chunks);
    await folder.checkpoints.retain(policy, this.best?.step ?? null);
  }
}

/** A run that this process has locked and prepared for training. */
export interface OpenedRun {
  readonly trainer: Trainer;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** Where a resumed run continues, and the damage of its metrics before. */
  readonly resumePoint?: ResumePoint;
  readonly logDamage?: LogDamage;
  /** Unlocks the run for other processes. */
  readonly release: () => Promise<void>;
}

/** Creates a new run in a new folder. @throws ExistsError where `path` exists */
export async function createRun(
  trainer: Trainer,
  path: string,
  start: Omit<NewRunOptions, keyof Trainer['flops'] | 'device'>,
): Promise<OpenedRun> {
  const { plan, flops, provider: device } = trainer;
  const record = createRecord(plan, { ...start, ...flops, device });
  const folder = await RunFolder.create(path, record);
  // Weights that the seed does not draw are saved before the first step; a run on a device continues from there if it fails.
  if (plan.start || device !== 'cpu') {
    const { chunks, release } = await trainer.snapshot({ isEvalPending: false, best: null });
    await folder.checkpoints.write(0, chunks).finally(release);
  }
  return { trainer, folder, record, release: await folder.lock() };
}

/** Opens a run to continue from its newest checkpoint. @throws RunFolderError while another process trains it, and as `resumeTraining` */
export async function reopenRun(
  trainer: Trainer,
  { folder, record }: { readonly folder: RunFolder; readonly record: RunRecord },
): Promise<OpenedRun> {
  const release = await folder.lock();
  try {
    const current = await readAgain(folder, record);
    return { trainer, folder, release, ...(await resumeTraining(trainer, folder, current)) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Why a run cannot simply continue; everything saved before is intact. */
export type RunError =
  | { readonly type: 'diverged'; readonly error: DivergedError }
  | Extract<RecordedEvent, { type: 'unsaved' | 'unrecorded' }>;

export type ReportedEvent = Exclude<MeasuredEvent, { type: 'diverged' }>;

/**
 * What differs between the clients. Steps, evaluations and checkpoints are reported after they were written to the
 * run's folder, the end after it was written to its record, alerts before.
 */
export interface RunClient {
  /** Saves the model of a run that has ended. @returns its name for the record; null where none is saved */
  saveModel(model: StoredModel, run: Run): Promise<string | null>;
  /** A step or an evaluation; `run` includes it. */
  onEvent(event: ReportedEvent, lines: readonly MetricsLine[], run: Run): void;
  onCheckpoint?(step: number, run: Run): void;
  /** Progress of the full evaluation. @param done puzzles evaluated so far */
  onEvaluating?(done: number, total: number, run: Run): void;
  /** New alerts. Called before they are written: they may be about the disk. */
  onAlerts(alerts: readonly Alert[], run: Run): void;
  /** The run has gone back to its last checkpoint, because a device failed with the state it kept. */
  onRestored?(run: Run): void;
  /** Pauses or stops the training, or throws, which ends the run: as failed if it diverged, else as interrupted. */
  onError(error: RunError): void | Promise<void>;
  /** The run has ended, successfully or not. */
  onEnd?(run: Run): void;
}

interface RunLoopOptions {
  /** Free space of the machine's disks by default. */
  readonly freeBytes?: FreeBytes;
}

export class RunLoop {
  private recorder: Recorder;
  private alerts: RunAlerts;
  private current: Run;
  private writing: Promise<unknown> = Promise.resolve();
  /** Set while the client handles an error of the disk: what was saved before it is intact. */
  private isUnsaved = false;

  constructor(
    private readonly opened: OpenedRun,
    private readonly client: RunClient,
    private readonly options: RunLoopOptions = {},
  ) {
    this.current = opened.record.run;
    [this.recorder, this.alerts] = this.startRecording(opened.resumePoint);
  }

  private startRecording(resumePoint?: ResumePoint): [Recorder, RunAlerts] {
    const { trainer, folder, record } = this.opened;
    const options = { trainer, folder, ...(resumePoint && { resumePoint }) };
    return [new Recorder({ ...options, policy: record.setup.policy }), new RunAlerts({ ...options, ...this.options })];
  }

  get run(): Run {
    return this.current;
  }

  /** Changes the run in memory; `write` records it. */
  change(change: Partial<Run>): Run {
    return (this.current = { ...this.current, ...change });
  }

  /** Writes the record. Writes are serialised, each with the run at that time: an older state never replaces a newer one. */
  write(): Promise<void> {
    const { folder, record } = this.opened;
    const written = this.writing.then(() => folder.write({ ...record, run: this.current }));
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** Trains to the end, saves the model, and releases everything. @throws the error that made the run fail, which is recorded */
  async train(): Promise<Run> {
    try {
      await this.record().catch(async (error: unknown) => {
        if (!(error instanceof StateLostError)) throw error;
        await this.returnToCheckpoint();
        await this.record();
      });
      return await (this.opened.trainer.control.isSuspended ? this.suspend() : this.finish());
    } catch (cause) {
      const { trainer } = this.opened;
      const error = await trainer.describeError(cause instanceof UnrecordedError ? cause.cause : cause);
      const canContinue = this.isUnsaved || cause instanceof UnrecordedError || trainer.control.isSuspended;
      this.change({ state: canContinue ? 'interrupted' : 'failed', failure: errorText(error) });
      // If this cannot be written either, the run counts as interrupted at the next start.
      await this.write().catch(() => undefined);
      this.client.onEnd?.(this.current);
      throw error;
    } finally {
      await this.opened.trainer.release();
      await this.opened.release();
    }
  }

  private async record(): Promise<void> {
    for await (const recorded of this.recorder.trainAndRecord()) {
      await this.handle(recorded);
      await this.checkAlerts(recorded);
    }
  }

  /** Continues from the last checkpoint; the CPU computes from now on. */
  private async returnToCheckpoint(): Promise<void> {
    const { trainer, folder, record } = this.opened;
    const resumed = await resumeTraining(trainer, folder, { ...record, run: this.current });
    const { deviceMessage } = this.current;
    [this.recorder, this.alerts] = this.startRecording(resumed.resumePoint);
    this.client.onRestored?.(this.change({ ...resumed.record.run, deviceMessage }));
    await this.write();
  }

  private async handle(recorded: RecordedEvent): Promise<void> {
    if (recorded.type === 'unsaved' || recorded.type === 'unrecorded') return this.reportError(recorded);
    if (recorded.type === 'evaluating') return this.client.onEvaluating?.(recorded.done, recorded.total, this.current);
    if (recorded.type === 'checkpoint') return this.handleCheckpoint(recorded.step);
    const { event, lines } = recorded;
    if (event.type === 'diverged') return this.reportError(event);
    const { step, seconds } = event.type === 'step' ? event.metrics : event.evaluation;
    const progress = { step, seconds, joules: this.opened.trainer.control.cost.joules };
    if (event.type === 'step') this.change(progress);
    else this.change({ ...progress, accuracy: accuracySchema.parse(event.evaluation), best: this.recorder.best });
    this.client.onEvent(event, lines, this.current);
  }

  private async handleCheckpoint(step: number): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      return this.reportError({ type: 'unsaved', error });
    }
    this.client.onCheckpoint?.(step, this.current);
  }

  private async reportError(error: RunError): Promise<void> {
    this.isUnsaved = error.type !== 'diverged';
    await this.client.onError(error);
    this.isUnsaved = false;
  }

  private async checkAlerts(recorded: RecordedEvent): Promise<void> {
    const fresh = await this.alerts.observe(recorded);
    if (fresh.length === 0) return;
    this.client.onAlerts(fresh, this.change({ alerts: appendAlerts(this.current.alerts, fresh) }));
    // If this fails, the next checkpoint writes it.
    await this.write().catch(() => undefined);
  }

  /** Leaves the run to continue later, from the checkpoint of its last step if it could be written. */
  private async suspend(): Promise<Run> {
    const { saveError } = this.recorder;
    const failure = saveError
      ? message('run.checkpointFailed', { reason: errorText(saveError.error) })
      : message('run.suspended', { step: this.current.step });
    this.change({ state: 'interrupted', failure });
    await this.write();
    this.client.onEnd?.(this.current);
    return this.current;
  }

  private async finish(): Promise<Run> {
    const [run, { trainer }] = [this.current, this.opened];
    const model = await this.client.saveModel(withRunName(await trainer.model(run.accuracy), run), run);
    this.change({ state: trainer.control.stopped.aborted ? 'stopped' : 'finished', model });
    await this.write();
    this.client.onEnd?.(this.current);
    return this.current;
  }
}
