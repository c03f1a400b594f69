/** A few puzzles as a generator would make them; what was asked for last is what is shown. */
import type { Input, Output } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';
import { errorMessage } from '../../app/loaded';

export class Preview {
  puzzles = $state.raw<Output<'previewPuzzles'>>([]);
  /** Of the puzzles shown. */
  kind = $state<string | null>(null);
  failure = $state<string | null>(null);
  #control = new AbortController();

  constructor(private readonly compute: Compute) {}

  show(input: Input<'previewPuzzles'>): () => void {
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    this.failure = null;
    const take = (puzzles: Output<'previewPuzzles'>) => {
      if (!signal.aborted) [this.puzzles, this.kind] = [puzzles, input.kind];
    };
    const refuse = (reason: unknown) => {
      if (!signal.aborted) [this.puzzles, this.failure] = [[], errorMessage(reason)];
    };
    this.compute.request('previewPuzzles', input, signal).then(take, refuse);
    return () => this.#control.abort();
  }
}
