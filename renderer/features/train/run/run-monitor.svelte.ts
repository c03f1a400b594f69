/**
 * The open run: its history and live events folded into a dashboard, with detail for the zoomed range. A window that is
 * reloaded during a run starts from `readMetrics` and continues with events.
 */
import type {
  Evaluation,
  ComputeEvent,
  MeanMetrics,
  Output,
  Run,
  RunEvent,
  Sample,
  StepMetrics,
} from '../../../../electron/contract/contract';
import type { LogDamage } from '../../../../electron/contract/runs';
import { untrack } from 'svelte';
import type { Compute } from '../../../app/compute.svelte';
import { describeError } from '../../../app/compute.svelte';
import { downsampleSteps, thinMeans } from '../../../lib/metric-history';
import type { AxisRange } from '../../../ui/chart-options';

/** A held-out puzzle as answered now; `correctSince` is the step from which it stayed right, null while it is wrong. */
export interface TrackedSample {
  readonly sample: Sample;
  readonly correctSince: number | null;
}

export interface Dashboard {
  readonly run: Run;
  /** As measured; thinned for long runs, with every spike. */
  readonly steps: readonly StepMetrics[];
  /** Means of the thinned part of `steps`, from the first step; later steps are in `steps` completely. */
  readonly means: readonly MeanMetrics[];
  readonly evaluations: readonly Evaluation[];
  readonly samples: readonly TrackedSample[];
  readonly samplesPerSecond: number | null;
  /** Memory of the training process; null while it does not train. */
  readonly memoryBytes: number | null;
  readonly secondsLeft: number | null;
  /** Of the log, before the run was opened. */
  readonly damage: LogDamage;
  /** Puzzles of the full evaluation; null before it. */
  readonly evaluating: { readonly done: number; readonly total: number } | null;
}

/** Above this number of steps they are thinned by half; more than any chart has pixels. Zooming requests the missing ones. */
const MAX_STEPS = 12_000;

export function createDashboard({ run, samples, ...history }: Output<'readMetrics'>): Dashboard {
  return {
    run,
    ...history,
    samples: samples.reduce<readonly TrackedSample[]>(mergeSamples, []),
    samplesPerSecond: null,
    memoryBytes: null,
    secondsLeft: null,
    evaluating: null,
  };
}

const noDamage: LogDamage = { lines: 0, missingSteps: 0, areOthers: false };

export function emptyDashboard(run: Run): Dashboard {
  return createDashboard({ run, steps: [], means: [], evaluations: [], samples: [], damage: noDamage });
}

/** Applies one event; ignores events of other runs. */
export function applyEvent(dashboard: Dashboard, event: RunEvent): Dashboard {
  if (event.runId !== dashboard.run.runId) return dashboard;
  switch (event.type) {
    case 'run/step':
      return addSteps(dashboard, event);
    case 'run/evaluated':
      return addEvaluation(dashboard, event.evaluation);
    case 'run/sample':
      return { ...dashboard, samples: mergeSamples(dashboard.samples, event) };
    case 'run/evaluating':
      return { ...dashboard, secondsLeft: null, evaluating: { done: event.done, total: event.total } };
    case 'run/checkpoint':
      return dashboard;
    case 'run/resumed':
      return resumeAt(dashboard, event.run);
    case 'run/fallback':
    case 'run/alert':
    case 'run/changed':
      return { ...dashboard, run: event.run };
    case 'run/started':
    case 'run/paused':
    case 'run/finished':
    case 'run/stopped':
    case 'run/failed':
      return {
        ...dashboard,
        run: event.run,
        samplesPerSecond: null,
        memoryBytes: null,
        secondsLeft: null,
        evaluating: null,
      };
  }
}

