/** Alerts of a run: disk space, overfitting, a plateau, slow steps. They are shown to a person; the run goes on. */
import type { Accuracy } from '../../../models/evaluate/accuracy';
import type { TrainingEvent } from '../../../models/train/train';
import type { Evaluation, StepMetrics } from '../../../models/train/metrics';
import type { Alert } from '../../contract/contract';
import { formatBytes, formatMilliseconds, formatPercent } from '../../contract/format';
import type { FreeBytes } from '../storage/disk-usage';
import { freeBytes } from '../storage/disk-usage';
import type { Recorded } from './run-driver';
import type { RunFolder } from './run-store';
import type { ResumePoint, TrainingRun } from './training-run';

/** Reports a condition once, and again only after it has clearly ended. */
export class Hysteresis {
  private isOn = false;

  /** @returns whether the condition is new; between `begins` and `ends` the state stays as it is */
  update({ begins, ends }: { readonly begins: boolean; readonly ends: boolean }): boolean {
    const isNew = begins && !this.isOn;
    if (begins) this.isOn = true;
    else if (ends) this.isOn = false;
    return isNew;
  }
}

/** One is written before the oldest is deleted, and the saved model comes at the end. */
const CHECKPOINTS_AHEAD = 3;
/** Other programs need some too: below this systems begin to complain. */
const MIN_FREE_BYTES = 500e6;
/** Times the need, so that space that varies a little is reported once. */
const DISK_CLEAR_RATIO = 1.5;

/** Whether the disk has space for what the run writes next. */
class DiskAlert {
  private readonly hysteresis = new Hysteresis();
  private readonly need: number;

  constructor(private readonly checkpointBytes: number) {
    this.need = Math.max(MIN_FREE_BYTES, CHECKPOINTS_AHEAD * checkpointBytes);
  }

  /** @returns the sentence of a new alert, null for none */
  check(freeBytes: number): string | null {
    if (!this.hysteresis.update({ begins: freeBytes < this.need, ends: freeBytes >= DISK_CLEAR_RATIO * this.need }))
      return null;
    return `only ${formatBytes(freeBytes)} are free on the disk, and a checkpoint takes ${formatBytes(this.checkpointBytes)}: make room for ${formatBytes(this.need)}`;
  }
}

/**
 * Beyond the interval. Training counts puzzles as they halt, and easy ones halt and come again sooner, while the
 * averaged weights that are evaluated lag behind: nine sound 6×6 runs were up to 4 % above it.
 */
const GAP_MARGIN = 0.15;
/** In a row: a single evaluation may be bad luck. */
const GAP_EVALUATIONS = 3;
/** Fewer steps than these between two evaluations say too little about the training. */
const GAP_MIN_STEPS = 10;

/** Whether the accuracy on training puzzles is far above that on held-out ones. */
class GapAlert {
  private readonly hysteresis = new Hysteresis();
  private sum = 0;
  private steps = 0;
  private wideEvaluations = 0;

  /** @param exactAccuracy null where no puzzle halted */
  step(exactAccuracy: number | null): void {
    if (exactAccuracy === null) return;
    this.sum += exactAccuracy;
    this.steps++;
  }

  /** @returns the sentence of a new alert, null for none */
  evaluate({ exactAccuracy, interval: [low, high] }: Pick<Accuracy, 'exactAccuracy' | 'interval'>): string | null {
    if (this.steps < GAP_MIN_STEPS) return null;
    const training = this.sum / this.steps;
    [this.sum, this.steps] = [0, 0];
    this.wideEvaluations = training > high + GAP_MARGIN ? this.wideEvaluations + 1 : 0;
    if (!this.hysteresis.update({ begins: this.wideEvaluations >= GAP_EVALUATIONS, ends: training <= high }))
      return null;
    return `it answers ${formatPercent(training)} % of the puzzles it learns from, but ${formatPercent(exactAccuracy)} % of those held out (95 % interval ${formatPercent(low)} % to ${formatPercent(high)} %): it learns them by heart; more puzzles would help`;
  }
}

