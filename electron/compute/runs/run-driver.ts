/**
 * The one way a run is trained, for the window and for the command line: trains, records, checkpoints, alerts,
 * evaluates, and saves the model. A client decides what is shown of it and what happens after a problem.
 */
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { accuracySchema } from '../../../models/evaluate/accuracy';
import type { DivergedError } from '../../../models/train/divergence';
import type { TrainingEvent } from '../../../models/train/train';
import type { Alert, Best, Run } from '../../contract/contract';
import { errorMessage } from '../../contract/format';
import type { FreeBytes } from '../storage/disk-usage';
import { appendAlerts, RunAlerts } from './alerts';
import type { MetricsLine } from './metrics-log';
import { toMetricsLines } from './metrics-log';
import { resumeTraining } from './resume';
import { RunFolder } from './run-store';
import type { CheckpointPolicy, RunRecord, RunStart } from './run-record';
import { createRecord } from './run-record';
import type { ResumePoint, TrainingRun } from './training-run';

// Records a training in the folder of its run: metrics at once, checkpoints in the background.

export type Recorded =
  /** Already in the folder. */
  | { readonly type: 'lines'; readonly event: TrainingEvent; readonly lines: readonly MetricsLine[] }
  | { readonly type: 'checkpoint'; readonly step: number }
  /** A checkpoint could not be written; those before it are whole. */
  | { readonly type: 'unsaved'; readonly reason: unknown };

interface RecorderOptions {
  readonly training: TrainingRun;
  readonly folder: RunFolder;
  readonly policy: CheckpointPolicy;
  /** Present where the run continues from a checkpoint. */
  readonly resumePoint?: ResumePoint;
}

export class Recorder {
  best: Best | null;
  private evaluatedAt: number | null;
  private savedSteps: number;
  private savedSeconds: number;
  private saving: Promise<void> | null = null;
  private readonly pending: Recorded[] = [];

  constructor(private readonly options: RecorderOptions) {
    const { training, resumePoint } = options;
    this.best = resumePoint?.best ?? null;
    this.evaluatedAt = resumePoint && !resumePoint.isEvalPending ? training.updates : null;
    this.savedSteps = training.updates;
    this.savedSeconds = training.control.seconds;
  }

  /** Trains to the end. A checkpoint is made after the evaluation of its step, so that none is made twice or left out. */
  async *record(): AsyncGenerator<Recorded> {
    const { training, folder } = this.options;
    const {
      heldOutRows: rows,
      plan: {
        dataset: {
          spec: { id },
        },
      },
    } = training;
    for await (const event of training.events()) {
      const lines = toMetricsLines(event, (index) => `${id}/test/${rows[index]}`);
      await folder.append(lines);
      const isBest = event.type === 'evaluated' && this.noteEvaluation(event);
      yield { type: 'lines', event, lines };
      if (
        isBest ||
        (event.type === 'step' && this.isDue() && !training.isEvalDue) ||
        (event.type === 'evaluated' && !event.evaluation.isFinal && this.isDue())
      )
        await this.save();
      yield* this.pending.splice(0);
    }
    await this.saveLast();
    yield* this.pending.splice(0);
  }

