/** Alerts of a run: low disk space, overfitting, a plateau, slow steps. They are displayed; the run continues. */
import type { Accuracy } from '../../../models/evaluate/accuracy';
import type { MeasuredEvent } from '../../../models/train/train';
import type { Evaluation, StepMetrics } from '../../../models/train/metrics';
import { message, type Message } from '../../../renderer/messages/message';
import type { Alert } from '../../contract/contract';
import { median } from '../../contract/statistics';
import type { FreeBytes } from '../storage/disk-usage';
import { freeBytes } from '../storage/disk-usage';
import type { RecordedEvent } from './run-loop';
import type { RunFolder } from './run-store';
import type { ResumePoint, Trainer } from './trainer';

/** Reports a condition once, and again only after it has ended by a margin. */
export class Hysteresis {
  private isOn = false;

  /** @returns whether the condition is new; with neither `begins` nor `ends` the state does not change */
  update({ begins, ends }: { readonly begins: boolean; readonly ends: boolean }): boolean {
    const isNew = begins && !this.isOn;
    if (begins) this.isOn = true;
    else if (ends) this.isOn = false;
    return isNew;
  }
}

/** Checkpoints of free space required: one is written before the oldest is deleted, and the model is saved at the end. */
const CHECKPOINTS_AHEAD = 3;
/** Minimum free space in bytes: other programs need some too. */
const MIN_FREE_BYTES = 500e6;
/** Multiple of the required space at which the alert ends, so that small variations are reported once. */
const DISK_CLEAR_RATIO = 1.5;

/** Alerts when the disk lacks space for the next writes of the run. */
class DiskAlert {
  private readonly hysteresis = new Hysteresis();
  private readonly need: number;

  constructor(private readonly checkpointBytes: number) {
    this.need = Math.max(MIN_FREE_BYTES, CHECKPOINTS_AHEAD * checkpointBytes);
  }

  /** @returns the text of a new alert, else null */
  check(freeBytes: number): Message | null {
    if (!this.hysteresis.update({ begins: freeBytes < this.need, ends: freeBytes >= DISK_CLEAR_RATIO * this.need }))
      return null;
    return message('run.alert.disk', { free: freeBytes, checkpoint: this.checkpointBytes, need: this.need });
  }
}

/**
 * Margin above the 95 % interval. Training accuracy is biased upwards, since easy puzzles halt sooner and are drawn
 * more often, and the averaged weights that are evaluated lag behind: nine healthy 6×6 runs were up to 4 % above it.
 */
const GAP_MARGIN = 0.15;
/** Consecutive evaluations with a wide gap: a single one may be chance. */
const GAP_EVALUATIONS = 3;
/** Minimum training steps between two evaluations for a meaningful training accuracy. */
const GAP_MIN_STEPS = 10;

/** Alerts when the accuracy on training puzzles is far above that on held-out ones. */
class GapAlert {
  private readonly hysteresis = new Hysteresis();
  private sum = 0;
  private steps = 0;
  private wideEvaluations = 0;

  /** @param exactAccuracy null if no puzzle halted */
  step(exactAccuracy: number | null): void {
    if (exactAccuracy === null) return;
    this.sum += exactAccuracy;
    this.steps++;
  }

  /** @returns the text of a new alert, else null */
  evaluate({ exactAccuracy, interval: [low, high] }: Pick<Accuracy, 'exactAccuracy' | 'interval'>): Message | null {
    if (this.steps < GAP_MIN_STEPS) return null;
    const training = this.sum / this.steps;
    [this.sum, this.steps] = [0, 0];
    this.wideEvaluations = training > high + GAP_MARGIN ? this.wideEvaluations + 1 : 0;
    if (!this.hysteresis.update({ begins: this.wideEvaluations >= GAP_EVALUATIONS, ends: training <= high }))
      return null;
    return message('run.alert.gap', { training, test: exactAccuracy, low, high });
  }
}

/** Evaluations without improvement. Accuracy that grows by a puzzle or two of 128 improves within that many. */
const PLATEAU_EVALUATIONS = 8;
/** Minimum steps without improvement, for runs that evaluate very often. */
const PLATEAU_MIN_STEPS = 200;
/** Steps over which the loss is smoothed: it varies by a tenth and more between batches. */
const SMOOTHING_STEPS = 50;
/** Relative drop of the smoothed loss that counts as an improvement: the minimum of many values drops a little by chance. */
const MIN_LOSS_DROP = 0.02;

