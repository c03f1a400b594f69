/** One run being looked at: history, then events, folded at most once per animation frame. */
import type { LabEvent, Run, RunEvent } from '../../electron/contract';
import { consume, freshDashboard, fromHistory, type Dashboard } from '../training/dashboard';
import type { Compute } from './compute.svelte';
import { messageOf } from './loaded';

/** A hidden window gets no frames; beyond this many waiting events they are folded at once. */
const mostWaiting = 200;
const historyPoints = 4000;

export class RunWatch {
  dashboard = $state.raw<Dashboard>() as Dashboard;
  loading = $state(true);
  failure = $state<string | null>(null);

  #waiting: RunEvent[] = [];
  #frame: number | null = null;
  readonly #stopListening: () => void;

  constructor(
    private readonly compute: Compute,
    run: Run,
  ) {
    this.dashboard = freshDashboard(run);
    this.#stopListening = compute.onEvent((event) => this.#take(event));
    void this.reload();
  }

  /** Reads what was missed. Events that arrive meanwhile wait, and steps seen twice are dropped. */
  async reload(): Promise<void> {
    this.loading = true;
    try {
      const { runId } = this.dashboard.run;
      this.dashboard = fromHistory(await this.compute.request('readMetrics', { runId, points: historyPoints }));
      this.failure = null;
    } catch (reason) {
      this.failure = messageOf(reason);
    }
    this.loading = false;
    this.#fold();
  }

  /** Takes the answer of a request about this run without waiting for its event. */
  takeRun(run: Run): void {
    if (run.runId === this.dashboard.run.runId) this.dashboard = { ...this.dashboard, run };
  }

  close(): void {
    this.#stopListening();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  #take(event: LabEvent): void {
    if (!('runId' in event)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > mostWaiting && !this.loading) this.#fold();
    else this.#frame ??= requestAnimationFrame(() => this.#fold());
  }

  #fold(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    if (!this.loading) this.dashboard = this.#waiting.splice(0).reduce(consume, this.dashboard);
  }
}
