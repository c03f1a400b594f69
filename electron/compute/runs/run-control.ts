/** Pause, stop, training time and energy of a run. */
import { setMaxListeners } from 'node:events';
import type { TrainingControl } from '../../../models/train/train';
import { EnergyMeter } from '../devices/energy-meter';
import { ComputingClock } from './computing-clock';

export interface TrainingCost {
  /** Of all sessions, without pauses and without the time in which the process did not run. */
  readonly seconds: number;
  /** Energy in that time, of all programs together; null where it was not measured in every session. */
  readonly joules: number | null;
}

/** Pauses and stops a run, and measures its training time and, where it can be read, its energy. */
export class RunControl implements TrainingControl {
  private readonly stopping = new AbortController();
  private readonly skipping = new AbortController();
  private isTrained = false;
  private suspended = false;
  private pausing: { readonly ended: Promise<void>; readonly end: () => void } | null = null;
  /** Seconds to add to those of the clock: of earlier sessions of the run. */
  private before = 0;
  /** Joules of earlier sessions; null where they were not measured. */
  private joulesBefore: number | null = 0;

  constructor(
    private readonly clock = new ComputingClock(),
    private readonly meter: Pick<EnergyMeter, 'readJoules' | 'start' | 'stop'> | null = EnergyMeter.open(),
  ) {
    // Each shard of a step listens.
    setMaxListeners(0, this.stopped, this.evaluationSkipped);
  }

  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  get evaluationSkipped(): AbortSignal {
    return this.skipping.signal;
  }

  /** Sets the training time and the energy to those of earlier sessions of the run. */
  startAt({ seconds, joules }: TrainingCost): void {
    this.before = seconds - this.clock.seconds;
    this.joulesBefore = joules === null ? null : joules - (this.meter?.readJoules() ?? 0);
  }

  /** Starts the clock. */
  start(): void {
    if (this.pausing) return;
    this.clock.start();
    this.meter?.start();
  }

  /** Stops the clock at the end of the run. */
  end(): void {
    this.clock.stop();
    this.meter?.stop();
  }

  /** Training time of all sessions, without pauses and without the time in which the process did not run. */
  get seconds(): number {
    return this.before + this.clock.seconds;
  }

  get cost(): TrainingCost {
    const joules = this.meter?.readJoules() ?? null;
    return {
      seconds: this.seconds,
      joules: joules === null || this.joulesBefore === null ? null : this.joulesBefore + joules,
    };
  }

  get isPaused(): boolean {
    return this.pausing !== null;
  }

  /** Whether the run ends without a full evaluation, to continue later. */
  get isSuspended(): boolean {
    return this.suspended;
  }

  /** Yields to messages between two steps. While the run is paused, stops the clock and waits. */
  async waitWhilePaused(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.pausing) return;
    this.end();
    await this.pausing.ended;
  }

  /** Pauses after the current step, whose time counts; no effect on a run that is stopping. */
  pause(): void {
    if (this.pausing || this.stopped.aborted) return;
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

  /** Call after the last step: only the full evaluation follows. */
  endTraining(): void {
    this.isTrained = true;
  }

  /** Ends the step or the evaluation in progress; the run continues from a checkpoint later. */
  suspend(): void {
    this.suspended = true;
    this.stop();
    this.skipping.abort();
  }

  /** Ends the step in progress and the training; a second time, or after the training, the full evaluation. */
  stop(): void {
    if (this.isTrained || this.stopped.aborted) this.skipping.abort();
    else this.stopping.abort();
    this.resume();
  }
}