interface PlateauOptions {
  readonly warmupSteps: number;
  /** Steps between two evaluations. */
  readonly evaluateEvery: number;
  /** Highest held-out exact accuracy of the run so far, 0 before the first evaluation. */
  readonly best: number;
}

/** Alerts when neither loss nor held-out accuracy improves. */
class PlateauAlert {
  private readonly hysteresis = new Hysteresis();
  private readonly window: number;
  private best: number;
  private counted = 0;
  private loss = 0;
  /** Step and smoothed loss of the last improvement since the end of the warm-up. */
  private improvement: { readonly step: number; readonly loss: number } | null = null;

  constructor(private readonly options: PlateauOptions) {
    this.window = Math.max(PLATEAU_MIN_STEPS, PLATEAU_EVALUATIONS * options.evaluateEvery);
    this.best = options.best;
  }

  step(step: number, loss: number): void {
    this.counted++;
    this.loss += (loss - this.loss) / Math.min(this.counted, SMOOTHING_STEPS);
    if (step < this.options.warmupSteps || this.counted < SMOOTHING_STEPS) return;
    if (!this.improvement || this.loss < (1 - MIN_LOSS_DROP) * this.improvement.loss)
      this.improvement = { step, loss: this.loss };
  }

  /** @returns the text of a new alert, else null */
  evaluate(step: number, exactAccuracy: number): Message | null {
    const isBetter = exactAccuracy > this.best;
    if (isBetter) this.best = exactAccuracy;
    if (!this.improvement) return null;
    if (isBetter) this.improvement = { step, loss: Math.min(this.loss, this.improvement.loss) };
    const since = step - this.improvement.step;
    // At 100 % nothing can improve.
    const isNew = this.hysteresis.update({ begins: since >= this.window && this.best < 1, ends: since < this.window });
    return isNew ? message('run.alert.plateau', { steps: since, best: this.best, loss: this.loss }) : null;
  }
}

/** Minimum steps and seconds of a window: machines heat up within minutes, short loads pass sooner. The median ignores the slow first steps of a session. */
const SLOW_WINDOW_STEPS = 20;
const SLOW_WINDOW_SECONDS = 30;
/** Ratio to the first median that is slow; other programs cause less now and then. */
const SLOW_RATIO = 1.4;
const SLOW_CLEAR_RATIO = 1.2;

/** Alerts when steps take longer than at the start: a hot machine slows its processor down. */
class SlowAlert {
  private hysteresis = new Hysteresis();
  /** Seconds of each step of the current window, and their sum. */
  private times: number[] = [];
  private total = 0;
  /** Median of the first window, in seconds. */
  private first: number | null = null;

  /** Starts anew after a change of device. */
  restart(): void {
    [this.hysteresis, this.times, this.total, this.first] = [new Hysteresis(), [], 0, null];
  }

  /** @returns the text of a new alert at the end of a window, else null */
  step(seconds: number): Message | null {
    this.times.push(seconds);
    this.total += seconds;
    if (this.times.length < SLOW_WINDOW_STEPS || this.total < SLOW_WINDOW_SECONDS) return null;
    const now = median(this.times);
    [this.times, this.total] = [[], 0];
    if (this.first === null) this.first = now;
    return this.compare(now, this.first);
  }

  private compare(now: number, first: number): Message | null {
    if (!this.hysteresis.update({ begins: now > SLOW_RATIO * first, ends: now < SLOW_CLEAR_RATIO * first }))
      return null;
    return message('run.alert.slow', {
      now: 1000 * now,
      first: 1000 * first,
      increase: Math.round(100 * (now / first - 1)),
    });
  }
}

interface AlertMonitorOptions extends PlateauOptions {
  readonly checkpointBytes: number;
  /** Training puzzles are as hard as test puzzles: without extra clues. */
  readonly isTrainingComparable: boolean;
}

/** Alerts for a stream of training events: each kind once, and again only after it has ended. */
export class AlertMonitor {
  private readonly plateau: PlateauAlert;
  private readonly gap = new GapAlert();
  private readonly slow = new SlowAlert();
  private readonly disk: DiskAlert;
  /** The previous event if it was a step; the time since an evaluation is not that of a step. */
  private previous: StepMetrics | null = null;

