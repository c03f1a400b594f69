/** One piece of work that takes a while: how far it is, and the way to end it. */
import type { Input, Output, RequestName } from '../../electron/contract/contract';
import type { Compute } from './compute.svelte';
import { messageOf } from './loaded';

/** Requests that tell how far they are under a name. */
type Named = { [Name in RequestName]: 'job' extends keyof Input<Name> ? Name : never }[RequestName];

let jobs = 0;

export class JobState {
  /** What is being done, for people; null while nothing is. */
  doing = $state<string | null>(null);
  share = $state<number | null>(null);
  words = $state('');
  failure = $state<string | null>(null);

  #name = '';
  #control = new AbortController();

  constructor(private readonly compute: Compute) {
    compute.onEvent((event) => {
      if (event.type !== 'job/progress' || event.job !== this.#name) return;
      this.share = event.share;
      this.words = event.words;
    });
  }

  get isBusy(): boolean {
    return this.doing !== null;
  }

  /** Null when it failed, which `failure` tells, or was cancelled. One at a time: a second call waits for nothing and does nothing. */
  async run<Name extends Named>(
    doing: string,
    request: Name,
    input: Omit<Input<Name>, 'job'>,
  ): Promise<Output<Name> | null> {
    if (this.isBusy) return null;
    this.#name = `job-${++jobs}`;
    this.#control = new AbortController();
    [this.doing, this.share, this.words, this.failure] = [doing, null, '', null];
    try {
      return await this.compute.request(request, { ...input, job: this.#name } as Input<Name>, this.#control.signal);
    } catch (reason) {
      if (!this.#control.signal.aborted) this.failure = messageOf(reason);
      return null;
    } finally {
      this.doing = null;
    }
  }

  cancel(): void {
    this.#control.abort();
  }
}
