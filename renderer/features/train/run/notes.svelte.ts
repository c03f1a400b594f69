/** The notes of a run, saved while the user types: first in session storage, so that closing the window loses nothing, then on disk. */
import type { Compute } from '../../../app/compute.svelte';
import { describeError } from '../../../app/compute.svelte';

/** Milliseconds from the last key to saving. */
const SAVE_DELAY = 500;

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Notes {
  text = $state('');
  state = $state<'reading' | 'saved' | 'unsaved' | 'saving' | 'failed'>('reading');
  failure = $state<string | null>(null);
  /** Whether the text on disk was changed by another program, or is damaged. */
  isChanged = $state(false);

  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly compute: Compute,
    readonly runId: string,
    private readonly drafts: DraftStorage,
    /** Called after each attempt to save; the run's page may be closed by then. @param failure null when it succeeded */
    private readonly onSave: (failure: string | null) => void = () => undefined,
  ) {
    void this.read();
  }

  get #key(): string {
    return `notes/${this.runId}`;
  }

  /** An unsaved draft of a window that was closed has priority over the text on disk. */
  async read(): Promise<void> {
    const draft = this.drafts.getItem(this.#key);
    try {
      const { text, isChanged } = await this.compute.request('readNotes', { runId: this.runId });
      if (this.state !== 'reading') return;
      this.isChanged = isChanged;
      this.text = draft ?? text;
      this.state = 'saved';
      if (draft !== null && draft !== text) this.type(draft);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  type(text: string): void {
    [this.text, this.state] = [text, 'unsaved'];
    this.drafts.setItem(this.#key, text);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_DELAY);
  }

  /** Writes unsaved text at once, after writes in progress, so that the last text remains. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.state === 'unsaved' || this.state === 'failed') this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  async #save(): Promise<void> {
    const { text, runId } = this;
    this.state = 'saving';
    try {
      await this.compute.request('writeNotes', { runId, text });
      this.onSave(null);
      this.isChanged = false;
      if (this.text !== text) return;
      this.drafts.removeItem(this.#key);
      [this.state, this.failure] = ['saved', null];
    } catch (reason) {
      this.#fail(reason);
      this.onSave(describeError(reason));
    }
  }

  #fail(reason: unknown): void {
    [this.state, this.failure] = ['failed', describeError(reason)];
  }
}
