/**
 * What the dashboard of a run knows, as a pure fold over history and live events. A window that is
 * reloaded in mid-run starts from `readMetrics` and goes on with events, through the same functions.
 */
import type { Range } from '../../../ui/chart-options';
import type { Evaluation, Output, Run, RunEvent, Sample, StepMetrics } from '../../../../electron/contract/contract';
import type { MeanMetrics } from '../../../lib/metric-history';
import { meansOf, downsampleSteps } from '../../../lib/metric-history';

/** A held-out puzzle as answered now; `correctSince` is the step from which it stayed right, null while it is wrong. */
export interface WatchedSample {
  readonly sample: Sample;
  readonly correctSince: number | null;
}

export interface Dashboard {
  readonly run: Run;
  /** As measured; of a long run not all, but every spike. */
  readonly steps: readonly StepMetrics[];
  /** Of the steps that were left out and those kept between them, from the first; what comes after them is in `steps` as a whole. */
  readonly means: readonly MeanMetrics[];
  readonly evaluations: readonly Evaluation[];
  readonly samples: readonly WatchedSample[];
  readonly samplesPerSecond: number | null;
  /** What the process that trains holds; null while it does not. */
  readonly memoryBytes: number | null;
  readonly secondsLeft: number | null;
}

/** Beyond this many steps half are let go: more than any chart has pixels. Zooming asks for those that are missing. */
const MAX_STEPS = 12_000;

export function createDashboard({ run, steps, means, evaluations, samples }: Output<'readMetrics'>): Dashboard {
  return {
    run,
    steps,
    means,
    evaluations,
    samples: samples.reduce<readonly WatchedSample[]>(mergeSamples, []),
    samplesPerSecond: null,
    memoryBytes: null,
    secondsLeft: null,
  };
}

export function emptyDashboard(run: Run): Dashboard {
  return createDashboard({ run, steps: [], means: [], evaluations: [], samples: [] });
}

/** Takes in one event; events of other runs change nothing. */
export function applyEvent(dashboard: Dashboard, event: RunEvent): Dashboard {
  if (event.runId !== dashboard.run.runId) return dashboard;
  switch (event.type) {
    case 'run/step':
      return addSteps(dashboard, event);
    case 'run/evaluated':
      return addEvaluation(dashboard, event.evaluation);
    case 'run/sample':
      return { ...dashboard, samples: mergeSamples(dashboard.samples, event) };
    case 'run/checkpoint':
      return dashboard;
    case 'run/resumed':
      return resumeAt(dashboard, event.run);
    case 'run/fallback':
    case 'run/alert':
      return { ...dashboard, run: event.run };
    case 'run/started':
    case 'run/paused':
    case 'run/finished':
    case 'run/cancelled':
    case 'run/failed':
      return { ...dashboard, run: event.run, samplesPerSecond: null, memoryBytes: null, secondsLeft: null };
  }
}

/** Points that history already had are dropped: a reloaded window sees some steps twice. */
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
          means: meansOf({ steps, means: dashboard.means }, MAX_STEPS / 4),
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

/** A run resumed from a checkpoint repeats the steps after it: what was drawn beyond is taken back. */
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
  before: readonly WatchedSample[],
  event: { readonly step: number; readonly samples: readonly Sample[] },
): WatchedSample[] {
  const known = new Map(before.map((watched) => [watched.sample.address, watched]));
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

export function isActive(run: Run): boolean {
  return run.state === 'running' || run.state === 'paused';
}

/** How far the run is, 0..1: of its time or of its steps, whichever ends it first. */
export function progress(run: Run): number {
  return Math.min(1, Math.max(run.seconds / run.maxSeconds, run.maxSteps > 0 ? run.step / run.maxSteps : 0));
}

// A run of which one stretch is known more closely than the rest.

/** Steps `from`–`to`, asked for by themselves. */
export interface Detail extends Range {
  readonly steps: readonly StepMetrics[];
  readonly means: readonly MeanMetrics[];
}

export function createDetail(
  { steps, means }: Pick<Output<'readMetrics'>, 'steps' | 'means'>,
  { from, to }: Range,
): Detail {
  return { from, to, steps, means };
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

/** Whether more of a stretch is on the disk than is known. */
export function isCoarse({ steps, means }: Pick<Dashboard, 'steps' | 'means'>, { from, to }: Range): boolean {
  if (means.length === 0) return false;
  const known = steps.filter(({ step }) => step >= from && step <= to).length;
  return known < Math.floor(to) - Math.ceil(from) + 1;
}
