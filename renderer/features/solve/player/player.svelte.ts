/** Walks through a journey: play, pause, step by any grain, scrub. */
import type { DecodedAnswer, Journey, Moment } from './solve-trace';
import { firstRight } from './first-correct';
import { nextStop, pace, type Grain } from './step-size';

export const speeds = [0.25, 0.5, 1, 2, 4] as const;

export class Player {
  journey = $state.raw<Journey | null>(null);
  /** Index of the moment stood on. */
  index = $state(0);
  playing = $state(false);
  grain = $state<Grain>('cycle');
  speed = $state(1);

  readonly moment = $derived<Moment | null>(this.journey?.moments[this.index] ?? null);
  readonly answer = $derived<DecodedAnswer | null>(
    this.moment?.shown == null ? null : (this.journey?.answers[this.moment.shown] ?? null),
  );
  /** Cells whose symbol changed at this very moment. */
  readonly flips = $derived(this.moment?.update === 'answer' ? (this.answer?.flips ?? []) : []);
  readonly firstRight = $derived(this.journey ? firstRight(this.journey) : null);
  readonly atEnd = $derived(this.journey !== null && this.index >= this.journey.moments.length - 1);

  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes a new journey and stands before its first update. */
  show(journey: Journey | null): void {
    this.pause();
    this.journey = journey;
    this.index = 0;
  }

  play(): void {
    if (!this.journey) return;
    if (this.atEnd) this.index = 0;
    this.playing = true;
    this.#schedule();
  }

  pause(): void {
    this.playing = false;
    clearTimeout(this.#timer);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** One step by hand, which ends playing. */
  step(direction: 1 | -1, grain: Grain = this.grain): void {
    this.pause();
    this.#advance(direction, grain);
  }

  seek(index: number): void {
    this.pause();
    this.index = Math.min(Math.max(index, 0), Math.max((this.journey?.moments.length ?? 1) - 1, 0));
  }

  toStart(): void {
    this.seek(0);
  }

  toEnd(): void {
    this.seek(Number.MAX_SAFE_INTEGER);
  }

  /** Where the answer was first right; nowhere if it never was. */
  toFirstRight(): void {
    const first = this.firstRight;
    if (first) this.seek(first.moment);
  }

  #advance(direction: 1 | -1, grain: Grain): void {
    if (this.journey) this.index = nextStop(this.journey.moments, this.index, grain, direction);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.playing) return;
      this.#advance(1, this.grain);
      if (this.atEnd) this.playing = false;
      else this.#schedule();
    }, pace[this.grain] / this.speed);
  }
}
