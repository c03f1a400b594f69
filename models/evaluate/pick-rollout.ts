/** The attempts of one puzzle: what each rollout answered after every supervision step, and which answer is picked. */
import { z } from 'zod';

export const pickRules = ['halting', 'vote', 'rules'] as const;

/**
 * `halting`: the rollout with the highest halting logit. `vote`: the answer (all cells) of most rollouts; equally frequent ones by
 * halting logit. `rules`: the first legal answer, by step, then by rollout; none where no answer is legal.
 */
export const pickRuleSchema = z.enum(pickRules);
export type PickRule = z.infer<typeof pickRuleSchema>;

export interface RolloutSettings {
  /** Attempts at each puzzle: its copies, or one of each state of the model. */
  readonly count: number;
  /** σ of the noise, see `NoiseOptions`. */
  readonly noise: number;
  readonly seed: number;
  readonly pick: PickRule;
}

/** Today's solve: one copy without noise. */
export const singleAttempt: RolloutSettings = { count: 1, noise: 0, seed: 0, pick: 'halting' };

/** One attempt of each of several states of a model instead of copies with noise. */
export const attemptPerState = (states: number, pick: PickRule = 'vote'): RolloutSettings => ({
  count: states,
  noise: 0,
  seed: 0,
  pick,
});

interface Verdict {
  /** Whether every labelled cell is right. */
  readonly exact: boolean;
  readonly legal: boolean;
}

export interface PickedAnswer {
  /** From 0. */
  readonly rollout: number;
  /** The supervision step of the answer, from 1. */
  readonly step: number;
  readonly answer: Uint8Array;
  /** Rollouts with the same answer at that step. */
  readonly votes: number;
  readonly exact: boolean;
  readonly legal: boolean;
}

interface AttemptsOptions {
  readonly settings: RolloutSettings;
  readonly steps: number;
  readonly judge: (answer: Uint8Array) => Verdict;
}

export class PuzzleAttempts {
  /** By rollout and step: hash of the answer, and the halting logit. */
  private readonly hashes: Float64Array;
  private readonly logits: Float32Array;
  private readonly verdicts = new Map<number, Verdict>();
  /** The latest answer of each rollout, and its step. */
  private readonly latest: { step: number; answer: Uint8Array }[] = [];
  private firstLegal: { readonly rollout: number; readonly step: number; readonly answer: Uint8Array } | null = null;

  constructor(private readonly options: AttemptsOptions) {
    const { settings, steps } = options;
    this.hashes = new Float64Array(settings.count * steps);
    this.logits = new Float32Array(settings.count * steps);
  }

  /** @param step from 1; the steps of a rollout are recorded in their order */
  record(
    rollout: number,
    step: number,
    { answer, qHalt }: { readonly answer: Uint8Array; readonly qHalt: number },
  ): void {
    const at = this.index(rollout, step);
    const hash = hashAnswer(answer);
    this.hashes[at] = hash;
    this.logits[at] = qHalt;
    this.latest[rollout] = { step, answer };
    const verdict = this.verdicts.get(hash) ?? this.options.judge(answer);
    this.verdicts.set(hash, verdict);
    if (verdict.legal && this.isEarlier(rollout, step)) this.firstLegal = { rollout, step, answer };
  }

  private isEarlier(rollout: number, step: number): boolean {
    const { firstLegal } = this;
    return !firstLegal || step < firstLegal.step || (step === firstLegal.step && rollout < firstLegal.rollout);
  }

  /** Whether nothing after `step` can change the picked answer. */
  isDecidedAt(step: number): boolean {
    return this.options.settings.pick === 'rules' && this.firstLegal !== null && this.firstLegal.step <= step;
  }

  /** Whether a legal answer appeared up to a step, and whether the first of them is right. */
  firstLegalAt(step: number): Verdict {
    const { firstLegal } = this;
    return firstLegal && firstLegal.step <= step ? this.verdictOf(firstLegal) : { exact: false, legal: false };
  }

  /** Whether the answer that is picked after a step is right; false where none is picked. */
  isExactAt(step: number): boolean {
    if (this.options.settings.pick === 'rules') return this.firstLegalAt(step).exact;
    return this.verdictOf({ rollout: this.pickAt(step), step }).exact;
  }

  /** The picked answer after all steps; null where `rules` finds no legal one. */
  pick(): PickedAnswer | null {
    const chosen =
      this.options.settings.pick === 'rules' ? this.firstLegal : this.lastOf(this.pickAt(this.options.steps));
    return chosen && { ...chosen, ...this.verdictOf(chosen), votes: this.votesFor(chosen) };
  }

  /** The last answer of the rollout with the highest halting logit; shown where none is picked. */
  best(): { readonly rollout: number; readonly step: number; readonly answer: Uint8Array } {
    return this.lastOf(this.highest(this.rollouts(), Math.min(...this.latest.map(({ step }) => step))));
  }

  private lastOf(rollout: number): { readonly rollout: number; readonly step: number; readonly answer: Uint8Array } {
    return { rollout, ...this.latest[rollout]! };
  }

  private pickAt(step: number): number {
    const all = this.rollouts();
    if (this.options.settings.pick === 'halting') return this.highest(all, step);
    const counts = new Map<number, number>();
    const hashOf = (rollout: number) => this.hashes[this.index(rollout, step)]!;
    for (const rollout of all) counts.set(hashOf(rollout), (counts.get(hashOf(rollout)) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return this.highest(
      all.filter((rollout) => counts.get(hashOf(rollout)) === most),
      step,
    );
  }

  private votesFor({ rollout, step }: { readonly rollout: number; readonly step: number }): number {
    const hash = this.hashes[this.index(rollout, step)];
    return this.rollouts().filter((other) => this.hashes[this.index(other, step)] === hash).length;
  }

  private highest(rollouts: readonly number[], step: number): number {
    const logit = (rollout: number) => this.logits[this.index(rollout, step)]!;
    return rollouts.reduce((best, rollout) => (logit(rollout) > logit(best) ? rollout : best));
  }

  private verdictOf({ rollout, step }: { readonly rollout: number; readonly step: number }): Verdict {
    return this.verdicts.get(this.hashes[this.index(rollout, step)]!) ?? { exact: false, legal: false };
  }

  private rollouts(): number[] {
    return Array.from({ length: this.options.settings.count }, (_, rollout) => rollout);
  }

  private index(rollout: number, step: number): number {
    return rollout * this.options.steps + step - 1;
  }
}

/** 53 bits of two FNV-1a hashes; never 0, the value of a step that was not recorded. */
function hashAnswer(answer: Uint8Array): number {
  let [one, other] = [0x811c9dc5, 0x2b5ac1f7];
  for (const token of answer) {
    one = Math.imul(one ^ token, 0x01000193);
    other = Math.imul(other ^ (token + 0x55), 0x01000193);
  }
  return (one >>> 0) * 2 ** 21 + (other >>> 11) + 1;
}
