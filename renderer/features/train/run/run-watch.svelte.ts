/** The open run: its history, then events, applied at most once per animation frame; with detail for the zoomed range. */
import type { Range } from '../../../ui/chart-options';
import type { LabEvent, Output, Run, RunEvent } from '../../../../electron/contract/contract';
import { applyEvent, emptyDashboard, createDashboard, type Dashboard } from './dashboard';
import { createDetail, isCoarse, withDetail, type Detail } from './dashboard';
import type { Compute } from '../../../app/compute.svelte';
import { rawErrorMessage } from '../../../app/loaded';

/** A hidden window gets no animation frames: beyond this many pending events they are applied at once. */
const MAX_PENDING_EVENTS = 200;
const HISTORY_POINTS = 4000;
/** Milliseconds before a zoomed range is requested: zooming comes in bursts. */
const REFINE_DELAY = 120;

export class RunWatch {
  dashboard = $state.raw<Dashboard>() as Dashboard;
  /** Its configuration; null until it is read. */
  setup = $state.raw<Output<'getRunConfig'> | null>(null);
  loading = $state(true);
  failure = $state<string | null>(null);

  #detail = $state.raw<Detail | null>(null);
  /** The dashboard with the detail of the zoomed range. */
  readonly detailed = $derived(withDetail(this.dashboard, this.#detail));
  #pendingEvents: RunEvent[] = [];
  #frame: number | null = null;
  #refineTimer: ReturnType<typeof setTimeout> | null = null;
  #refineRange: Range | null = null;
  readonly #stopListening: () => void;

  constructor(
    private readonly compute: Compute,
    run: Run,
  ) {
    this.dashboard = emptyDashboard(run);
    this.#stopListening = compute.onEvent((event) => this.#receive(event));
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
        this.compute.request('readMetrics', { runId, points: HISTORY_POINTS }),
        this.#getRunConfig(runId),
      ]);
      [this.dashboard, this.setup, this.#detail] = [createDashboard(history), setup, null];
      this.failure = null;
    } catch (reason) {
      this.failure = rawErrorMessage(reason);
    }
    this.loading = false;
    this.#applyEvents();
    this.refine(this.#refineRange);
  }

  /** A set-up that cannot be read takes nothing from what was measured. */
  #getRunConfig(runId: string): Promise<Output<'getRunConfig'> | null> {
    return this.compute.request('getRunConfig', { runId }).catch(() => null);
  }

  /** Asks for the steps of a stretch that were left out, once it stands; what cannot be read stays as coarse as it is. */
  refine(steps: Range | null): void {
    if (this.#refineTimer !== null) clearTimeout(this.#refineTimer);
    this.#refineTimer = null;
    this.#refineRange = steps;
    if (steps === null) this.#detail = null;
    else if (isCoarse(this.detailed, steps))
      this.#refineTimer = setTimeout(() => void this.#readDetail(steps), REFINE_DELAY);
  }

  /** Takes the answer of a request about this run without waiting for its event. */
  setRun(run: Run): void {
    if (run.runId === this.dashboard.run.runId) this.dashboard = { ...this.dashboard, run };
  }

  close(): void {
    this.refine(null);
    this.#stopListening();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  /** Half as much again on either side, so that a small move needs no further reading. */
  async #readDetail(wanted: Range): Promise<void> {
    const margin = Math.ceil((wanted.to - wanted.from) / 2);
    const [from, to] = [Math.max(0, Math.floor(wanted.from) - margin), Math.ceil(wanted.to) + margin];
    const { runId } = this.dashboard.run;
    const answer = await this.compute
      .request('readMetrics', { runId, points: HISTORY_POINTS, from, to })
      .catch(() => null);
    if (answer && this.#refineRange === wanted) this.#detail = createDetail(answer, { from, to });
  }

  #receive(event: LabEvent): void {
    if (!('runId' in event)) return;
    this.#pendingEvents.push(event);
    if (this.#pendingEvents.length > MAX_PENDING_EVENTS && !this.loading) this.#applyEvents();
    else this.#frame ??= requestAnimationFrame(() => this.#applyEvents());
  }

  #applyEvents(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    if (!this.loading) this.dashboard = this.#pendingEvents.splice(0).reduce(applyEvent, this.dashboard);
  }
}
