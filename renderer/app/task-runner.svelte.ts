/** Runs the tasks of a view one at a time: the running task, its progress, its result and its error. */
import type { Input, Output, RequestName } from '../../electron/contract/contract';
import { formatText } from '../messages/language.svelte';
import type { Text } from '../messages/message';
import type { Compute } from './compute.svelte';
import { describeError } from './compute.svelte';
import type { Notifications } from './notifications.svelte';

/** Requests that report progress under a job name. */
type JobRequest = { [Name in RequestName]: 'job' extends keyof Input<Name> ? Name : never }[RequestName];

/** Requests that are ended by another one, and then return what they have done so far. */
const endings: Partial<Record<JobRequest, 'endEvaluation'>> = { evaluateModel: 'endEvaluation' };

let jobs = 0;

/** A cancellable request with progress. */
export class JobState {
  /** Name of the running task; null while there is none. */
  activeTask = $state<string | null>(null);
  fraction = $state<number | null>(null);
  failure = $state<string | null>(null);
  /** The last reported progress. */
  text = $state.raw<Text>('');

  #name = '';
  #control = new AbortController();
  #ending: 'endEvaluation' | null = null;
  #isEnding = false;

  constructor(private readonly compute: Compute) {
    compute.onEvent((event) => {
      if (event.type !== 'job/progress' || event.job !== this.#name) return;
      this.fraction = event.fraction;
      this.text = event.message;
    });
  }

  get isBusy(): boolean {
    return this.activeTask !== null;
  }

  /** `text` in the language of the window. */
  get message(): string {
    return formatText(this.text);
  }

  /** Returns null when the request failed (see `failure`), was cancelled, or another one is running. */
  async run<Name extends JobRequest>(
    activeTask: string,
    request: Name,
    input: Omit<Input<Name>, 'job'>,
  ): Promise<Output<Name> | null> {
    if (this.isBusy) return null;
    this.#name = `job-${++jobs}`;
    this.#control = new AbortController();
    [this.#ending, this.#isEnding] = [endings[request] ?? null, false];
    [this.activeTask, this.fraction, this.text, this.failure] = [activeTask, null, '', null];
    try {
      return await this.compute.request(request, { ...input, job: this.#name } as Input<Name>, this.#control.signal);
    } catch (reason) {
      if (!this.#control.signal.aborted && !this.#isEnding) this.failure = describeError(reason);
      return null;
    } finally {
      this.activeTask = null;
    }
  }

  /** A request that can be ended returns what it has done so far; cancelled again, it is aborted like any other. */
  cancel(): void {
    if (this.#ending && !this.#isEnding) void this.#end(this.#ending, this.#control);
    else this.#control.abort();
  }

  async #end(ending: 'endEvaluation', control: AbortController): Promise<void> {
    this.#isEnding = true;
    const ended = await this.compute.request(ending, { job: this.#name }).catch(() => null);
    if (ended?.isEnding !== true) control.abort();
  }
}

export interface TaskReport {
  readonly summary: string;
  /** Warnings and remarks; a report with some stays on the page until it is closed. */
  readonly notes: readonly Text[];
}

/** Base class of the states of views that run tasks. `ViewStatus.svelte` shows it. */
export class TaskRunner {
  /** The last finished task, where it has notes; others become a notification. */
  report = $state.raw<TaskReport | null>(null);
  failure = $state.raw<{ readonly title: string; readonly details: string } | null>(null);
  /** The task that is running and cannot be cancelled. */
  activeTask = $state<string | null>(null);
  readonly job: JobState;

  constructor(
    protected readonly compute: Compute,
    protected readonly notifications: Pick<Notifications, 'show'>,
  ) {
    this.job = new JobState(compute);
  }

  get isBusy(): boolean {
    return this.activeTask !== null || this.job.isBusy;
  }

  protected showReport(report: TaskReport): void {
    if (report.notes.length > 0) this.report = report;
    else this.notifications.show({ text: report.summary });
  }

  /**
   * Runs `work` unless a task is running.
   * @param activeTask shown while it runs
   * @param errorTitle title of `failure` when it throws
   * @returns null when it failed or was not run
   */
  protected async runTask<Result>(
    activeTask: string,
    errorTitle: string,
    work: () => Promise<Result>,
  ): Promise<Result | null> {
    if (this.isBusy) return null;
    [this.activeTask, this.failure, this.report] = [activeTask, null, null];
    try {
      return await work();
    } catch (reason) {
      this.failure = { title: errorTitle, details: describeError(reason) };
      return null;
    } finally {
      this.activeTask = null;
    }
  }
}
