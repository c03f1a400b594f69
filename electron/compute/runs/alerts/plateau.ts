/** Whether a run has stopped getting better. */
import { Latch } from './latch';
import { percent } from './words';

/** Looks without a gain: an accuracy that grows by a puzzle or two of 128 a look shows within that many. */
const LOOKS = 8;
/** At least so many steps: runs that look very often gain nothing from one look to the next. */
const LEAST_STEPS = 200;
/** Steps over which the loss is smoothed: a batch's own puzzles make it jump by a tenth and more. */
const SMOOTHING = 50;
/** A fall of the smoothed loss that is a gain: the lowest of many falls a little by chance alone. */
const LEAST_FALL = 0.02;

export interface PlateauOptions {
  readonly warmupSteps: number;
  /** Steps between two looks. */
  readonly evaluateEvery: number;
  /** Highest held-out exact accuracy of the run so far, 0 where there was no look. */
  readonly best: number;
}

export class Plateau {
  private readonly latch = new Latch();
  private readonly window: number;
  private best: number;
  private counted = 0;
  private loss = 0;
  /** Where something was gained last, from the end of the warm-up on, and the loss there. */
  private gain: { readonly step: number; readonly loss: number } | null = null;

  constructor(private readonly options: PlateauOptions) {
    this.window = Math.max(LEAST_STEPS, LOOKS * options.evaluateEvery);
    this.best = options.best;
  }

  step(step: number, loss: number): void {
    this.counted++;
    this.loss += (loss - this.loss) / Math.min(this.counted, SMOOTHING);
    if (step < this.options.warmupSteps || this.counted < SMOOTHING) return;
    if (!this.gain || this.loss < (1 - LEAST_FALL) * this.gain.loss) this.gain = { step, loss: this.loss };
  }

  /** @returns what is to be told, null for nothing */
  look(step: number, exactAccuracy: number): string | null {
    const isBetter = exactAccuracy > this.best;
    if (isBetter) this.best = exactAccuracy;
    if (!this.gain) return null;
    if (isBetter) this.gain = { step, loss: Math.min(this.loss, this.gain.loss) };
    const since = step - this.gain.step;
    // Where everything is right there is nothing to gain.
    const isNew = this.latch.turn({ begins: since >= this.window && this.best < 1, ends: since < this.window });
    return isNew
      ? `for ${since} steps neither the held-out exact accuracy (at best ${percent(this.best)}) nor the loss (${this.loss.toPrecision(3)}) has improved: going on may bring no more`
      : null;
  }
}
