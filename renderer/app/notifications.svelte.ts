/** What was done, said in one sentence at the foot of the window; deletions can be undone from it. All stays in a list. */
import { messageOf } from './loaded';

export interface Message {
  readonly text: string;
  /** Brings back what is gone. What it throws is told. */
  readonly undo?: () => void | Promise<void>;
}

export interface Notice extends Message {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Milliseconds a sentence stays at least, and for each of its letters; longer where it can be undone. */
const LEAST = 6000;
const PER_LETTER = 70;
const TO_UNDO = 14_000;
const KEPT = 50;

export class Notices {
  current = $state.raw<Notice | null>(null);
  /** The latest first. */
  history = $state.raw<readonly Notice[]>([]);
  /** Told since the list was last looked at, and gone from the foot before it could be read. */
  unread = $state(0);

  #ids = 0;
  #left = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Who keeps the sentence in place: a pointer over it, the focus in it, a window nobody looks at. */
  // Nothing is drawn from it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #holds = new Set<string>();

  /** The latest is shown at once; one that had not been read is found in the list. */
  tell(message: Message): void {
    if (this.current) this.unread++;
    this.#clear();
    const notice: Notice = { ...message, id: ++this.#ids, at: Date.now() };
    this.current = notice;
    this.history = [notice, ...this.history].slice(0, KEPT);
    this.#left = Math.max(message.undo ? TO_UNDO : LEAST, message.text.length * PER_LETTER);
    this.#run();
  }

  /** Can be done once. */
  async undo(notice: Notice): Promise<void> {
    const { undo, ...rest } = notice;
    if (!undo) return;
    this.history = this.history.map((other) => (other.id === notice.id ? rest : other));
    if (this.current?.id === notice.id) this.dismiss();
    try {
      await undo();
    } catch (reason) {
      this.tell({ text: `That could not be undone: ${messageOf(reason)}` });
    }
  }

  dismiss(): void {
    this.#clear();
    this.current = null;
  }

  looked(): void {
    this.unread = 0;
  }

  hold(by: string): void {
    if (this.#holds.size === 0) this.#pause();
    this.#holds.add(by);
  }

  release(by: string): void {
    if (this.#holds.delete(by) && this.#holds.size === 0 && this.current) this.#run();
  }

  #run(): void {
    if (this.#holds.size > 0) return;
    this.#since = Date.now();
    this.#timer = setTimeout(() => (this.current = null), this.#left);
  }

  #pause(): void {
    if (this.#timer === undefined) return;
    this.#clear();
    this.#left = Math.max(LEAST / 2, this.#left - (Date.now() - this.#since));
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
