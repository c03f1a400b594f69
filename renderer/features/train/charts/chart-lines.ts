/** The lines of one curve of a run, as they are drawn. */
import type { Range, Columns } from '../../../ui/chart-options';
import type { Evaluation, StepMetrics } from '../../../../electron/contract/contract';
import type { MeanMetrics } from '../../../lib/metric-history';
import { extremes } from '../../../../electron/contract/downsample';
import { afterMeans, firstBeyond, smooth, smoothed } from '../../../lib/metric-history';
import type { Dashboard } from '../run/run-watch.svelte';
import type { MetricPoint, XAxis } from './axes';
import { xPosition } from './axes';
import type { ChartSettings } from './chart-view.svelte';
import { smoothings } from './chart-view.svelte';
import type { Curve } from './curves';

// A curve for a width in pixels: downsampled so that every visible spike is drawn, and smoothed from means.

/** Points of one curve; x ascends. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** What is looked at and how finely. */
interface Sight {
  readonly axis: XAxis;
  readonly batchSize: number;
  /** In the axis's unit; null for all of it. */
  readonly range: Range | null;
  /** Pixels across. */
  readonly width: number;
}

type Read<Item> = (items: readonly Item[], index: number) => number | null;

/** As measured: of the steps of every two pixels the one with the least and the one with the greatest value. */
export function rawLine<Item extends MetricPoint>(items: readonly Item[], read: Read<Item>, sight: Sight): Line {
  const { first, end } = inSight(items, sight);
  const indices =
    end - first <= sight.width
      ? span(first, end)
      : spikes(items, read, { first, end, groups: Math.max(1, Math.floor(sight.width / 2)) });
  return lineOf(items, indices, { valueAt: (index) => read(items, index), sight });
}

/** Averaged with a time constant of so many steps, over all that is known before it is cut to what is in sight. */
export function smoothedLine<Item extends MetricPoint>(
  items: readonly Item[],
  read: Read<Item>,
  { spanSteps, ...sight }: Sight & { readonly spanSteps: number },
): Line {
  const values = smoothed(items, read, spanSteps);
  const { first, end } = inSight(items, sight);
  const stride = Math.max(1, Math.floor((end - first) / sight.width));
  const indices: number[] = [];
  for (let index = first + ((end - 1 - first) % stride); index < end; index += stride) indices.push(index);
  return lineOf(items, indices, { valueAt: (index) => values[index]!, sight });
}

/** Looks at held-out puzzles are few: all in sight are drawn. */
export function evaluationLine(
  evaluations: readonly Evaluation[],
  read: (evaluation: Evaluation) => number,
  sight: Sight,
): Line {
  const { first, end } = inSight(evaluations, sight);
  return lineOf(evaluations, span(first, end), { valueAt: (index) => read(evaluations[index]!), sight });
}

/** What is averaged over: the means of a long run, and after them every step. */
export function meansAndSteps({
  steps,
  means,
}: Pick<Dashboard, 'steps' | 'means'>): readonly (StepMetrics | MeanMetrics)[] {
  return means.length === 0 ? steps : [...means, ...afterMeans(steps, means)];
}

interface Drawn {
  readonly valueAt: (index: number) => number | null;
  readonly sight: Sight;
}

function lineOf(
  items: readonly MetricPoint[],
  indices: readonly number[],
  { valueAt, sight: { axis, batchSize } }: Drawn,
): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const index of indices) {
    const value = valueAt(index);
    if (value === null) continue;
    x.push(xPosition(items[index]!, axis, batchSize));
    y.push(value);
  }
  return { x, y };
}

/** One more on either side, so that a line reaches the edge. */
function inSight(
  items: readonly MetricPoint[],
  { axis, batchSize, range }: Sight,
): { readonly first: number; readonly end: number } {
  if (range === null) return { first: 0, end: items.length };
  const beyond = (limit: number) => firstBeyond(items, (item) => xPosition(item, axis, batchSize), limit);
  return { first: Math.max(0, beyond(range.from) - 1), end: Math.min(items.length, beyond(range.to) + 1) };
}

function spikes<Item>(
  items: readonly Item[],
  read: Read<Item>,
  { first, end, groups }: { readonly first: number; readonly end: number; readonly groups: number },
): number[] {
  const indices: number[] = [];
  const valueAt = (index: number) => read(items, index);
  const edge = (group: number) => first + Math.floor((group * (end - first)) / groups);
  for (let group = 0; group < groups; group++) {
    const [from, to] = [edge(group), edge(group + 1)];
    for (const index of extremes(from, to, valueAt)) indices.push(index);
  }
  return indices;
}

