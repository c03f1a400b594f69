/** The Train room: what would be trained, and the run that is looked at. */
import type { Output, Run } from '../../electron/contract';
import { isActive } from '../training/dashboard';
import type { Compute } from './compute.svelte';
import type { Facts } from './facts.svelte';
import { failed, loading, messageOf, ready, valueOf, type Loaded } from './loaded';
import { RunWatch } from './run-watch.svelte';

export const budgets = [60, 180, 300, 900] as const;

/** Seven days, the contract's limit. */
export const longestBudget = 7 * 24 * 3600;

type Ask = 'startRun' | 'pauseRun' | 'resumeRun' | 'stopRun';

export class Training {
  dataset = $state<string | null>(null);
  preset = $state<string | null>(null);
  seed = $state(1);
  maxSeconds = $state<number>(180);
  watch = $state.raw<RunWatch | null>(null);
  /** The request under way; its button says so. */
  asking = $state<Ask | null>(null);
  failure = $state<string | null>(null);
  /** What the run that is set up would take. */
  preflight = $state.raw<Loaded<Output<'preflight'>>>(loading);
  isMeasuring = $state(false);

  /** Why it cannot be started as set up; null when it can. */
  readonly problem = $derived.by(() => {
    if (!(this.maxSeconds >= 1 && this.maxSeconds <= longestBudget)) return 'The time must be between 1 second and 7 days.';
    if (!Number.isInteger(this.seed) || this.seed < 0 || this.seed > 2 ** 31 - 1) return 'The seed must be a whole number from 0 to 2,147,483,647.';
    return this.dataset && this.preset ? null : 'Choose puzzles and a model.';
  });

  #measuring: AbortController | null = null;

  constructor(
    private readonly compute: Compute,
    private readonly facts: Facts,
  ) {}

  /** Asks what the run as set up would take; an answer that comes too late is let go. */
  async check(): Promise<void> {
    const { dataset, preset } = this;
    if (!dataset || !preset) return;
    this.#measuring?.abort();
    const answer = await this.compute.request('preflight', { dataset, preset }).then(ready, failed);
    if (this.dataset === dataset && this.preset === preset) this.preflight = answer;
  }

  /** Makes the first steps of the run as set up, and tells what the whole of it takes; another choice ends it. */
  async measure(): Promise<void> {
    const { dataset, preset, seed, maxSeconds } = this;
    if (!dataset || !preset || this.problem || this.isMeasuring) return;
    const { signal } = (this.#measuring = new AbortController());
    this.isMeasuring = true;
    const answer = await this.compute.request('preflight', { dataset, preset, seed, maxSeconds, measure: true }, signal).then(ready, failed);
    this.isMeasuring = false;
    if (!signal.aborted) this.preflight = answer;
  }

  cancelMeasuring(): void {
    this.#measuring?.abort();
  }

  /** After every (re)connection: the defaults, and the run under way or the one that was looked at. */
  attach(): void {
    const lab = valueOf(this.facts.lab);
    this.dataset ??= lab?.datasets[0]?.id ?? null;
    this.preset ??= lab?.presets[0]?.id ?? null;
    if (this.watch) void this.watch.reload();
    else if (this.facts.activeRun) this.show(this.facts.activeRun);
  }

  show(run: Run): void {
    this.failure = null;
    if (this.watch?.dashboard.run.runId === run.runId) return;
    this.watch?.close();
    this.watch = new RunWatch(this.compute, run);
  }

  /** Back to choosing; a run under way goes on. */
  setUpAnother(): void {
    this.watch?.close();
    this.watch = null;
    this.failure = null;
  }

  async start(): Promise<void> {
    const { dataset, preset, seed, maxSeconds } = this;
    if (!dataset || !preset || this.problem) return;
    const run = await this.#ask('startRun', () =>
      this.compute.request('startRun', { dataset, preset, seed, maxSeconds }),
    );
    if (run) this.show(run);
  }

  pause(): Promise<void> {
    return this.#direct('pauseRun');
  }

  resume({ halveRate = false } = {}): Promise<void> {
    return this.#direct('resumeRun', { halveRate });
  }

  stop(): Promise<void> {
    return this.#direct('stopRun');
  }

  async #direct(ask: Exclude<Ask, 'startRun'>, more: { readonly halveRate?: boolean } = {}): Promise<void> {
    const runId = this.watch?.dashboard.run.runId;
    if (runId) await this.#ask(ask, () => this.compute.request(ask, { runId, ...more }));
  }

  async #ask(ask: Ask, request: () => Promise<Run>): Promise<Run | null> {
    if (this.asking) return null;
    this.asking = ask;
    this.failure = null;
    try {
      const run = await request();
      this.facts.keep(run);
      this.watch?.takeRun(run);
      if (!isActive(run)) await this.facts.readModels();
      return run;
    } catch (reason) {
      this.failure = messageOf(reason);
      return null;
    } finally {
      this.asking = null;
    }
  }
}
