/** Undo and redo for values that are replaced whole. */

/** States kept: more than anybody goes back. */
const KEPT = 500;

export class History<Value> {
  #past = $state.raw<readonly Value[]>([]);
  #future = $state.raw<readonly Value[]>([]);
  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);

  /** Remembers what stood before a change; what was undone before cannot be redone any more. */
  remember(before: Value): void {
    this.#past = [...this.#past, before].slice(-KEPT);
    this.#future = [];
  }

  /** What stood before `now`; null where nothing is remembered. */
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
