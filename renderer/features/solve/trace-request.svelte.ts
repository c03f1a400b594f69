/** One traced solve at a time, with progress: starting another cancels the one before. */
import type { Input, Output, RolloutResult, Trace } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';
import { formatText } from '../../messages/language.svelte';
import { newJob, streamSteps, type OnSteps } from './solve-job';

/** Milliseconds before progress is shown: for shorter solves it would only flicker. */
const SLOW = 300;

export class TraceRequest {
  isBusy = $state(false);
  /** Busy for longer than `SLOW`. */
  isSlow = $state(false);
  /** Share of the steps made, 0..1; null before the first. */
  fraction = $state<number | null>(null);
  message = $state('');

  #job = '';
  #control = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly compute: Compute) {
    compute.onEvent((event) => {
      if (event.type !== 'job/progress' || event.job !== this.#job) return;
      this.fraction = event.fraction;
      this.message = formatText(event.message);
    });
  }

  /** Cancels the current request and begins another; the returned signal aborts when that is superseded or cancelled. */
  begin(): AbortSignal {
    this.cancel();
    this.#control = new AbortController();
    this.isBusy = true;
    this.#timer = setTimeout(() => (this.isSlow = true), SLOW);
    return this.#control.signal;
  }

  /** What an answer of the model costs. */
  getAnswerCosts(model: string): Promise<Output<'getAnswerCosts'>> {
    return this.compute.request('getAnswerCosts', { model });
  }

  /** @throws Error if the solve fails or is cancelled */
  send(input: Omit<Input<'traceSolve'>, 'job' | 'stream'>, signal: AbortSignal): Promise<Trace> {
    this.#job = newJob();
    return this.compute.request('traceSolve', { ...input, job: this.#job }, signal);
  }

  /** The trace without its steps, which are passed on while they are computed. @throws as `send` */
  stream(input: Omit<Input<'traceSolve'>, 'job' | 'stream'>, signal: AbortSignal, onSteps: OnSteps): Promise<Trace> {
    this.#job = newJob();
    return streamSteps(this.compute, { name: 'traceSolve', input, job: this.#job }, { onSteps, signal });
  }

  /** As `stream`, for copies of the puzzle. */
  streamRollouts(
    input: Omit<Input<'solveRollouts'>, 'job' | 'stream'>,
    signal: AbortSignal,
    onSteps: OnSteps,
  ): Promise<RolloutResult> {
    this.#job = newJob();
    return streamSteps(this.compute, { name: 'solveRollouts', input, job: this.#job }, { onSteps, signal });
  }

  /** Ends the request of `signal`; does nothing if another has begun meanwhile. */
  end(signal: AbortSignal): void {
    if (signal === this.#control.signal) this.#reset();
  }

  cancel(): void {
    this.#control.abort();
    this.#reset();
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#job = '';
    [this.isBusy, this.isSlow, this.fraction, this.message] = [false, false, null, ''];
  }
}
