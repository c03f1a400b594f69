/** A puzzle being typed or drawn: the same clues as a grid and as text, judged at every change, with undo. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { editingOf, type Editing, type Size } from './editing';
import { clueCount, judgeDraft, readText } from './check-draft';
import { History } from '../../../lib/history.svelte';

type Tokens = readonly number[];

export class Draft {
  tokens = $state.raw<Tokens>([]);
  text = $state('');
  /** Why the text cannot be read; null while text and grid agree. */
  textError = $state<string | null>(null);
  /** What the pointer paints; null where it chooses the cell that is typed into. */
  brush = $state<number | null>(null);
  readonly editing: Editing;
  readonly history = new History<Tokens>();
  readonly verdict = $derived.by(() => judgeDraft(this.kind, this.#judged));
  readonly clues = $derived.by(() => clueCount(this.kind, this.tokens));
  readonly size = $derived.by(() => this.editing.size?.of(this.tokens) ?? null);

  /** Follows the tokens but for the length of a stroke: a search for solutions at every cell would make it stutter. */
  #judged = $state.raw<Tokens>([]);
  #strokeFrom: Tokens | null = null;

  /** @param onchange told of every change that is complete: a key, a whole stroke, a text that can be read */
  constructor(
    readonly kind: PuzzleKind,
    tokens: Tokens,
    private readonly onchange: () => void = () => undefined,
  ) {
    this.editing = editingOf(kind);
    this.brush = this.editing.paints ? (this.editing.brushes[0]?.token ?? null) : null;
    this.#show(tokens);
  }

  /** Another puzzle to edit; what stood here comes back by undo. */
  begin(tokens: Tokens): void {
    this.#change(tokens, { silent: true });
  }

  setCell(cell: number, token: number): void {
    this.#change(this.editing.put(this.tokens, cell, token));
  }

  /** The next cells painted are one change. */
  beginStroke(): void {
    this.#strokeFrom ??= this.tokens;
  }

  paint(cell: number): void {
    if (this.brush === null) return;
    const painted = this.editing.put(this.tokens, cell, this.brush);
    if (painted === this.tokens || isEqual(painted, this.tokens)) return;
    this.tokens = painted;
    this.#write();
  }

  endStroke(): void {
    const before = this.#strokeFrom;
    this.#strokeFrom = null;
    if (before === null || isEqual(before, this.tokens)) return;
    this.history.remember(before);
    this.#judged = this.tokens;
    this.onchange();
  }

  /** What was typed in the text field; the grid follows once it can be read. */
  setText(text: string): void {
    this.text = text;
    const read = readText(this.kind, text);
    this.textError = 'error' in read ? read.error : null;
    if ('tokens' in read) this.#change(read.tokens, { text });
  }

  resize(size: Size): void {
    const { size: canvas } = this.editing;
    if (canvas) this.#change(canvas.change(this.tokens, size));
  }

  clear(): void {
    this.#change(this.editing.empty);
  }

  undo(): void {
    this.#restore(this.history.undo(this.tokens));
  }

  redo(): void {
    this.#restore(this.history.redo(this.tokens));
  }

  #restore(tokens: Tokens | null): void {
    if (!tokens) return;
    this.#show(tokens);
    this.onchange();
  }

  #change(tokens: Tokens, { text, silent = false }: { readonly text?: string; readonly silent?: boolean } = {}): void {
    if (isEqual(tokens, this.tokens)) return;
    this.history.remember(this.tokens);
    this.#show(tokens, text);
    if (!silent) this.onchange();
  }

  #show(tokens: Tokens, text?: string): void {
    this.tokens = tokens;
    this.#judged = tokens;
    this.#write(text);
  }

  #write(text = this.kind.format(Uint8Array.from(this.tokens))): void {
    this.text = text;
    this.textError = null;
  }
}

function isEqual(one: Tokens, other: Tokens): boolean {
  return one.length === other.length && one.every((token, cell) => token === other[cell]);
}
