/** A puzzle being typed or drawn: its clues as grid and as text, checked by the rules at every change, with undo. */
import { checkPuzzle } from '../../../../datasets/inspect';
import type { Editing, GridSize, PuzzleKind, Tokens } from '../../../../datasets/kinds/puzzle-kind';
import { PuzzleTextError } from '../../../../datasets/kinds/puzzle-kind';
import { parsePuzzle } from '../../../../datasets/kinds/registry';
import { formatText, t } from '../../../messages/language.svelte';

/** Number of undo steps. */
const MAX_UNDO = 500;

/** Undo and redo for values that are replaced as a whole. */
class History<Value> {
  #past = $state.raw<readonly Value[]>([]);
  #future = $state.raw<readonly Value[]>([]);
  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);

  /** Stores the value before a change; clears redo. */
  push(before: Value): void {
    this.#past = [...this.#past, before].slice(-MAX_UNDO);
    this.#future = [];
  }

  /** Returns the value before `now`; null if there is none. */
  undo(now: Value): Value | null {
    const before = this.#past.at(-1);
    if (before === undefined) return null;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, now];
    return before;
  }

  redo(now: Value): Value | null {
    const after = this.#future.at(-1);
    if (after === undefined) return null;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, now];
    return after;
  }
}

/** The rule check of a draft in two sentences: the finding, and what it means for solving. */
interface DraftVerdict {
  readonly tone: 'good' | 'warning' | 'bad' | 'neutral';
  readonly summary: string;
  readonly meaning: string;
  /** Clues that contradict each other. */
  readonly cells: readonly number[];
  /** The only solution; null if there is none or more than one. */
  readonly solution: readonly number[] | null;
}

export function checkDraft(kind: PuzzleKind, tokens: readonly number[]): DraftVerdict {
  const clues = countClues(kind, tokens);
  if (clues === 0) return noClues();
  const verdict = checkPuzzle(kind, Uint8Array.from(tokens));
  if (verdict.state === 'ok') return oneSolution(kind, clues, [...verdict.solution]);
  return {
    tone:
      verdict.state === 'ambiguous' || verdict.state === 'undecided' || verdict.state === 'unruled' ? 'warning' : 'bad',
    summary: formatText(verdict.message),
    meaning: t(`solve.draft.${verdict.state}`),
    cells: verdict.state === 'contradiction' ? verdict.cells : [],
    solution: null,
  };
}

const noClues = (): DraftVerdict => ({
  tone: 'neutral',
  summary: t('solve.draft.noClues'),
  meaning: t('solve.draft.noCluesHint'),
  cells: [],
  solution: null,
});

function oneSolution(kind: PuzzleKind, clues: number, solution: readonly number[]): DraftVerdict {
  // Walls and colours are not counted as clues.
  const summary = kind.colours.some(Boolean)
    ? t('solve.draft.oneSolution')
    : t('solve.draft.cluesOneSolution', { count: clues });
  return { tone: 'good', summary, meaning: t('solve.draft.oneSolutionHint'), cells: [], solution };
}

/** The tokens of a text, or why it cannot be read. */
export function parseText(
  kind: PuzzleKind,
  text: string,
): { readonly tokens: readonly number[] } | { readonly error: string } {
  try {
    return { tokens: [...parsePuzzle(kind, text)] };
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return { error: t('solve.editor.textUnreadable', { reason: reason.text }) };
    throw reason;
  }
}

export function countClues(kind: PuzzleKind, tokens: readonly number[]): number {
  return tokens.reduce((count, token) => count + (token === kind.blank ? 0 : 1), 0);
}

export class Draft {
  tokens = $state.raw<Tokens>([]);
  text = $state('');
  /** Why the text cannot be read; null if it can. */
  textError = $state<string | null>(null);
  /** The token that the pointer paints; null if it chooses the cell to type into. */
  brush = $state<number | null>(null);
  readonly editing: Editing;
  readonly history = new History<Tokens>();
  readonly verdict = $derived.by(() => checkDraft(this.kind, this.#checked));
  readonly clues = $derived.by(() => countClues(this.kind, this.tokens));
  readonly size = $derived.by(() => this.editing.size?.getSize(this.tokens) ?? null);

  /** The tokens that `verdict` is for; not updated during a stroke, where a search at every cell would make it stutter. */
  #checked = $state.raw<Tokens>([]);
  #strokeFrom: Tokens | null = null;

  /** @param onchange called after every complete change: a key, a whole stroke, a text that can be read */
  constructor(
    readonly kind: PuzzleKind,
    tokens: Tokens,
    private readonly onchange: () => void = () => undefined,
  ) {
    this.editing = kind.createEditing();
    this.brush = this.editing.paints ? (this.editing.brushes[0]?.token ?? null) : null;
    this.#setTokens(tokens);
  }

  /** Replaces the puzzle; undo restores the one before. */
  load(tokens: Tokens): void {
    this.#change(tokens, { silent: true });
  }

  setCell(cell: number, token: number): void {
    this.#change(this.editing.setToken(this.tokens, cell, token));
  }

  /** Makes the cells painted until `endStroke` one change. */
  beginStroke(): void {
    this.#strokeFrom ??= this.tokens;
  }

  paint(cell: number): void {
    if (this.brush === null) return;
    const painted = this.editing.setToken(this.tokens, cell, this.brush);
    if (painted === this.tokens || isEqual(painted, this.tokens)) return;
    this.tokens = painted;
    this.#updateText();
  }

  endStroke(): void {
    const before = this.#strokeFrom;
    this.#strokeFrom = null;
    if (before === null || isEqual(before, this.tokens)) return;
    this.history.push(before);
    this.#checked = this.tokens;
    this.onchange();
  }

  /** Sets the text; the grid follows if it can be read. */
  setText(text: string): void {
    this.text = text;
    const read = parseText(this.kind, text);
    this.textError = 'error' in read ? read.error : null;
    if ('tokens' in read) this.#change(read.tokens, { text });
  }

  resize(size: GridSize): void {
    const { size: canvas } = this.editing;
    if (canvas) this.#change(canvas.resize(this.tokens, size));
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
    this.#setTokens(tokens);
    this.onchange();
  }

  #change(tokens: Tokens, { text, silent = false }: { readonly text?: string; readonly silent?: boolean } = {}): void {
    if (isEqual(tokens, this.tokens)) return;
    this.history.push(this.tokens);
    this.#setTokens(tokens, text);
    if (!silent) this.onchange();
  }

  #setTokens(tokens: Tokens, text?: string): void {
    this.tokens = tokens;
    this.#checked = tokens;
    this.#updateText(text);
  }

  #updateText(text = this.kind.format(Uint8Array.from(this.tokens))): void {
    this.text = text;
    this.textError = null;
  }
}

function isEqual(one: Tokens, other: Tokens): boolean {
  return one.length === other.length && one.every((token, cell) => token === other[cell]);
}