/** Evaluations without a gain: an accuracy that grows by a puzzle or two of 128 shows within that many. */
const PLATEAU_EVALUATIONS = 8;
/** At least so many steps: runs that evaluate very often gain nothing from one evaluation to the next. */
const PLATEAU_MIN_STEPS = 200;
/** Steps over which the loss is smoothed: a batch's own puzzles make it jump by a tenth and more. */
const SMOOTHING_STEPS = 50;
/** A fall of the smoothed loss that is a gain: the lowest of many falls a little by chance alone. */
const MIN_LOSS_DROP = 0.02;

interface PlateauOptions {
  readonly warmupSteps: number;
  /** Steps between two evaluations. */
  readonly evaluateEvery: number;
  /** Highest held-out exact accuracy of the run so far, 0 before the first evaluation. */
  readonly best: number;
}

/** Whether neither loss nor held-out accuracy improves any more. */
class PlateauAlert {
  private readonly hysteresis = new Hysteresis();
  private readonly window: number;
  private best: number;
  private counted = 0;
  private loss = 0;
  /** Where something was gained last, from the end of the warm-up on, and the loss there. */
  private gain: { readonly step: number; readonly loss: number } | null = null;

  constructor(private readonly options: PlateauOptions) {
    this.window = Math.max(PLATEAU_MIN_STEPS, PLATEAU_EVALUATIONS * options.evaluateEvery);
    this.best = options.best;
  }

  step(step: number, loss: number): void {
    this.counted++;
    this.loss += (loss - this.loss) / Math.min(this.counted, SMOOTHING_STEPS);
    if (step < this.options.warmupSteps || this.counted < SMOOTHING_STEPS) return;
    if (!this.gain || this.loss < (1 - MIN_LOSS_DROP) * this.gain.loss) this.gain = { step, loss: this.loss };
  }

  /** @returns the sentence of a new alert, null for none */
  evaluate(step: number, exactAccuracy: number): string | null {
    const isBetter = exactAccuracy > this.best;
    if (isBetter) this.best = exactAccuracy;
    if (!this.gain) return null;
    if (isBetter) this.gain = { step, loss: Math.min(this.loss, this.gain.loss) };
    const since = step - this.gain.step;
    // Where everything is right there is nothing to gain.
    const isNew = this.hysteresis.update({ begins: since >= this.window && this.best < 1, ends: since < this.window });
    return isNew
      ? `for ${since} steps neither the held-out exact accuracy (at best ${formatPercent(this.best)} %) nor the loss (${this.loss.toPrecision(3)}) has improved: going on may bring no more`
      : null;
  }
}

/** Steps and seconds of a window: heat comes in minutes, a busy moment passes sooner. A median of so many does not see that the first steps of a session take longer. */
const SLOW_WINDOW_STEPS = 20;
const SLOW_WINDOW_SECONDS = 30;
/** Times the first median; less is what other programs take now and then. */
const SLOW_RATIO = 1.4;
const SLOW_CLEAR_RATIO = 1.2;

/** Whether steps take longer than at the beginning: a hot machine slows its processor down. */
class SlowAlert {
  private hysteresis = new Hysteresis();
  /** Seconds of each step of the window under way, and their sum. */
  private times: number[] = [];
  private total = 0;
  /** Median of the first window, in seconds. */
  private early: number | null = null;

  /** Another device computes from here on. */
  restart(): void {
    [this.hysteresis, this.times, this.total, this.early] = [new Hysteresis(), [], 0, null];
  }

  /** @returns the sentence of a new alert at the end of a window, null for none */
  step(seconds: number): string | null {
    this.times.push(seconds);
    this.total += seconds;
    if (this.times.length < SLOW_WINDOW_STEPS || this.total < SLOW_WINDOW_SECONDS) return null;
    const now = median(this.times);
    [this.times, this.total] = [[], 0];
    if (this.early === null) this.early = now;
    return this.compare(now, this.early);
  }

  private compare(now: number, early: number): string | null {
    if (!this.hysteresis.update({ begins: now > SLOW_RATIO * early, ends: now < SLOW_CLEAR_RATIO * early }))
      return null;
    return `a step takes ${formatStepTime(now)}, ${Math.round(100 * (now / early - 1))} % more than at the beginning (${formatStepTime(early)}): the machine may be too hot or busy`;
  }
}

/** @param seconds e.g. 0.0042: `4.2 ms`; 12.34: `12.3 s` */
const formatStepTime = (seconds: number): string =>
  seconds >= 10 ? `${seconds.toFixed(1)} s` : formatMilliseconds(1000 * seconds);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

