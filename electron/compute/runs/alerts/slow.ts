/** Whether steps take longer than at the beginning: a machine that is hot slows its processor down. */
import { Latch } from './latch';
import { milliseconds } from './words';

/** Steps and seconds of a window: heat comes in minutes, a busy moment passes sooner. A median of so many does not see that the first steps of a session take longer. */
const LEAST_STEPS = 20;
const LEAST_SECONDS = 30;
/** Times the first median; less is what other programs take now and then. */
const BEGINS = 1.4;
const ENDS = 1.2;

export class Slow {
  private latch = new Latch();
  /** Seconds of each step of the window under way, and their sum. */
  private times: number[] = [];
  private total = 0;
  /** Median of the first window, in seconds. */
  private early: number | null = null;

  /** Another device computes from here on. */
  restart(): void {
    [this.latch, this.times, this.total, this.early] = [new Latch(), [], 0, null];
  }

  /** @returns what is to be told at the end of a window, null for nothing */
  step(seconds: number): string | null {
    this.times.push(seconds);
    this.total += seconds;
    if (this.times.length < LEAST_STEPS || this.total < LEAST_SECONDS) return null;
    const now = median(this.times);
    [this.times, this.total] = [[], 0];
    if (this.early === null) this.early = now;
    return this.compare(now, this.early);
  }

  private compare(now: number, early: number): string | null {
    if (!this.latch.turn({ begins: now > BEGINS * early, ends: now < ENDS * early })) return null;
    return `a step takes ${milliseconds(now)}, ${Math.round(100 * (now / early - 1))} % more than at the beginning (${milliseconds(early)}): the machine may be too hot or busy`;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
