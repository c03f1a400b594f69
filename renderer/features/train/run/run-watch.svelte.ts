/** One run being looked at: history, then events, folded at most once per animation frame; closer where it is zoomed in on. */
import type { LabEvent, Output, Run, RunEvent } from '../../../../electron/contract/contract';
import type { Range } from '../charts/axes';
import { applyEvent, emptyDashboard, createDashboard, type Dashboard } from './dashboard';
import { detailOf, isCoarse, withDetail, type Detail } from './dashboard';
import type { Compute } from '../../../app/compute.svelte';
import { errorMessage } from '../../../app/loaded';

/** A hidden window gets no frames; beyond this many waiting events they are folded at once. */
const mostWaiting = 200;
const historyPoints = 4000;
/** Milliseconds for which a stretch stands before it is asked for: zooming comes in bursts. */
const settling = 120;

export class RunWatch {
  dashboard = $state.raw<Dashboard>() as Dashboard;
  /** How it was set up; null until it is read. */
  setup = $state.raw<Output<'getRunConfig'> | null>(null);
  loading = $state(true);
  failure = $state<string | null>(null);

  #detail = $state.raw<Detail | null>(null);
  /** The run with what is known more closely of it. */
  readonly shown = $derived(withDetail(this.dashboard, this.#detail));
  #waiting: RunEvent[] = [];
  #frame: number | null = null;
  #settled: ReturnType<typeof setTimeout> | null = null;
  #wanted: Range | null = null;
  readonly #stopListening: () => void;

  constructor(
    private readonly compute: Compute,
    run: Run,
  ) {
    this.dashboard = emptyDashboard(run);
    this.#stopListening = compute.onEvent((event) => this.#take(event));
    void this.reload();
  }

  /** Puzzles in a step; 1 until it is known. */
  get batchSize(): number {
    return this.setup?.config.batchSize ?? 1;
  }

  /** Reads what was missed. Events that arrive meanwhile wait, and steps seen twice are dropped. */
  async reload(): Promise<void> {
    this.loading = true;
    const { runId } = this.dashboard.run;
    try {
      const [history, setup] = await Promise.all([
        this.compute.request('readMetrics', { runId, points: historyPoints }),
        this.#getRunConfig(runId),
      ]);
      [this.dashboard, this.setup, this.#detail] = [createDashboard(history), setup, null];
      this.failure = null;
    } catch (reason) {
      this.failure = errorMessage(reason);
    }
    this.loading = false;
    this.#fold();
    this.refine(this.#wanted);
  }

  /** A set-up that cannot be read takes nothing from what was measured. */
  #getRunConfig(runId: string): Promise<Output<'getRunConfig'> | null> {
    return this.compute.request('getRunConfig', { runId }).catch(() => null);
  }

  /** Asks for the steps of a stretch that were left out, once it stands; what cannot be read stays as coarse as it is. */
  refine(steps: Range | null): void {
    if (this.#settled !== null) clearTimeout(this.#settled);
    this.#settled = null;
    this.#wanted = steps;
    if (steps === null) this.#detail = null;
    else if (isCoarse(this.shown, steps)) this.#settled = setTimeout(() => void this.#readDetail(steps), settling);
  }

  /** Takes the answer of a request about this run without waiting for its event. */
  takeRun(run: Run): void {
    if (run.runId === this.dashboard.run.runId) this.dashboard = { ...this.dashboard, run };
  }

  close(): void {
    this.refine(null);
    this.#stopListening();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  /** Half as much again on either side, so that a small move needs no further reading. */
  async #readDetail(wanted: Range): Promise<void> {
    const room = Math.ceil((wanted.to - wanted.from) / 2);
    const [from, to] = [Math.max(0, Math.floor(wanted.from) - room), Math.ceil(wanted.to) + room];
    const { runId } = this.dashboard.run;
    const answer = await this.compute
      .request('readMetrics', { runId, points: historyPoints, from, to })
      .catch(() => null);
    if (answer && this.#wanted === wanted) this.#detail = detailOf(answer, { from, to });
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
    if (!this.loading) this.dashboard = this.#waiting.splice(0).reduce(applyEvent, this.dashboard);
  }
}
