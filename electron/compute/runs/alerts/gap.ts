/** Whether a run answers what it learns from much better than what it has never seen. */
import type { Accuracy } from '../../../../models/evaluate/evaluate';
import { Latch } from './latch';
import { percent } from './words';

/**
 * Beyond the interval. Training counts puzzles as they halt, and easy ones halt and come again sooner, while the
 * averaged weights that are looked at lag behind: nine sound 6×6 runs were up to 4 % above it.
 */
const MARGIN = 0.15;
/** One after the other: a single look may be bad luck. */
const LOOKS = 3;
/** Fewer steps than these between two looks say too little of the training. */
const LEAST_STEPS = 10;

export class Gap {
  private readonly latch = new Latch();
  private sum = 0;
  private steps = 0;
  private wideLooks = 0;

  /** @param exactAccuracy null where no puzzle halted */
  step(exactAccuracy: number | null): void {
    if (exactAccuracy === null) return;
    this.sum += exactAccuracy;
    this.steps++;
  }

  /** @returns what is to be told, null for nothing */
  look({ exactAccuracy, interval: [low, high] }: Pick<Accuracy, 'exactAccuracy' | 'interval'>): string | null {
    if (this.steps < LEAST_STEPS) return null;
    const training = this.sum / this.steps;
    [this.sum, this.steps] = [0, 0];
    this.wideLooks = training > high + MARGIN ? this.wideLooks + 1 : 0;
    if (!this.latch.turn({ begins: this.wideLooks >= LOOKS, ends: training <= high })) return null;
    return `it answers ${percent(training)} of the puzzles it learns from, but ${percent(exactAccuracy)} of those held out (95 % interval ${percent(low)} to ${percent(high)}): it learns them by heart; more puzzles would help`;
  }
}