  constructor(private readonly options: AlertMonitorOptions) {
    this.plateau = new PlateauAlert(options);
    this.disk = new DiskAlert(options.checkpointBytes);
  }

  /** @returns alerts that are new with this event */
  observe(event: MeasuredEvent): Alert[] {
    if (event.type === 'step') return this.step(event.metrics);
    this.previous = null;
    // The final evaluation uses other puzzles, and nothing follows it.
    return event.type === 'evaluated' && !event.evaluation.isFinal ? this.evaluate(event.evaluation) : [];
  }

  /** @param bytes free space; null if unknown */
  checkDisk(step: number, bytes: number | null): Alert[] {
    return bytes === null ? [] : alertsFor(step, { disk: this.disk.check(bytes) });
  }

  /** Call after a change of the device or of the recursion: steps then take a different time. */
  restartTiming(): void {
    this.previous = null;
    this.slow.restart();
  }

  private step(metrics: StepMetrics): Alert[] {
    const { step, seconds, lmLoss, exactAccuracy } = metrics;
    this.plateau.step(step, lmLoss);
    this.gap.step(exactAccuracy);
    const slow = this.previous && this.slow.step(seconds - this.previous.seconds);
    this.previous = metrics;
    return alertsFor(step, { slow });
  }

  private evaluate({ step, exactAccuracy, interval }: Evaluation): Alert[] {
    return alertsFor(step, {
      plateau: this.plateau.evaluate(step, exactAccuracy),
      gap: this.options.isTrainingComparable ? this.gap.evaluate({ exactAccuracy, interval }) : null,
    });
  }
}

function alertsFor(step: number, texts: Partial<Record<Alert['kind'], Message | null>>): Alert[] {
  return Object.entries(texts).flatMap(([kind, text]) =>
    text === null ? [] : [{ kind: kind as Alert['kind'], step, text }],
  );
}

interface RunAlertsOptions {
  readonly trainer: Trainer;
  readonly folder: RunFolder;
  /** Present where the run continues from a checkpoint. */
  readonly resumePoint?: ResumePoint;
  readonly freeBytes?: FreeBytes;
}

/** Alerts of a recorded run, from its events, its device and the free space of its disk. */
export class RunAlerts {
  private readonly monitor: AlertMonitor;
  /** The device and the recursion of the last step. */
  private work: string;
  private isFirst = true;

  constructor(private readonly options: RunAlertsOptions) {
    const { trainer, resumePoint } = options;
    const {
      schedule: { warmupSteps },
      evaluateEvery,
      extraClues = 0,
    } = trainer.config;
    this.work = describeWork(trainer);
    this.monitor = new AlertMonitor({
      warmupSteps,
      evaluateEvery,
      best: resumePoint?.best?.exactAccuracy ?? 0,
      checkpointBytes: trainer.checkpointBytes,
      isTrainingComparable: extraClues === 0,
    });
  }

  /** @returns new alerts. The disk is checked at the start and after every checkpoint: nothing else writes much. */
  async observe(recorded: RecordedEvent): Promise<Alert[]> {
    this.detectOtherWork();
    const fresh = recorded.type === 'lines' ? this.monitor.observe(recorded.event) : [];
    if (!this.isFirst && recorded.type !== 'checkpoint') return fresh;
    this.isFirst = false;
    const { trainer, folder, freeBytes: free = freeBytes } = this.options;
    return [...fresh, ...this.monitor.checkDisk(trainer.updates, await free(folder.path))];
  }

  private detectOtherWork(): void {
    const work = describeWork(this.options.trainer);
    if (work !== this.work) this.monitor.restartTiming();
    this.work = work;
  }
}

const describeWork = ({ provider, recursion: { hCycles, lCycles } }: Trainer): string =>
  `${provider} ${hCycles} ${lCycles}`;

/** Alerts kept in the record; each kind may recur in a run of days. */
const MAX_ALERTS = 100;

/** The latest alerts, for the run's record. */
export const appendAlerts = (known: readonly Alert[], fresh: readonly Alert[]): Alert[] =>
  [...known, ...fresh].slice(-MAX_ALERTS);
