/** The lines of a curve: thinned to a width in pixels with every visible spike, and smoothed. */
import type { AxisRange, ChartColumns } from '../../../ui/chart-options';
import type { Evaluation, MeanMetrics, StepMetrics } from '../../../../electron/contract/contract';
import { extremes } from '../../../../electron/contract/statistics';
import { afterMeans, firstBeyond, haltedOf, smoothed } from '../../../lib/metric-history';
import type { Dashboard } from '../run/run-monitor.svelte';
import type { MetricPoint, XAxis } from './axes';
import { xPosition } from './axes';
import type { ChartSettings } from './chart-view.svelte';
import { smoothings } from './chart-view.svelte';
import type { Curve } from './curves';

/** Points of one curve; x ascends. */
export interface CurveLine {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** What is drawn, and how finely. */
interface LineOptions {
  readonly axis: XAxis;
  readonly batchSize: number;
  /** In the unit of the axis; null for the full range. */
  readonly range: AxisRange | null;
  /** Pixels across. */
  readonly width: number;
}

type Read<Item> = (items: readonly Item[], index: number) => number | null;

/** The raw values: of the items of every two pixels those with the smallest and the largest value. */
export function rawLine<Item extends MetricPoint>(
  items: readonly Item[],
  read: Read<Item>,
  options: LineOptions,
): CurveLine {
  const { first, end } = visibleIndices(items, options);
  const indices =
    end - first <= options.width
      ? indexRange(first, end)
      : extremeIndices(items, read, { first, end, groups: Math.max(1, Math.floor(options.width / 2)) });
  return createLine(items, indices, { valueAt: (index) => read(items, index), options });
}

interface SmoothingOptions<Item> {
  readonly spanSteps: number;
  /** Weight of an item; 1 by default. */
  readonly weightOf?: ((item: Item) => number) | undefined;
}

/** Smoothed with a time constant of `spanSteps` steps over all items, then cut to the visible range. */
export function smoothedLine<Item extends MetricPoint>(
  items: readonly Item[],
  read: Read<Item>,
  { spanSteps, weightOf, ...options }: LineOptions & SmoothingOptions<Item>,
): CurveLine {
  const values = smoothed(items, read, spanSteps, weightOf);
  const { first, end } = visibleIndices(items, options);
  const stride = Math.max(1, Math.floor((end - first) / options.width));
  const indices: number[] = [];
  for (let index = first + ((end - 1 - first) % stride); index < end; index += stride) indices.push(index);
  return createLine(items, indices, { valueAt: (index) => values[index]!, options });
}

/** All visible evaluations: there are few. */
export function evaluationLine(
  evaluations: readonly Evaluation[],
  read: (evaluation: Evaluation) => number,
  options: LineOptions,
): CurveLine {
  const { first, end } = visibleIndices(evaluations, options);
  return createLine(evaluations, indexRange(first, end), { valueAt: (index) => read(evaluations[index]!), options });
}

/** The input of smoothing: the means of a long run, followed by the steps after them. */
export function meansAndSteps({
  steps,
  means,
}: Pick<Dashboard, 'steps' | 'means'>): readonly (StepMetrics | MeanMetrics)[] {
  return means.length === 0 ? steps : [...means, ...afterMeans(steps, means)];
}

interface LineSource {
  readonly valueAt: (index: number) => number | null;
  readonly options: LineOptions;
}

function createLine(
  items: readonly MetricPoint[],
  indices: readonly number[],
  { valueAt, options: { axis, batchSize } }: LineSource,
): CurveLine {
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

/** The items in the visible range, and one more on either side, so that a line reaches the edge. */
function visibleIndices(
  items: readonly MetricPoint[],
  { axis, batchSize, range }: LineOptions,
): { readonly first: number; readonly end: number } {
  if (range === null) return { first: 0, end: items.length };
  const beyond = (limit: number) => firstBeyond(items, (item) => xPosition(item, axis, batchSize), limit);
  return { first: Math.max(0, beyond(range.from) - 1), end: Math.min(items.length, beyond(range.to) + 1) };
}

function extremeIndices<Item>(
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

const indexRange = (first: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);

/** Puts lines over one common x. */
export function alignLines(lines: readonly CurveLine[]): ChartColumns {
  const x = lines.reduce<number[]>((merged, line) => (line.x.length === 0 ? merged : union(merged, line.x)), []);
  return [x, ...lines.map((line) => resample(line, x))];
}

/** The union of two ascending lists, ascending. */
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

/** The values of a line at the positions `x`; the last of several points at one position counts. */
function resample({ x: own, y }: CurveLine, x: readonly number[]): (number | null | undefined)[] {
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
  readonly range: AxisRange | null;
  readonly width: number;
}

/** The columns: position, raw, smoothed (raw without smoothing), test set. */
export function curveColumns(dashboard: Dashboard, curve: Curve, { settings, ...options }: CurveOptions): ChartColumns {
  const isLog = settings.logY.includes(curve.id);
  const at = { ...options, axis: settings.axis };
  const read: Curve['read'] = (steps, index) => onScale(curve.read(steps, index), isLog);
  const raw = rawLine(dashboard.steps, read, at);
  const spanSteps = smoothingSteps(dashboard, settings);
  const smooth =
    spanSteps === null
      ? raw
      : smoothedLine(meansAndSteps(dashboard), read, { ...at, spanSteps, weightOf: curve.weightOf });
  const { readEvaluation } = curve;
  const heldOut = readEvaluation ? evaluationLine(dashboard.evaluations, readEvaluation, at) : { x: [], y: [] };
  const lines = [raw, smooth, heldOut];
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

/** Null for values that a logarithmic scale cannot show. */
const onScale = (value: number | null, isLog: boolean): number | null =>
  isLog && value !== null && value <= 0 ? null : value;

function aboveZero({ x, y }: CurveLine): CurveLine {
  const first = x.findIndex((position) => position > 0);
  return first <= 0 ? { x: first < 0 ? [] : x, y: first < 0 ? [] : y } : { x: x.slice(first), y: y.slice(first) };
}

/** The full range of x of a run; never empty. */
export function getFullRange(
  { steps, evaluations }: Pick<Dashboard, 'steps' | 'evaluations'>,
  { axis, isLogX, batchSize }: { readonly axis: XAxis; readonly isLogX: boolean; readonly batchSize: number },
): AxisRange {
  const ends = [steps.at(-1), evaluations.at(-1)].map((point) => (point ? xPosition(point, axis, batchSize) : 0));
  const min = axis === 'samples' ? 10 * batchSize : 10;
  const first = steps[0] ?? evaluations[0];
  return {
    from: isLogX && first ? Math.max(xPosition(first, axis, batchSize), 1e-3) : isLogX ? 1 : 0,
    to: Math.max(min, ...ends),
  };
}

/** The last value of a line, at most at index `upTo`. */
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

/** Mean number of supervision steps until halting over the last part of the run; null without steps. */
export function meanHalting(dashboard: Dashboard): number | null {
  const averages = meansAndSteps(dashboard);
  const spanSteps = Math.max(4, dashboard.run.step * smoothings.medium);
  // Older values than ten time constants have no weight.
  const recent = averages.slice(firstBeyond(averages, ({ step }) => step, dashboard.run.step - 10 * spanSteps));
  return lastValue(smoothed(recent, (items, index) => items[index]!.steps, spanSteps, haltedOf));
}