const span = (first: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);

/** Lines over one x. */
export function alignLines(lines: readonly Line[]): Columns {
  const x = lines.reduce<number[]>((merged, line) => (line.x.length === 0 ? merged : union(merged, line.x)), []);
  return [x, ...lines.map((line) => spread(line, x))];
}

/** Both in order, each number once. */
function union(one: readonly number[], other: readonly number[]): number[] {
  const all: number[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const takesOne = j >= other.length || (i < one.length && one[i]! <= other[j]!);
    const next = takesOne ? one[i++]! : other[j++]!;
    if (all.length === 0 || next > all[all.length - 1]!) all.push(next);
  }
  return all;
}

/** The last of several points with one position counts. */
function spread({ x: own, y }: Line, x: readonly number[]): (number | null | undefined)[] {
  let next = 0;
  return x.map((position) => {
    let value: number | null | undefined;
    while (next < own.length && own[next]! <= position) value = y[next++];
    return value;
  });
}

interface CurveOptions {
  readonly settings: ChartSettings;
  readonly batchSize: number;
  readonly range: Range | null;
  readonly width: number;
}

/** The columns: position; as measured; smoothed (as measured without smoothing); held out. */
export function curveColumns(dashboard: Dashboard, curve: Curve, { settings, ...sight }: CurveOptions): Columns {
  const isLog = settings.logY.includes(curve.id);
  const at = { ...sight, axis: settings.axis };
  const read: Curve['read'] = (steps, index) => onScale(curve.read(steps, index), isLog);
  const raw = rawLine(dashboard.steps, read, at);
  const spanSteps = smoothingSteps(dashboard, settings);
  const smooth = spanSteps === null ? raw : smoothedLine(meansAndSteps(dashboard), read, { ...at, spanSteps });
  const { readEvaluation } = curve;
  const looks = readEvaluation ? evaluationLine(dashboard.evaluations, readEvaluation, at) : { x: [], y: [] };
  const lines = [raw, smooth, looks];
  return alignLines(settings.isLogX ? lines.map(aboveZero) : lines);
}

/** The time constant of the smoothing in steps; null without smoothing. */
export function smoothingSteps(
  { run }: Pick<Dashboard, 'run'>,
  { smoothing }: Pick<ChartSettings, 'smoothing'>,
): number | null {
  const share = smoothings[smoothing];
  return share === 0 ? null : Math.max(4, run.step * share);
}

/** A logarithm has no place for 0. */
const onScale = (value: number | null, isLog: boolean): number | null =>
  isLog && value !== null && value <= 0 ? null : value;

function aboveZero({ x, y }: Line): Line {
  const first = x.findIndex((position) => position > 0);
  return first <= 0 ? { x: first < 0 ? [] : x, y: first < 0 ? [] : y } : { x: x.slice(first), y: y.slice(first) };
}

/** All there is to see of a run; never empty. */
export function getFullRange(
  { steps, evaluations }: Pick<Dashboard, 'steps' | 'evaluations'>,
  { axis, isLogX, batchSize }: { readonly axis: XAxis; readonly isLogX: boolean; readonly batchSize: number },
): Range {
  const ends = [steps.at(-1), evaluations.at(-1)].map((place) => (place ? xPosition(place, axis, batchSize) : 0));
  const least = axis === 'samples' ? 10 * batchSize : 10;
  const first = steps[0] ?? evaluations[0];
  return {
    from: isLogX && first ? Math.max(xPosition(first, axis, batchSize), 1e-3) : isLogX ? 1 : 0,
    to: Math.max(least, ...ends),
  };
}

/** The last value a line has, up to a given column where one is pointed at. */
export function lastValue(
  column: readonly (number | null | undefined)[] | undefined,
  upTo: number | null = null,
): number | null {
  if (!column) return null;
  for (let index = Math.min(column.length - 1, upTo ?? Infinity); index >= 0; index--) {
    const value = column[index];
    if (value != null) return value;
  }
  return null;
}

/** Mean supervision steps at halting over the last part of the run; null before any. */
export function meanHalting(dashboard: Dashboard): number | null {
  const averages = meansAndSteps(dashboard);
  const spanSteps = Math.max(4, dashboard.run.step * smoothings.usual);
  // What is further back than ten time constants weighs nothing.
  const recent = averages.slice(firstBeyond(averages, ({ step }) => step, dashboard.run.step - 10 * spanSteps));
  return lastValue(
    smooth(
      recent.map(({ step }) => step),
      recent.map(({ steps }) => steps),
      spanSteps,
    ),
  );
}
