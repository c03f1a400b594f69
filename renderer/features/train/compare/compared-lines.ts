/** The same curve of several runs over one axis, and as one table. */
import { positionOf, type Range, type XAxis } from '../charts/axis';
import { spanOf, wholeOf } from '../charts/curve-lines';
import type { ChartSettings } from '../charts/chart-settings';
import type { Curve } from '../charts/curves';
import type { Dashboard } from '../run/dashboard';
import { aligned, averagesOf, lookLine, rawLine, smoothedLine, type Columns, type Line } from '../charts/lines';

/** A run and how many puzzles each of its steps has. */
export interface Batched {
  readonly dashboard: Dashboard;
  readonly batchSize: number;
}

export interface ComparedSight {
  readonly settings: ChartSettings;
  readonly range: Range | null;
  readonly width: number;
}

/** One column a run: its looks at held-out puzzles where the curve has them, else what training measured, smoothed. */
export function comparedColumns(
  runs: readonly Batched[],
  curve: Curve,
  { settings, ...sight }: ComparedSight,
): Columns {
  const isLog = settings.logY.includes(curve.id);
  const lines = runs.map(({ dashboard, batchSize }): Line => {
    const at = { ...sight, batchSize, axis: settings.axis };
    if (curve.readLook) return lookLine(dashboard.evaluations, curve.readLook, at);
    const spanSteps = spanOf(dashboard, settings);
    return spanSteps === null
      ? rawLine(dashboard.steps, curve.read, at)
      : smoothedLine(averagesOf(dashboard), curve.read, { ...at, spanSteps });
  });
  const positive = ({ x, y }: Line): Line => {
    const kept = x
      .map((_, index) => index)
      .filter((index) => (!settings.isLogX || (x[index] ?? 0) > 0) && (!isLog || (y[index] ?? 0) > 0));
    return { x: kept.map((index) => x[index] ?? 0), y: kept.map((index) => y[index] ?? null) };
  };
  return aligned(isLog || settings.isLogX ? lines.map(positive) : lines);
}

/** As far as the longest of them. */
export function wholeOfAll(
  runs: readonly Batched[],
  { axis, isLogX }: { readonly axis: XAxis; readonly isLogX: boolean },
): Range {
  const wholes = runs.map(({ dashboard, batchSize }) => wholeOf(dashboard, { axis, isLogX, batchSize }));
  if (wholes.length === 0) return { from: isLogX ? 1 : 0, to: 10 };
  return { from: Math.min(...wholes.map(({ from }) => from)), to: Math.max(...wholes.map(({ to }) => to)) };
}

export interface NamedBatched extends Batched {
  readonly name: string;
}

/** RFC 4180: a row for every point, with the run's name; looks where the curve has them, else steps. */
export function comparedCsv(runs: readonly NamedBatched[], curve: Curve): string {
  const rows = runs.flatMap(({ name, dashboard, batchSize }) => {
    const of = ({ step, seconds }: { readonly step: number; readonly seconds: number }, value: number | null) =>
      value === null
        ? []
        : [[quoted(name), step, seconds, positionOf({ step, seconds }, 'samples', batchSize), value].join(',')];
    const { readLook } = curve;
    return readLook
      ? dashboard.evaluations.flatMap((look) => of(look, readLook(look)))
      : dashboard.steps.flatMap((step, index) => of(step, curve.read(dashboard.steps, index)));
  });
  return ['run,step,seconds,samples,value', ...rows].map((row) => `${row}\r\n`).join('');
}

/** A name that a spreadsheet would take for a formula is told apart by a space before it. */
function quoted(name: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(name) ? ` ${name}` : name;
  return `"${harmless.replaceAll('"', '""')}"`;
}
