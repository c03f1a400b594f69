/** How a run was set up, as text to copy, and what differs between several. */
import type { Range, Columns } from '../../../ui/chart-options';
import type { Output } from '../../../../electron/contract/contract';
import type { XAxis } from '../charts/axes';
import { xPosition } from '../charts/axes';
import type { Line } from '../charts/chart-lines';
import {
  alignLines,
  evaluationLine,
  getFullRange,
  meansAndSteps,
  rawLine,
  smoothedLine,
  smoothingSteps,
} from '../charts/chart-lines';
import type { ChartSettings } from '../charts/chart-view.svelte';
import type { Curve } from '../charts/curves';
import type { Dashboard } from '../run/dashboard';

export type RunConfigInfo = Output<'getRunConfig'>;

/** The command line that makes the same run, and below it every number behind it. */
export function formatRunConfig({ version, command, preset, config }: RunConfigInfo): string {
  return `# TRM Puzzle Lab ${version}\n${command}\n\n${JSON.stringify({ preset: preset.id, config }, null, 2)}\n`;
}

/** A setting by its path, `model.hiddenSize`, and its value in each run; null where a run has none. */
interface Difference {
  readonly setting: string;
  readonly values: readonly (string | null)[];
}

/** Settings that are not the same in all, in the order in which they are kept. */
export function findDifferences(setups: readonly RunConfigInfo[]): Difference[] {
  const flat = setups.map(({ preset, config }) => new Map([['preset', preset.id], ...leaves(config)]));
  const settings = [...new Set(flat.flatMap((values) => [...values.keys()]))];
  return settings
    .map((setting) => ({ setting, values: flat.map((values) => values.get(setting) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

// The same curve of several runs over one axis, and as one table.

/** A run and how many puzzles each of its steps has. */
interface ComparedRun {
  readonly dashboard: Dashboard;
  readonly batchSize: number;
}

interface ComparedOptions {
  readonly settings: ChartSettings;
  readonly range: Range | null;
  readonly width: number;
}

/** One column a run: its evaluations where the curve has them, else what training measured, smoothed. */
export function comparedColumns(
  runs: readonly ComparedRun[],
  curve: Curve,
  { settings, ...sight }: ComparedOptions,
): Columns {
  const isLog = settings.logY.includes(curve.id);
  const lines = runs.map(({ dashboard, batchSize }): Line => {
    const at = { ...sight, batchSize, axis: settings.axis };
    if (curve.readEvaluation) return evaluationLine(dashboard.evaluations, curve.readEvaluation, at);
    const spanSteps = smoothingSteps(dashboard, settings);
    return spanSteps === null
      ? rawLine(dashboard.steps, curve.read, at)
      : smoothedLine(meansAndSteps(dashboard), curve.read, { ...at, spanSteps });
  });
  const positive = ({ x, y }: Line): Line => {
    const indices = x
      .map((_, index) => index)
      .filter((index) => (!settings.isLogX || (x[index] ?? 0) > 0) && (!isLog || (y[index] ?? 0) > 0));
    return { x: indices.map((index) => x[index] ?? 0), y: indices.map((index) => y[index] ?? null) };
  };
  return alignLines(isLog || settings.isLogX ? lines.map(positive) : lines);
}

/** As far as the longest of them. */
export function getComparedRange(
  runs: readonly ComparedRun[],
  { axis, isLogX }: { readonly axis: XAxis; readonly isLogX: boolean },
): Range {
  const wholes = runs.map(({ dashboard, batchSize }) => getFullRange(dashboard, { axis, isLogX, batchSize }));
  if (wholes.length === 0) return { from: isLogX ? 1 : 0, to: 10 };
  return { from: Math.min(...wholes.map(({ from }) => from)), to: Math.max(...wholes.map(({ to }) => to)) };
}

interface NamedComparedRun extends ComparedRun {
  readonly name: string;
}

/** RFC 4180: a row for every point, with the run's name; looks where the curve has them, else steps. */
export function comparedToCsv(runs: readonly NamedComparedRun[], curve: Curve): string {
  const rows = runs.flatMap(({ name, dashboard, batchSize }) => {
    const of = ({ step, seconds }: { readonly step: number; readonly seconds: number }, value: number | null) =>
      value === null
        ? []
        : [[quoted(name), step, seconds, xPosition({ step, seconds }, 'samples', batchSize), value].join(',')];
    const { readEvaluation } = curve;
    return readEvaluation
      ? dashboard.evaluations.flatMap((look) => of(look, readEvaluation(look)))
      : dashboard.steps.flatMap((step, index) => of(step, curve.read(dashboard.steps, index)));
  });
  return ['run,step,seconds,samples,value', ...rows].map((row) => `${row}\r\n`).join('');
}

/** A name that a spreadsheet would take for a formula is told apart by a space before it. */
function quoted(name: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(name) ? ` ${name}` : name;
  return `"${harmless.replaceAll('"', '""')}"`;
}
/** How runs are told apart where several are drawn: a colour, a stroke and a shape for each, so that no colour stands alone. */
export interface RunMark {
  /** Token of the colour. */
  readonly colour: string;
  /** Strokes and gaps in pixels; unbroken without. */
  readonly dash: readonly number[];
  readonly shape: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'ring';
  readonly letter: string;
}

export const runMarks: readonly RunMark[] = [
  { colour: '--run-1', dash: [], shape: 'circle', letter: 'A' },
  { colour: '--run-2', dash: [7, 4], shape: 'square', letter: 'B' },
  { colour: '--run-3', dash: [2, 3], shape: 'triangle', letter: 'C' },
  { colour: '--run-4', dash: [10, 3, 2, 3], shape: 'diamond', letter: 'D' },
  { colour: '--run-5', dash: [4, 2], shape: 'cross', letter: 'E' },
  { colour: '--run-6', dash: [12, 5], shape: 'ring', letter: 'F' },
];

/** The shape as a path around the origin, for a canvas or an SVG; `size` is its height. */
export function shapePath(shape: RunMark['shape'], size: number): string {
  const r = size / 2;
  const paths: Readonly<Record<RunMark['shape'], string>> = {
    circle: `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
    ring: `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
    square: `M${-r} ${-r}H${r}V${r}H${-r}Z`,
    triangle: `M0 ${-r}L${r} ${r}H${-r}Z`,
    diamond: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`,
    cross: `M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}`,
  };
  return paths[shape];
}