interface AlertWatchOptions extends PlateauOptions {
  readonly checkpointBytes: number;
}

/** The alerts of a stream of training events: each kind once, and again only after it has ended. */
export class AlertWatch {
  private readonly plateau: PlateauAlert;
  private readonly gap = new GapAlert();
  private readonly slow = new SlowAlert();
  private readonly disk: DiskAlert;
  /** The event before, where it was a step: an evaluation or a divergence takes time of its own. */
  private before: StepMetrics | null = null;

  constructor(options: AlertWatchOptions) {
    this.plateau = new PlateauAlert(options);
    this.disk = new DiskAlert(options.checkpointBytes);
  }

  /** @returns the alerts that are new with this event */
  observe(event: TrainingEvent): Alert[] {
    if (event.type === 'step') return this.step(event.metrics);
    this.before = null;
    // The final evaluation is of other puzzles, and nothing comes after it.
    return event.type === 'evaluated' && !event.evaluation.isFinal ? this.evaluate(event.evaluation) : [];
  }

  /** @param bytes free; null where unknown */
  checkDisk(step: number, bytes: number | null): Alert[] {
    return bytes === null ? [] : alertsFor(step, { disk: this.disk.check(bytes) });
  }

  /** Another device computes: its steps take another time. */
  deviceChanged(): void {
    this.before = null;
    this.slow.restart();
  }

  private step(metrics: StepMetrics): Alert[] {
    const { step, seconds, lmLoss, exactAccuracy } = metrics;
    this.plateau.step(step, lmLoss);
    this.gap.step(exactAccuracy);
    const slow = this.before && this.slow.step(seconds - this.before.seconds);
    this.before = metrics;
    return alertsFor(step, { slow });
  }

  private evaluate({ step, exactAccuracy, interval }: Evaluation): Alert[] {
    return alertsFor(step, {
      plateau: this.plateau.evaluate(step, exactAccuracy),
      gap: this.gap.evaluate({ exactAccuracy, interval }),
    });
  }
}

function alertsFor(step: number, sentences: Partial<Record<Alert['kind'], string | null>>): Alert[] {
  return Object.entries(sentences).flatMap(([kind, sentence]) =>
    sentence === null ? [] : [{ kind: kind as Alert['kind'], step, sentence }],
  );
}

interface RunAlertsOptions {
  readonly training: TrainingRun;
  readonly folder: RunFolder;
  /** Where the run goes on from a checkpoint. */
  readonly resumePoint?: ResumePoint;
  readonly freeBytes?: FreeBytes;
}

/** The alerts of a recorded run: of its events, its device and the disk of its folder. */
export class RunAlerts {
  private readonly watch: AlertWatch;
  private device: string;
  private isFirst = true;

  constructor(private readonly options: RunAlertsOptions) {
    const { training, resumePoint } = options;
    const {
      schedule: { warmupSteps },
      evaluateEvery,
    } = training.config;
    this.device = training.provider;
    this.watch = new AlertWatch({
      warmupSteps,
      evaluateEvery,
      best: resumePoint?.best?.exactAccuracy ?? 0,
      checkpointBytes: training.checkpointBytes,
    });
  }

  /** @returns new alerts. The disk is checked at the beginning and after every checkpoint: nothing else takes much of it. */
  async observe(recorded: Recorded): Promise<Alert[]> {
    this.noteDevice();
    const measured = recorded.type === 'lines' ? this.watch.observe(recorded.event) : [];
    if (!this.isFirst && recorded.type !== 'checkpoint') return measured;
    this.isFirst = false;
    const { training, folder, freeBytes: free = freeBytes } = this.options;
    return [...measured, ...this.watch.checkDisk(training.updates, await free(folder.path))];
  }

  private noteDevice(): void {
    const { provider } = this.options.training;
    if (provider !== this.device) this.watch.deviceChanged();
    this.device = provider;
  }
}

/** More than anyone reads; each kind may come again and again in a run of days. */
const MAX_ALERTS = 100;

/** The alerts of a run's record: the latest ones. */
export const appendAlerts = (known: readonly Alert[], fresh: readonly Alert[]): Alert[] =>
  [...known, ...fresh].slice(-MAX_ALERTS);
