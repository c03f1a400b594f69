/** How a puzzle is solved: the number of supervision steps, and several attempts: rollouts, or one of each of the last checkpoints. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Input, Model, PickRule, Rollouts } from '../../../../electron/contract/contract';
import { DEFAULT_NOISE, MAX_NOISE, MAX_ROLLOUTS, MAX_SUPERVISION_STEPS } from '../../../../electron/contract/limits';
import { t } from '../../../messages/language.svelte';

/** How several attempts at a puzzle are made. */
export interface AttemptsPlan {
  /** Rollouts, or the same of one attempt of each checkpoint. */
  readonly settings: Rollouts;
  /** The part of a request that asks for them. */
  readonly request: Pick<Input<'solveRollouts'>, 'rollouts' | 'lastCheckpoints'>;
}

/** How many of the last checkpoints can vote, of a run with so many. */
export const voteSizes = (checkpoints: number): readonly number[] => [2, 4, 8].filter((size) => size <= checkpoints);

export class SolveSettings {
  /** Null for the model's own number. */
  steps = $state<number | null>(null);
  rollouts = $state<number | null>(1);
  noise = $state<number | null>(DEFAULT_NOISE);
  /** Null for the first that the puzzle type allows. */
  pick = $state<PickRule | null>(null);
  seed = $state(1);
  /** How many of the last checkpoints of the model's run vote, instead of rollouts; null for the saved weights. */
  lastCheckpoints = $state<number | null>(null);

  /** What is wrong with the numbers, in a sentence; null if nothing is. */
  get problem(): string | null {
    const { steps, rollouts, noise } = this;
    const isWhole = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max;
    if (steps !== null && !isWhole(steps, MAX_SUPERVISION_STEPS))
      return t('solve.settings.badSteps', { max: MAX_SUPERVISION_STEPS, steps });
    if (rollouts !== null && !isWhole(rollouts, MAX_ROLLOUTS))
      return t('solve.settings.badRollouts', { max: MAX_ROLLOUTS, rollouts });
    if (noise !== null && !(noise >= 0 && noise <= MAX_NOISE))
      return t('solve.settings.badNoise', { max: MAX_NOISE, noise });
    return null;
  }

  stepsFor(model: Model): number {
    return this.steps ?? model.haltMaxSteps;
  }

  /** The rules by which an answer can be picked for a kind. */
  pickRules(kind: PuzzleKind | null): readonly PickRule[] {
    return kind?.hasRules ? ['rules', 'vote', 'halting'] : ['vote', 'halting'];
  }

  pickFor(kind: PuzzleKind | null): PickRule {
    const rules = this.pickRules(kind);
    return rules.find((rule) => rule === this.pick) ?? rules[0] ?? 'halting';
  }

  /** Null for a single solve. */
  attemptsFor(kind: PuzzleKind | null): AttemptsPlan | null {
    const { lastCheckpoints, seed } = this;
    if (lastCheckpoints !== null)
      return { settings: { count: lastCheckpoints, noise: 0, seed, pick: 'vote' }, request: { lastCheckpoints } };
    const count = this.rollouts ?? 1;
    if (count <= 1) return null;
    const rollouts = { count, noise: this.noise ?? DEFAULT_NOISE, seed, pick: this.pickFor(kind) };
    return { settings: rollouts, request: { rollouts } };
  }
}
