/** The run that is training now: its events are recorded on disk first, then told. */
import type { TrainingEvent } from '../../models/training/train';
import type { LabEvent, Run } from '../contract';
import type { Library } from './library';
import type { MetricsLine } from './metrics-log';
import { appendLines, linesOf } from './metrics-log';
import type { RunStore } from './run-store';
import { StepEvents } from './step-events';
import type { TrainingRun } from './training-run';

/** Seconds between two checkpoints. */
const CHECKPOINT_EVERY = 20;

export interface Surroundings {
  readonly store: RunStore;
  readonly library: Library;
  readonly emit: (event: LabEvent) => void;
}

type Turn = 'run/started' | 'run/paused' | 'run/resumed' | 'run/finished' | 'run/cancelled' | 'run/failed';

export class ActiveRun {
  private readonly steps: StepEvents;
  private checkpointAt: number;

  constructor(private readonly training: TrainingRun, private current: Run, private readonly around: Surroundings) {
    this.steps = new StepEvents(training.config.batchSize, around.emit);
    this.checkpointAt = training.control.seconds + CHECKPOINT_EVERY;
  }

  get run(): Run {
    return this.current;
  }

  start = (): Promise<Run> => this.turn('run/started', { state: 'running' });

  pause(): Promise<Run> {
    this.training.control.pause();
    return this.turn('run/paused', { state: 'paused' });
  }

  resume(): Promise<Run> {
    this.training.control.resume();
    return this.turn('run/resumed', { state: 'running' });
  }

  /** Ends the run after the step under way; what was learnt is saved. */
  stop(): Run {
    this.training.control.stop();
    return this.current;
  }

  /** Trains to the end, whatever that is. Never throws: a failure is a state of the run. */
  async drive(): Promise<void> {
    try {
      for await (const event of this.training.events()) await this.record(event);
      await this.finish();
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      // Where not even that can be written, the run counts as interrupted at the next start.
      await this.turn('run/failed', { state: 'failed', failure }).catch(() => undefined);
    } finally {
      await this.training.release();
    }
  }

  private async record(event: TrainingEvent): Promise<void> {
    const { runId, dataset } = this.current;
    const lines = linesOf(event, (index) => `${dataset}/test/${index}`);
    await appendLines(this.around.store.metricsFile(runId), lines);
    for (const line of lines) this.tell(line);
    if (this.current.seconds >= this.checkpointAt) await this.checkpoint();
  }

  private tell(line: MetricsLine): void {
    const { emit } = this.around;
    const { runId } = this.current;
    if (line.type === 'sample') return emit({ type: 'run/sample', runId, step: line.step, samples: [...line.samples] });
    this.current = { ...this.current, step: line.step, seconds: line.seconds };
    if (line.type === 'step') return this.steps.add(this.current, line);
    this.current = { ...this.current, accuracy: line };
    this.steps.flush(this.current);
    emit({ type: 'run/evaluated', runId, evaluation: line });
  }

  private async checkpoint(): Promise<void> {
    const { runId, step, seconds } = this.current;
    await this.around.store.writeCheckpoint(runId, this.training.checkpoint());
    await this.around.store.write(this.current);
    this.checkpointAt = seconds + CHECKPOINT_EVERY;
    this.around.emit({ type: 'run/checkpoint', runId, step });
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
    this.around.emit({ type, runId: this.current.runId, run: this.current });
    await this.around.store.write(this.current);
    return this.current;
  }
}
