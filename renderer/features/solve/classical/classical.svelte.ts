/** The account of a classical solver of the puzzle shown, and the step of it that is looked at. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Account, ClassicalStep } from './steps';
import { classicalAccount } from './classical';

export class Classical {
  /** Null where nobody knows the rules; undefined until it is found. */
  account = $state.raw<Account | null | undefined>(undefined);
  /** From 0; null while none is looked at. */
  step = $state<number | null>(null);
  readonly current = $derived<ClassicalStep | null>(
    this.step === null ? null : (this.account?.steps[this.step] ?? null),
  );

  #of = '';

  /** Finds it after the next picture, so that what asked for it is seen to answer. Returns what ends the waiting. */
  find(kind: PuzzleKind, inputs: readonly number[]): () => void {
    const of = `${kind.id} ${inputs.join(' ')}`;
    if (of === this.#of && this.account !== undefined) return () => undefined;
    this.#of = of;
    [this.account, this.step] = [undefined, null];
    const timer = setTimeout(() => (this.account = classicalAccount(kind, Uint8Array.from(inputs))), 30);
    return () => clearTimeout(timer);
  }

  /** Another puzzle is on its way. */
  forget(): void {
    [this.account, this.step, this.#of] = [undefined, null, ''];
  }

  /** The grid as it stands after the step looked at. */
  standing(inputs: readonly number[]): number[] {
    const tokens = [...inputs];
    for (const { placed } of this.account?.steps.slice(0, (this.step ?? -1) + 1) ?? [])
      for (const { cell, token } of placed) tokens[cell] = token;
    return tokens;
  }
}
