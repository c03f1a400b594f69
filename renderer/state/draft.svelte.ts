/** A puzzle being typed: the same clues as a grid and as text, judged at every change. */
import type { PuzzleKind } from '../../datasets/puzzle';
import { clueCount, judgeDraft, readText } from '../trace/draft';

export class Draft {
  tokens = $state.raw<readonly number[]>([]);
  text = $state('');
  /** Why the text cannot be read; null while text and grid agree. */
  textError = $state<string | null>(null);
  readonly verdict = $derived.by(() => judgeDraft(this.kind, this.tokens));
  readonly clues = $derived.by(() => clueCount(this.kind, this.tokens));

  constructor(
    readonly kind: PuzzleKind,
    tokens: readonly number[],
  ) {
    this.#take(tokens);
  }

  setCell(cell: number, token: number): void {
    this.#take(this.tokens.map((old, index) => (index === cell ? token : old)));
  }

  /** What was typed in the text field; the grid follows once it can be read. */
  setText(text: string): void {
    this.text = text;
    const read = readText(this.kind, text);
    this.textError = 'error' in read ? read.error : null;
    if ('tokens' in read) this.tokens = read.tokens;
  }

  clear(): void {
    this.#take(this.tokens.map(() => this.kind.blank));
  }

  #take(tokens: readonly number[]): void {
    this.tokens = tokens;
    this.text = this.kind.format(Uint8Array.from(tokens));
    this.textError = null;
  }
}