/** Drops points that the history already has: a reloaded window receives some steps twice. */
function addSteps(dashboard: Dashboard, event: Extract<RunEvent, { type: 'run/step' }>): Dashboard {
  const known = dashboard.steps.at(-1)?.step ?? -1;
  const fresh = event.points.filter((point) => point.step > known);
  const last = fresh.at(-1);
  const steps = fresh.length > 0 ? [...dashboard.steps, ...fresh] : dashboard.steps;
  const { samplesPerSecond, memoryBytes, secondsLeft } = event;
  return {
    ...dashboard,
    ...(steps.length > MAX_STEPS
      ? {
          steps: downsampleSteps(steps, MAX_STEPS / 2),
          means: thinMeans({ steps, means: dashboard.means }, MAX_STEPS / 4),
        }
      : { steps }),
    run: last ? { ...dashboard.run, step: last.step, seconds: last.seconds } : dashboard.run,
    samplesPerSecond,
    memoryBytes,
    secondsLeft,
  };
}

function addEvaluation(dashboard: Dashboard, evaluation: Evaluation): Dashboard {
  const earlier = dashboard.evaluations.filter(({ step }) => step < evaluation.step);
  return { ...dashboard, run: { ...dashboard.run, accuracy: evaluation }, evaluations: [...earlier, evaluation] };
}

/** A run resumed from a checkpoint repeats the steps after it: removes what was measured beyond. */
function resumeAt(dashboard: Dashboard, run: Run): Dashboard {
  return {
    ...dashboard,
    run,
    steps: dashboard.steps.filter(({ step }) => step <= run.step),
    means: dashboard.means.filter(({ step }) => step <= run.step),
    evaluations: dashboard.evaluations.filter(({ step }) => step <= run.step),
  };
}

function mergeSamples(
  before: readonly TrackedSample[],
  event: { readonly step: number; readonly samples: readonly Sample[] },
): TrackedSample[] {
  const known = new Map(before.map((tracked) => [tracked.sample.address, tracked]));
  return event.samples.map((sample) => ({
    sample,
    correctSince: isCorrect(sample) ? (known.get(sample.address)?.correctSince ?? event.step) : null,
  }));
}

function isCorrect(sample: Sample): boolean {
  return wrongCells(sample).length === 0;
}

/** Cells whose answer differs from the label. */
export function wrongCells({ answer, labels }: Sample): number[] {
  return labels.flatMap((label, cell) => (label !== 0 && answer[cell] !== label ? [cell] : []));
}

/** Whether it trains or is paused, here or in another process. */
export function isActive(run: Run): boolean {
  return run.state === 'running' || run.state === 'paused' || run.state === 'elsewhere';
}

/** How far the run is, 0..1: of its time or of its steps, whichever ends it first. */
export function progress(run: Run): number {
  return Math.min(1, Math.max(run.seconds / run.maxSeconds, run.maxSteps > 0 ? run.step / run.maxSteps : 0));
}

/** The steps of a range, read in more detail than the rest of the run. */
interface Detail extends AxisRange {
  readonly steps: readonly StepMetrics[];
  readonly means: readonly MeanMetrics[];
}

/** The dashboard with the detailed range in place of its coarse points. */
export function withDetail(dashboard: Dashboard, detail: Detail | null): Dashboard {
  const [first, last] = [detail?.steps[0]?.step, detail?.steps.at(-1)?.step];
  if (detail === null || first === undefined || last === undefined) return dashboard;
  const around = <Item extends { readonly step: number }>(items: readonly Item[], inside: readonly Item[]) => [
    ...items.filter(({ step }) => step < first),
    ...inside,
    ...items.filter(({ step }) => step > last),
  ];
  const means = detail.means.length > 0 ? detail.means : detail.steps.map((step) => ({ ...step, count: 1 }));
  return {
    ...dashboard,
    steps: around(dashboard.steps, detail.steps),
    means: dashboard.means.length > 0 ? around(dashboard.means, means) : dashboard.means,
  };
}

