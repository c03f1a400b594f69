/** The run that is training now: what it does is recorded on disk first, then told. */
import type { SessionOptions } from '../../../models/runtime/session';
import type { LabEvent, Run } from '../../contract/contract';
import { evaluationSchema, stepMetricsSchema } from '../../../models/train/metrics';
import { failureOf } from '../../contract/error-message';
import type { DatasetLibrary } from '../datasets/library';
import { deviceNames, inOneSentence } from '../devices/machine';
import type { FreeBytes } from '../storage/disk-usage';
import type { Library } from '../models/library';
import type { MetricsLine } from './metrics-log';
import type { Recorded } from './recorder';
import { Recorder } from './recorder';
import { RunAlerts, appendAlerts } from './alerts';
import type { RunFolder } from './run-folder';
import type { CheckpointPolicy, RunRecord } from './run-record';
import type { RunStore } from './run-store';
import { StepEvents } from './step-events';
import type { Standing, TrainingRun } from './training-run';

export interface Surroundings {
  readonly store: RunStore;
  readonly library: Library;
  readonly datasets: DatasetLibrary;
  readonly emit: (event: LabEvent) => void;
  readonly policy: CheckpointPolicy;
  /** What sessions are made with at the time. */
  readonly sessions: () => Promise<SessionOptions>;
  /** Of the machine when absent. */
  readonly freeBytes?: FreeBytes;
  /** Ends what else computes, before a run does. */
  readonly beforeTraining?: () => Promise<void>;
}

/** A run opened for training: its folder, its record, and where it stands when it goes on. */
export interface OpenedRun {
  readonly training: TrainingRun;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly standing?: Standing;
  /** Lets other processes train it. */
  readonly release: () => Promise<void>;
}

type Turn = 'run/started' | 'run/paused' | 'run/resumed' | 'run/finished' | 'run/cancelled' | 'run/failed';

const over: readonly Run['state'][] = ['finished', 'stopped', 'failed'];

