/** Notifications in the status bar: one at a time, all of them in a list, some with an undo. */
import { t } from '../messages/language.svelte';
import { describeError } from './compute.svelte';

export interface Message {
  readonly text: string;
  /** Reverts what the message reports. If it throws, the error becomes a notification. */
  readonly undo?: () => void | Promise<void>;
}

export interface Notification extends Message {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Milliseconds for which a notification is shown: at least, for each character, and where it can be undone. */
const MIN_SHOWN = 6000;
const SHOWN_PER_CHARACTER = 70;
const MIN_SHOWN_WITH_UNDO = 14_000;
const MAX_HISTORY = 50;

export class Notifications {
  current = $state.raw<Notification | null>(null);
  /** Newest first. */
  history = $state.raw<readonly Notification[]>([]);
  /** Replaced by a later one before it timed out, since the list was last opened. */
  unread = $state(0);

  #ids = 0;
  #left = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Reasons to keep the current notification open: a pointer over it, focus in it, a hidden window. */
  // Not used in the markup.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #holders = new Set<string>();
  /** Files whose last save has failed. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #unsaved = new Set<string>();

  /** Replaces the current notification; an unread one stays in the list. */
  show(message: Message): void {
    if (this.current) this.unread++;
    this.#clearTimer();
    const notification: Notification = { ...message, id: ++this.#ids, at: Date.now() };
    this.current = notification;
    this.history = [notification, ...this.history].slice(0, MAX_HISTORY);
    this.#left = Math.max(message.undo ? MIN_SHOWN_WITH_UNDO : MIN_SHOWN, message.text.length * SHOWN_PER_CHARACTER);
    this.#startTimer();
  }

  /**
   * Reports that a file could not be saved: once, until it is saved again.
   * @param failure a sentence for the user; null when the file was saved
   */
  reportSave(file: string, failure: string | null): void {
    const wasReported = this.#unsaved.has(file);
    if (failure === null) this.#unsaved.delete(file);
    else this.#unsaved.add(file);
    if (failure !== null && !wasReported) this.show({ text: failure });
  }

  /** Calls the notification's undo, once. */
  async undo(notification: Notification): Promise<void> {
    const { undo, ...rest } = notification;
    if (!undo) return;
    this.history = this.history.map((other) => (other.id === notification.id ? rest : other));
    if (this.current?.id === notification.id) this.dismiss();
    try {
      await undo();
    } catch (reason) {
      this.show({ text: t('notifications.undoFailed', { reason: describeError(reason) }) });
    }
  }

  dismiss(): void {
    this.#clearTimer();
    this.current = null;
  }

  markRead(): void {
    this.unread = 0;
  }

  /** Stops the timer until every holder has called `release`. */
  holdOpen(holder: string): void {
    if (this.#holders.size === 0) this.#pauseTimer();
    this.#holders.add(holder);
  }

  release(holder: string): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0 && this.current) this.#startTimer();
  }

  #startTimer(): void {
    if (this.#holders.size > 0) return;
    this.#since = Date.now();
    this.#timer = setTimeout(() => (this.current = null), this.#left);
  }

  #pauseTimer(): void {
    if (this.#timer === undefined) return;
    this.#clearTimer();
    this.#left = Math.max(MIN_SHOWN / 2, this.#left - (Date.now() - this.#since));
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
