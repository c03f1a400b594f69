/** The attempts of a solve by rollouts or checkpoints: the steps of each, the one that is shown, and the one that was picked. */
import type { RolloutResult, Rollouts, Step } from '../../../../electron/contract/contract';
import { t } from '../../../messages/language.svelte';
import { PlaybackBuilder, type SolvePlayback, type TracedPuzzle } from '../player/solve-playback';

/** An attempt at a step, as its small board shows it. */
export interface AttemptView {
  readonly attempt: number;
  readonly answer: readonly number[];
  readonly brokenCells: readonly number[];
  readonly legal: boolean;
  /** From 1. */
  readonly step: number;
}

interface AttemptsOptions {
  readonly model: string;
  readonly puzzle: TracedPuzzle;
  readonly settings: Rollouts;
  readonly plannedSteps: number;
}

export class Attempts {
  /** The attempt whose timeline is shown. */
  shown = $state(0);
  result = $state.raw<RolloutResult | null>(null);
  /** Grows with every arrival of steps. */
  arrivals = $state(0);

  readonly #steps: Step[][];
  /** Those of the last call of `viewsAt`: a hundred attempts are checked and drawn only where they have changed. */
  #views: readonly (AttemptView | null)[] = [];
  readonly #startedAt = performance.now();
  #builder: { readonly attempt: number; readonly builder: PlaybackBuilder; added: number };

  constructor(private readonly options: AttemptsOptions) {
    this.#steps = Array.from({ length: options.settings.count }, () => []);
    this.#builder = { attempt: 0, builder: new PlaybackBuilder(options.puzzle), added: 0 };
  }

  get settings(): Rollouts {
    return this.options.settings;
  }

  add(attempt: number, steps: readonly Step[]): void {
    this.#steps[attempt]?.push(...steps);
    this.arrivals++;
  }

  /** The playback of the shown attempt as far as it is computed; null before its first step. */
  playback(): SolvePlayback | null {
    const steps = this.#steps[this.shown] ?? [];
    if (steps.length === 0) return null;
    if (this.#builder.attempt !== this.shown)
      this.#builder = { attempt: this.shown, builder: new PlaybackBuilder(this.options.puzzle), added: 0 };
    const { builder, added } = this.#builder;
    builder.add(steps.slice(added));
    this.#builder.added = steps.length;
    const partial = builder.buildPartial({
      model: this.options.model,
      milliseconds: this.result?.milliseconds ?? performance.now() - this.#startedAt,
      plannedSteps: this.result ? steps.length : this.options.plannedSteps,
    });
    return { ...partial, trace: { ...partial.trace, flop: this.result?.flop ?? 0 }, isComplete: this.result !== null };
  }

  /** Every attempt at a supervision step, from 0, or at its last one before; the same object while its step is the same. */
  viewsAt(step: number): readonly (AttemptView | null)[] {
    void this.arrivals;
    this.#views = this.#steps.map((steps, attempt) => this.#viewAt(attempt, Math.min(step, steps.length - 1)));
    return this.#views;
  }

  #viewAt(attempt: number, at: number): AttemptView | null {
    const known = this.#views[attempt];
    if (known?.step === at + 1) return known;
    const answer = this.#steps[attempt]?.[at]?.cycles.at(-1)?.answer;
    if (!answer) return null;
    const { kind, inputs } = this.options.puzzle;
    const { legal, brokenCells } = kind.check(Uint8Array.from(inputs), Uint8Array.from(answer));
    return { attempt, answer, legal, brokenCells, step: at + 1 };
  }
}

/** Which attempt was picked and why, or that there is no valid answer. */
export function describePick({ result, settings }: Attempts): string {
  if (!result) return t('solve.attempts.solving', { count: settings.count });
  const { picked } = result;
  if (!picked) return t('solve.attempts.noAnswer');
  const attempt = picked.rollout + 1;
  const agreeing = { attempt, votes: picked.votes, count: settings.count };
  if (result.checkpoints) return t('solve.attempts.pickedByCheckpoints', agreeing);
  if (settings.pick === 'rules') return t('solve.attempts.pickedByRules', { attempt, step: picked.step });
  if (settings.pick === 'vote') return t('solve.attempts.pickedByVote', agreeing);
  return t('solve.attempts.pickedByHalting', { attempt });
}
