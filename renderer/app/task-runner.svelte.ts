/** What a room does for somebody, one thing at a time, and what is to be said of it. */
import type { Compute } from './compute.svelte';
import { JobState } from './job.svelte';
import { messageOf } from './loaded';
import type { Notices } from './notifications.svelte';

/** What was done, and sentences to know about it. */
export interface News {
  readonly sentence: string;
  readonly notes: readonly string[];
}

export class Errands {
  /** What was done last and has notes that stay to be read; what can be told in a sentence is told at the foot. */
  news = $state.raw<News | null>(null);
  failure = $state.raw<{ readonly what: string; readonly details: string } | null>(null);
  /** What is being done that cannot be cancelled; null while nothing is. */
  doing = $state<string | null>(null);
  readonly job: JobState;

  constructor(
    protected readonly compute: Compute,
    protected readonly notices: Pick<Notices, 'tell'>,
  ) {
    this.job = new JobState(compute);
  }

  get isBusy(): boolean {
    return this.doing !== null || this.job.isBusy;
  }

  protected tell(news: News): void {
    if (news.notes.length > 0) this.news = news;
    else this.notices.tell({ text: news.sentence });
  }

  /** Null when it failed, which `failure` tells, or something else is being done. */
  protected async do<Result>(doing: string, refusal: string, work: () => Promise<Result>): Promise<Result | null> {
    if (this.isBusy) return null;
    [this.doing, this.failure, this.news] = [doing, null, null];
    try {
      return await work();
    } catch (reason) {
      this.failure = { what: refusal, details: messageOf(reason) };
      return null;
    } finally {
      this.doing = null;
    }
  }
}
