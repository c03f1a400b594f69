/** Plays a traced solve: play, pause, step by L update, H cycle or supervision step, scrub. */
import { firstCorrect } from './solve-playback';
import type { DecodedAnswer, Frame, SolvePlayback } from './solve-playback';

/** How far one step of the player goes: an L update, an H cycle, or a supervision step. */
export const stepSizes = ['update', 'cycle', 'step'] as const;
export type StepSize = (typeof stepSizes)[number];

/**
 * The frame reached from `index` by one step of the given size; a cycle ends on its answer, a supervision
 * step on the answer of its last cycle. Clamped to the first and the last frame.
 */
export function nextStop(frames: readonly Frame[], index: number, stepSize: StepSize, direction: 1 | -1): number {
  let at = index + direction;
  while (at > 0 && at < frames.length - 1 && !isStop(frames, at, stepSize)) at += direction;
  return Math.min(Math.max(at, 0), Math.max(frames.length - 1, 0));
}

function isStop(frames: readonly Frame[], index: number, stepSize: StepSize): boolean {
  if (stepSize === 'update') return true;
  if (frames[index]?.update !== 'answer') return false;
  return stepSize === 'cycle' || frames[index + 1]?.step !== frames[index]?.step;
}

/** Milliseconds between two steps of each size at normal speed: an answer takes longer to read than a tick. */
export const stepMilliseconds: Record<StepSize, number> = { update: 130, cycle: 480, step: 1000 };

export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

export class Player {
  playback = $state.raw<SolvePlayback | null>(null);
  /** Index of the current frame. */
  index = $state(0);
  playing = $state(false);
  stepSize = $state<StepSize>('cycle');
  speed = $state(1);

  readonly frame = $derived<Frame | null>(this.playback?.frames[this.index] ?? null);
  readonly answer = $derived<DecodedAnswer | null>(
    this.frame?.answerIndex == null ? null : (this.playback?.answers[this.frame.answerIndex] ?? null),
  );
  /** Cells whose symbol changed in this frame. */
  readonly changedCells = $derived(this.frame?.update === 'answer' ? (this.answer?.changedCells ?? []) : []);
  readonly firstCorrect = $derived(this.playback ? firstCorrect(this.playback) : null);
  readonly atEnd = $derived(this.playback !== null && this.index >= this.playback.frames.length - 1);

  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Loads a trace and goes to its first update. */
  show(playback: SolvePlayback | null): void {
    this.pause();
    this.playback = playback;
    this.index = 0;
  }

  /** Replaces the playback by one of the same solve with more steps, or of another attempt; keeps the position. */
  replace(playback: SolvePlayback): void {
    this.playback = playback;
    this.index = Math.min(this.index, Math.max(0, playback.frames.length - 1));
  }

  play(): void {
    if (!this.playback) return;
    if (this.atEnd && this.playback.isComplete) this.index = 0;
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
  step(direction: 1 | -1, stepSize: StepSize = this.stepSize): void {
    this.pause();
    this.#advance(direction, stepSize);
  }

  seek(index: number): void {
    this.pause();
    this.index = Math.min(Math.max(index, 0), Math.max((this.playback?.frames.length ?? 1) - 1, 0));
  }

  toStart(): void {
    this.seek(0);
  }

  toEnd(): void {
    this.seek(Number.MAX_SAFE_INTEGER);
  }

  /** Where the answer was first right; nowhere if it never was. */
  toFirstCorrect(): void {
    const first = this.firstCorrect;
    if (first) this.seek(first.frame);
  }

  #advance(direction: 1 | -1, stepSize: StepSize): void {
    if (this.playback) this.index = nextStop(this.playback.frames, this.index, stepSize, direction);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.playing) return;
      this.#advance(1, this.stepSize);
      // Further steps may follow.
      if (this.atEnd && this.playback?.isComplete) this.playing = false;
      else this.#schedule();
    }, stepMilliseconds[this.stepSize] / this.speed);
  }
}