/** Whether steps of the range are missing. */
function isCoarse({ steps, means }: Pick<Dashboard, 'steps' | 'means'>, { from, to }: AxisRange): boolean {
  if (means.length === 0) return false;
  const known = steps.filter(({ step }) => step >= from && step <= to).length;
  return known < Math.floor(to) - Math.ceil(from) + 1;
}

/** A hidden window gets no animation frames: beyond this many pending events they are applied at once. */
const MAX_PENDING_EVENTS = 200;
const HISTORY_POINTS = 4000;
/** Milliseconds before a zoomed range is requested: zooming comes in bursts. */
const REFINE_DELAY = 120;

/** Applies events at most once per animation frame. */
export class RunMonitor {
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
  #refineRange: AxisRange | null = null;
  /** The connection over which the dashboard was read. */
  #connection = $state(0);
  readonly #stopListening: () => void;

  constructor(
    private readonly compute: Compute,
    run: Run,
  ) {
    this.dashboard = emptyDashboard(run);
    this.#connection = compute.connections;
    this.#stopListening = compute.onEvent((event) => this.#receive(event));
    void this.reload();
  }

  /** False after a restart of compute until the run is read again: what trained before does not train now. */
  get isCurrent(): boolean {
    return this.#connection === this.compute.connections;
  }

  /** Puzzles per step; 1 until it is known. */
  get batchSize(): number {
    return this.setup?.config.batchSize ?? 1;
  }

  /** Reads the history. Events that arrive meanwhile are applied after it. */
  async reload(): Promise<void> {
    this.loading = true;
    const { runId } = this.dashboard.run;
    try {
      const [history, setup] = await Promise.all([
        this.compute.request('readMetrics', { runId, points: HISTORY_POINTS }),
        this.#getRunConfig(runId),
      ]);
      [this.dashboard, this.setup, this.#detail] = [createDashboard(history), setup, null];
      [this.failure, this.#connection] = [null, this.compute.connections];
    } catch (reason) {
      this.failure = describeError(reason);
    }
    this.loading = false;
    this.#applyEvents();
    this.refine(this.#refineRange);
  }

  /** Null if it cannot be read: the metrics are shown without it. */
  #getRunConfig(runId: string): Promise<Output<'getRunConfig'> | null> {
    return this.compute.request('getRunConfig', { runId }).catch(() => null);
  }

  /** What an answer of the model that the run trains costs. */
  getAnswerCosts(): Promise<Output<'getAnswerCosts'>> {
    return this.compute.request('getAnswerCosts', { runId: untrack(() => this.dashboard.run.runId) });
  }

  /** Requests the missing steps of a zoomed range after a delay; null drops them. */
  refine(steps: AxisRange | null): void {
    if (this.#refineTimer !== null) clearTimeout(this.#refineTimer);
    this.#refineTimer = null;
    this.#refineRange = steps;
    if (steps === null) this.#detail = null;
    else if (isCoarse(this.detailed, steps))
      this.#refineTimer = setTimeout(() => void this.#readDetail(steps), REFINE_DELAY);
  }

  /** Applies the answer of a request about this run without waiting for its event. */
  setRun(run: Run): void {
    if (run.runId === this.dashboard.run.runId) this.dashboard = { ...this.dashboard, run };
  }

  close(): void {
    this.refine(null);
    this.#stopListening();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  /** With a margin of half the range on either side, so that a small move needs no further request. */
  async #readDetail(wanted: AxisRange): Promise<void> {
    const margin = Math.ceil((wanted.to - wanted.from) / 2);
    const [from, to] = [Math.max(0, Math.floor(wanted.from) - margin), Math.ceil(wanted.to) + margin];
    const { runId } = this.dashboard.run;
    const answer = await this.compute
      .request('readMetrics', { runId, points: HISTORY_POINTS, from, to })
      .catch(() => null);
    if (answer && this.#refineRange === wanted) this.#detail = { from, to, steps: answer.steps, means: answer.means };
  }

  #receive(event: ComputeEvent): void {
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