export class ActiveRun {
  private readonly steps: StepEvents;
  private readonly recorder: Recorder;
  private readonly alerts: RunAlerts;
  private current: Run;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly opened: OpenedRun,
    private readonly around: Surroundings,
  ) {
    const { training, folder, record, standing } = opened;
    this.current = record.run;
    this.steps = new StepEvents(training.config.batchSize, around.emit);
    this.recorder = new Recorder({ training, folder, policy: record.setup.policy, ...(standing && { standing }) });
    this.alerts = new RunAlerts({
      training,
      folder,
      ...(standing && { standing }),
      ...(around.freeBytes && { freeBytes: around.freeBytes }),
    });
  }

  get run(): Run {
    return this.current;
  }

  get isOver(): boolean {
    return over.includes(this.current.state);
  }

  private get training(): TrainingRun {
    return this.opened.training;
  }

  /** Written before it is told: a run that cannot be recorded does not start. */
  async start(type: 'run/started' | 'run/resumed'): Promise<Run> {
    this.current = { ...this.current, state: 'running' };
    await this.write();
    this.around.emit({ type, runId: this.current.runId, run: this.current });
    this.training.onFallback((reason) => this.fellBack(reason));
    return this.current;
  }

  async pause(): Promise<Run> {
    if (this.training.control.isStopped) throw new Error('the run is ending already');
    this.training.control.pause();
    return this.turn('run/paused', { state: 'paused' });
  }

  resume(halveRate = false): Promise<Run> {
    if (halveRate) this.training.halveRate();
    this.training.control.resume();
    return this.turn('run/resumed', { state: 'running', alert: null });
  }

  /** Ends the run after the step under way; what was learnt is saved. */
  stop(): Run {
    this.training.control.stop();
    this.current = { ...this.current, state: 'running' };
    return this.current;
  }

  /** What people call it. */
  describe(change: Pick<Run, 'name' | 'tags'>): Promise<void> {
    this.current = { ...this.current, ...change };
    return this.write();
  }

  /** Trains to the end, whatever that is. Never throws: a failure is a state of the run. */
  async drive(): Promise<void> {
    try {
      for await (const recorded of this.recorder.record()) {
        await this.take(recorded);
        await this.heed(recorded);
      }
      await this.finish();
    } catch (error) {
      // Where not even that can be written, the run counts as interrupted at the next start.
      await this.turn('run/failed', { state: 'failed', failure: failureOf(error) }).catch(() => undefined);
    } finally {
      await this.training.release();
      await this.opened.release();
    }
  }

  private async take(recorded: Recorded): Promise<void> {
    if (recorded.type === 'checkpoint') return this.saved(recorded.step);
    if (recorded.type === 'unsaved')
      return this.alert(
        `the last checkpoint could not be written: ${failureOf(recorded.reason)}; those before it are whole`,
      );
    for (const line of recorded.lines) this.tell(line);
    if (recorded.event.type === 'diverged') await this.alert(recorded.event.error.message);
  }

  /** What a person should look at is told at once, and written where it can be: the disk may be what it is about. */
  private async heed(recorded: Recorded): Promise<void> {
    const fresh = await this.alerts.observe(recorded);
    if (fresh.length === 0) return;
    this.current = { ...this.current, alerts: appendAlerts(this.current.alerts, fresh) };
    this.around.emit({ type: 'run/alert', runId: this.current.runId, run: this.current });
    await this.write().catch(() => undefined);
  }

  /** The run waits for a person; what was kept before is whole. */
  private async alert(reason: string): Promise<void> {
    this.training.control.pause();
    await this.turn('run/paused', { state: 'paused', alert: reason });
  }

  /** Told while a step is under way: it is written with what comes next. */
  private fellBack(reason: string): void {
    const notice = `${deviceNames[this.training.asked]} failed after step ${this.current.step} (${inOneSentence(reason)}); the processor goes on with the run`;
    this.current = { ...this.current, device: 'cpu', notice };
    this.around.emit({ type: 'run/fallback', runId: this.current.runId, run: this.current });
    void this.write().catch(() => undefined);
  }

  private tell(line: MetricsLine): void {
    const { emit } = this.around;
    const { runId } = this.current;
    if (line.type === 'diverged') return;
    if (line.type === 'sample') return emit({ type: 'run/sample', runId, step: line.step, samples: [...line.samples] });
    this.current = { ...this.current, step: line.step, seconds: line.seconds };
    if (line.type === 'step') return this.steps.add(this.current, stepMetricsSchema.parse(line));
    const { step, seconds, isFinal, ...accuracy } = evaluationSchema.parse(line);
    this.current = { ...this.current, accuracy, best: this.recorder.best };
    this.steps.flush(this.current);
    emit({ type: 'run/evaluated', runId, evaluation: { step, seconds, isFinal, ...accuracy } });
  }

  private async saved(step: number): Promise<void> {
    await this.write();
    this.around.emit({ type: 'run/checkpoint', runId: this.current.runId, step });
  }

  private async finish(): Promise<void> {
    const { runId, step, accuracy } = this.current;
    if (step > 0) await this.around.library.save(runId, this.training.model(accuracy));
    const model = step > 0 ? runId : null;
    const { isStopped } = this.training.control;
    await this.turn(isStopped ? 'run/cancelled' : 'run/finished', { state: isStopped ? 'stopped' : 'finished', model });
  }

  /** Told before it is written: the window hears of it even when the disk is full. */
  private async turn(type: Turn, change: Partial<Run>): Promise<Run> {
    this.current = { ...this.current, ...change };
    this.steps.flush(this.current);
    const run = this.current;
    this.around.emit({ type, runId: run.runId, run });
    await this.write();
    return run;
  }

  /** One after the other, each as the run stands when its time comes: the file never goes back. */
  private write(): Promise<void> {
    const { folder, record } = this.opened;
    const written = this.writing.then(() => folder.write({ ...record, run: this.current }));
    this.writing = written.catch(() => undefined);
    return written;
  }
}
