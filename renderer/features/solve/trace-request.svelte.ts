/** One traced solve at a time: a later one ends the earlier, slow ones tell how far they are and can be ended. */
import type { Input, Trace } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';

/** Milliseconds after which a solve is told to be under way: shorter ones would only flicker. */
const SLOW = 300;

let jobs = 0;

export class Tracing {
  busy = $state(false);
  /** Busy for so long that it is to be told. */
  slow = $state(false);
  /** Share of the steps made, at most; null before the first. */
  share = $state<number | null>(null);
  words = $state('');

  #job = '';
  #control = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly compute: Compute) {
    compute.onEvent((event) => {
      if (event.type !== 'job/progress' || event.job !== this.#job) return;
      this.share = event.share;
      this.words = event.words;
    });
  }

  /** Ends what is under way; the signal is raised when the next begins, or when this one is cancelled. */
  begin(): AbortSignal {
    this.cancel();
    this.#control = new AbortController();
    this.busy = true;
    this.#timer = setTimeout(() => (this.slow = true), SLOW);
    return this.#control.signal;
  }

  /** @throws Error why it failed, also when it was cancelled */
  ask(input: Omit<Input<'traceSolve'>, 'job'>, signal: AbortSignal): Promise<Trace> {
    this.#job = `trace-${++jobs}`;
    return this.compute.request('traceSolve', { ...input, job: this.#job }, signal);
  }

  /** After the work that `begin` gave the signal for; nothing where another has begun meanwhile. */
  end(signal: AbortSignal): void {
    if (signal === this.#control.signal) this.#rest();
  }

  cancel(): void {
    this.#control.abort();
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#job = '';
    [this.busy, this.slow, this.share, this.words] = [false, false, null, ''];
  }
}
