/** The solution of the current puzzle by a classical solver, step by step. */
import type { ClassicalSolution, ClassicalStep, PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';

/** The current puzzle solved by a classical solver, and the solver step that is shown. */
export class ClassicalState {
  /** Null for kinds without rules; undefined until it is solved. */
  solution = $state.raw<ClassicalSolution | null | undefined>(undefined);
  /** Counted from 0; null while none is shown. */
  step = $state<number | null>(null);
  readonly current = $derived<ClassicalStep | null>(
    this.step === null ? null : (this.solution?.steps[this.step] ?? null),
  );

  #key = '';

  /** Solves after the next paint, so that the view responds at once. Returns a function that cancels. */
  solve(kind: PuzzleKind, inputs: readonly number[]): () => void {
    const key = `${kind.id} ${inputs.join(' ')}`;
    if (key === this.#key && this.solution !== undefined) return () => undefined;
    this.#key = key;
    [this.solution, this.step] = [undefined, null];
    const timer = setTimeout(() => (this.solution = kind.solveClassically(Uint8Array.from(inputs))), 30);
    return () => clearTimeout(timer);
  }

  /** To be called when the puzzle changes. */
  clear(): void {
    [this.solution, this.step, this.#key] = [undefined, null, ''];
  }

  /** The grid after the step that is shown. */
  tokensAtStep(inputs: readonly number[]): number[] {
    const tokens = [...inputs];
    for (const { placed } of this.solution?.steps.slice(0, (this.step ?? -1) + 1) ?? [])
      for (const { cell, token } of placed) tokens[cell] = token;
    return tokens;
  }
}
