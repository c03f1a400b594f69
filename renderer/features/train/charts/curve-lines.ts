/** The lines of one curve of a run, as they are drawn. */
import type { Range, XAxis } from './axis';
import { positionOf } from './axis';
import { smoothings, type ChartSettings } from './chart-settings';
import type { Curve } from './curves';
import type { Dashboard } from '../run/dashboard';
import { smooth } from '../../../lib/smoothing';
import { firstBeyond } from '../../../lib/downsample';
import { aligned, averagesOf, lookLine, rawLine, smoothedLine, type Columns, type Line } from './lines';

export interface CurveSight {
  readonly settings: ChartSettings;
  readonly batchSize: number;
  readonly range: Range | null;
  readonly width: number;
}

/** The columns: position; as measured; smoothed (as measured without smoothing); held out. */
export function curveColumns(dashboard: Dashboard, curve: Curve, { settings, ...sight }: CurveSight): Columns {
  const isLog = settings.logY.includes(curve.id);
  const at = { ...sight, axis: settings.axis };
  const read: Curve['read'] = (steps, index) => onScale(curve.read(steps, index), isLog);
  const raw = rawLine(dashboard.steps, read, at);
  const spanSteps = spanOf(dashboard, settings);
  const smooth = spanSteps === null ? raw : smoothedLine(averagesOf(dashboard), read, { ...at, spanSteps });
  const { readLook } = curve;
  const looks = readLook ? lookLine(dashboard.evaluations, readLook, at) : { x: [], y: [] };
  const lines = [raw, smooth, looks];
  return aligned(settings.isLogX ? lines.map(aboveZero) : lines);
}

/** The time constant of the smoothing in steps; null without smoothing. */
export function spanOf(
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
export function wholeOf(
  { steps, evaluations }: Pick<Dashboard, 'steps' | 'evaluations'>,
  { axis, isLogX, batchSize }: { readonly axis: XAxis; readonly isLogX: boolean; readonly batchSize: number },
): Range {
  const ends = [steps.at(-1), evaluations.at(-1)].map((place) => (place ? positionOf(place, axis, batchSize) : 0));
  const least = axis === 'samples' ? 10 * batchSize : 10;
  const first = steps[0] ?? evaluations[0];
  return {
    from: isLogX && first ? Math.max(positionOf(first, axis, batchSize), 1e-3) : isLogX ? 1 : 0,
    to: Math.max(least, ...ends),
  };
}

/** The last value a line has, up to a given column where one is pointed at. */
export function lastOf(
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
  const averages = averagesOf(dashboard);
  const spanSteps = Math.max(4, dashboard.run.step * smoothings.usual);
  // What is further back than ten time constants weighs nothing.
  const recent = averages.slice(firstBeyond(averages, ({ step }) => step, dashboard.run.step - 10 * spanSteps));
  return lastOf(
    smooth(
      recent.map(({ step }) => step),
      recent.map(({ steps }) => steps),
      spanSteps,
    ),
  );
}
