/** A curve for a place of some pixels: thinned so that every spike in sight is drawn, and smoothed from means. */
import type { Evaluation, StepMetrics } from '../../../../electron/contract/contract';
import { positionOf, type Place, type Range, type XAxis } from './axis';
import type { Dashboard } from '../run/dashboard';
import { smoothed } from '../../../lib/smoothing';
import { afterMeans, extremes, firstBeyond, type MeanMetrics } from '../../../lib/downsample';

/** Points of one curve; x ascends. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** What is looked at and how finely. */
export interface Sight {
  readonly axis: XAxis;
  readonly batchSize: number;
  /** In the axis's unit; null for all of it. */
  readonly range: Range | null;
  /** Pixels across. */
  readonly width: number;
}

type Read<Item> = (items: readonly Item[], index: number) => number | null;

/** As measured: of the steps of every two pixels the one with the least and the one with the greatest value. */
export function rawLine<Item extends Place>(items: readonly Item[], read: Read<Item>, sight: Sight): Line {
  const { first, end } = inSight(items, sight);
  const indices =
    end - first <= sight.width
      ? span(first, end)
      : spikes(items, read, { first, end, groups: Math.max(1, Math.floor(sight.width / 2)) });
  return lineOf(items, indices, { valueAt: (index) => read(items, index), sight });
}

/** Averaged with a time constant of so many steps, over all that is known before it is cut to what is in sight. */
export function smoothedLine<Item extends Place>(
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
export function lookLine(
  evaluations: readonly Evaluation[],
  read: (evaluation: Evaluation) => number,
  sight: Sight,
): Line {
  const { first, end } = inSight(evaluations, sight);
  return lineOf(evaluations, span(first, end), { valueAt: (index) => read(evaluations[index]!), sight });
}

/** What is averaged over: the means of a long run, and after them every step. */
export function averagesOf({
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
  items: readonly Place[],
  indices: readonly number[],
  { valueAt, sight: { axis, batchSize } }: Drawn,
): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const index of indices) {
    const value = valueAt(index);
    if (value === null) continue;
    x.push(positionOf(items[index]!, axis, batchSize));
    y.push(value);
  }
  return { x, y };
}

/** One more on either side, so that a line reaches the edge. */
function inSight(
  items: readonly Place[],
  { axis, batchSize, range }: Sight,
): { readonly first: number; readonly end: number } {
  if (range === null) return { first: 0, end: items.length };
  const beyond = (limit: number) => firstBeyond(items, (item) => positionOf(item, axis, batchSize), limit);
  return { first: Math.max(0, beyond(range.from) - 1), end: Math.min(items.length, beyond(range.to) + 1) };
}

function spikes<Item>(
  items: readonly Item[],
  read: Read<Item>,
  { first, end, groups }: { readonly first: number; readonly end: number; readonly groups: number },
): number[] {
  const kept: number[] = [];
  const valueAt = (index: number) => read(items, index);
  const edge = (group: number) => first + Math.floor((group * (end - first)) / groups);
  for (let group = 0; group < groups; group++) {
    const [from, to] = [edge(group), edge(group + 1)];
    for (const index of extremes(from, to, valueAt)) kept.push(index);
  }
  return kept;
}

const span = (first: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);

/** x first, then one column for each line; undefined where a line has no point. */
export type Columns = [number[], ...(number | null | undefined)[][]];

/** Lines over one x. */
export function aligned(lines: readonly Line[]): Columns {
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

/** Of several points at one place the last is taken. */
function spread({ x: own, y }: Line, x: readonly number[]): (number | null | undefined)[] {
  let next = 0;
  return x.map((position) => {
    let value: number | null | undefined;
    while (next < own.length && own[next]! <= position) value = y[next++];
    return value;
  });
}