  /** Saves the last step if it has no checkpoint yet, and waits until it is written. */
  private async saveLast(): Promise<void> {
    const { training } = this.options;
    if (training.updates > 0 && training.updates !== this.savedSteps) await this.save();
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

  private isDue(): boolean {
    const {
      training,
      policy: { everySteps, everySeconds },
    } = this.options;
    return (
      (everySteps !== null && training.updates % everySteps === 0) ||
      (everySeconds !== null && training.control.seconds - this.savedSeconds >= everySeconds)
    );
  }

  /** Training continues while the file is written; a second save waits for the first. */
  private async save(): Promise<void> {
    await this.saving;
    const { training } = this.options;
    const isEvalPending = training.isEvalDue && this.evaluatedAt !== training.updates;
    const { step, parts } = training.snapshot({ isEvalPending, best: this.best });
    [this.savedSteps, this.savedSeconds] = [step, training.control.seconds];
    this.saving = this.write(step, parts).then(
      () => void this.pending.push({ type: 'checkpoint', step }),
      (reason: unknown) => void this.pending.push({ type: 'unsaved', reason }),
    );
  }

  private async write(step: number, parts: readonly Uint8Array[]): Promise<void> {
    const { folder, policy } = this.options;
    await folder.flushMetrics();
    await folder.checkpoints.write(step, parts);
    await folder.checkpoints.retain(policy, this.best?.step ?? null);
  }
}

/** A run that is ready to be trained by this process. */
export interface OpenedRun {
  readonly training: TrainingRun;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** Where a resumed run continues. */
  readonly resumePoint?: ResumePoint;
  /** Unlocks the run for other processes. */
  readonly release: () => Promise<void>;
}

/** A new run in a folder of its own. @throws ExistsError where `path` is taken */
export async function createRun(
  training: TrainingRun,
  path: string,
  start: Omit<RunStart, 'stepFlop' | 'device'>,
): Promise<OpenedRun> {
  const { plan, stepFlop, provider: device } = training;
  const record = createRecord(plan, { ...start, stepFlop, device });
  const folder = await RunFolder.create(path, record);
  // Weights that the seed does not draw are saved before the first step.
  if (plan.start) await folder.checkpoints.write(0, training.snapshot({ isEvalPending: false, best: null }).parts);
  return { training, folder, record, release: await folder.lock() };
}

/** A run that continues from its newest checkpoint. @throws RunFolderError while another process trains it, and as `resumeTraining` */
export async function reopenRun(
  training: TrainingRun,
  { folder, record }: { readonly folder: RunFolder; readonly record: RunRecord },
): Promise<OpenedRun> {
  const release = await folder.lock();
  try {
    return { training, folder, release, ...(await resumeTraining(training, folder, record)) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Why a run cannot simply continue; what was saved before is whole. */
export type RunProblem =
  { readonly type: 'diverged'; readonly error: DivergedError } | { readonly type: 'unsaved'; readonly reason: unknown };

export type ReportedEvent = Exclude<TrainingEvent, { type: 'diverged' }>;

/**
 * What differs between the clients. Steps, evaluations and checkpoints are reported after they were written to the
 * run's folder; alerts and the end are reported before they are written to its record.
 */
export interface RunClient {
  /** Saves the model of a run that has ended. @returns its name for the record; null where none is saved */
  saveModel(model: StoredModel, run: Run): Promise<string | null>;
  /** A step or an evaluation; `run` includes it. */
  onEvent(event: ReportedEvent, lines: readonly MetricsLine[], run: Run): void;
  onCheckpoint?(step: number, run: Run): void;
  /** New alerts. Called before they are written: they may be about the disk. */
  onAlerts(alerts: readonly Alert[], run: Run): void;
  /** Pauses or stops the training, or throws, which ends the run as failed. */
  onProblem(problem: RunProblem): void | Promise<void>;
  /** The run has ended, successfully or not. Called before the record is written. */
  onEnd?(run: Run): void;
}

interface DriverOptions {
  /** Of the machine when absent. */
  readonly freeBytes?: FreeBytes;
}

export class RunDriver {
  private readonly recorder: Recorder;
  private readonly alerts: RunAlerts;
  private current: Run;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly opened: OpenedRun,
    private readonly client: RunClient,
    { freeBytes }: DriverOptions = {},
  ) {
    const { training, folder, record, resumePoint } = opened;
    this.current = record.run;
    const at = { training, folder, ...(resumePoint && { resumePoint }) };
    this.recorder = new Recorder({ ...at, policy: record.setup.policy });
    this.alerts = new RunAlerts({ ...at, ...(freeBytes && { freeBytes }) });
  }

  get run(): Run {
    return this.current;
  }

  /** Changes the run in memory; `write` records it. */
  change(change: Partial<Run>): Run {
    return (this.current = { ...this.current, ...change });
  }

  /** One after the other, each with the run as it is by then: the file never goes back. */
  write(): Promise<void> {
    const { folder, record } = this.opened;
    const written = this.writing.then(() => folder.write({ ...record, run: this.current }));
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** Trains to the end, saves the model, and releases everything. @throws what made the run fail, which is recorded */
  async train(): Promise<Run> {
    try {
      for await (const recorded of this.recorder.record()) {
        await this.handle(recorded);
        await this.checkAlerts(recorded);
      }
      return await this.finish();
    } catch (error) {
      this.client.onEnd?.(this.change({ state: 'failed', failure: errorMessage(error) }));
      // Where not even that can be written, the run counts as interrupted at the next start.
      await this.write().catch(() => undefined);
      throw error;
    } finally {
      await this.opened.training.release();
      await this.opened.release();
    }
  }

  private async handle(recorded: Recorded): Promise<void> {
    if (recorded.type === 'unsaved') return this.client.onProblem(recorded);
    if (recorded.type === 'checkpoint') {
      await this.write();
      return this.client.onCheckpoint?.(recorded.step, this.current);
    }
    const { event, lines } = recorded;
    if (event.type === 'diverged') return this.client.onProblem(event);
    if (event.type === 'step') this.change({ step: event.metrics.step, seconds: event.metrics.seconds });
    else {
      const { step, seconds } = event.evaluation;
      this.change({ step, seconds, accuracy: accuracySchema.parse(event.evaluation), best: this.recorder.best });
    }
    this.client.onEvent(event, lines, this.current);
  }

  private async checkAlerts(recorded: Recorded): Promise<void> {
    const fresh = await this.alerts.observe(recorded);
    if (fresh.length === 0) return;
    this.client.onAlerts(fresh, this.change({ alerts: appendAlerts(this.current.alerts, fresh) }));
    // What cannot be written now is written with the next checkpoint.
    await this.write().catch(() => undefined);
  }

  private async finish(): Promise<Run> {
    const { training } = this.opened;
    const model = await this.client.saveModel(training.model(this.current.accuracy), this.current);
    this.change({ state: training.control.isStopped ? 'stopped' : 'finished', model });
    this.client.onEnd?.(this.current);
    await this.write();
    return this.current;
  }
}
