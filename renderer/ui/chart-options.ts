/** What all charts have in common: axes, grid lines, cursor and zoom, in the theme's colours. */
import type uPlot from 'uplot';

/** A range of an axis, in its unit. */
export interface AxisRange {
  readonly from: number;
  readonly to: number;
}

/** x, then one column per line; undefined where a line has no point. */
export type ChartColumns = [number[], ...(number | null | undefined)[][]];

export interface ChartLine {
  /** Name of the CSS property, e.g. `--latent`. */
  readonly colour: string;
  readonly width: number;
  /** 0..1; the raw line is faint under the smoothed one. */
  readonly alpha: number;
  /** Draws a ring at each point, for lines of few points. */
  readonly rings: boolean;
  /** Lengths of strokes and gaps in pixels; unbroken without. */
  readonly dash?: readonly number[];
}

export interface ChartConfig {
  readonly lines: readonly ChartLine[];
  readonly x: {
    readonly isLog: boolean;
    /** The visible range, read at every drawing. */
    readonly range: () => AxisRange;
    readonly format: (position: number) => string;
  };
  readonly y: {
    readonly isLog: boolean;
    readonly range: (low: number | null, high: number | null) => [number, number];
    /** Those of uPlot without it. */
    readonly ticks?: ((low: number, high: number) => number[]) | undefined;
    readonly format: (value: number) => string;
  };
  /** Drawn over the lines, e.g. intervals. */
  readonly over?: ((chart: uPlot) => void) | undefined;
}

export interface ChartEvents {
  /** Index of the column pointed at, null when the pointer leaves. */
  readonly onpoint: (index: number | null) => void;
  /** A range of x was selected with the pointer. */
  readonly onzoom: (range: AxisRange) => void;
  readonly onreset: () => void;
  /** Index of the line near the pointer; null if there is none. */
  readonly onnear?: ((line: number | null) => void) | undefined;
}

/** An interval of y at a position of x. */
export interface Interval {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Draws each interval as a vertical line, in the current style of the canvas. */
export function strokeIntervals({ ctx, valToPos }: uPlot, intervals: readonly Interval[]): void {
  for (const { x, low, high } of intervals) {
    const left = valToPos(x, 'x', true);
    ctx.beginPath();
    ctx.moveTo(left, valToPos(low, 'y', true));
    ctx.lineTo(left, valToPos(high, 'y', true));
    ctx.stroke();
  }
}

/** The current value of a CSS colour property, e.g. `--latent`: a canvas does not resolve custom properties. */
export function readCssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

const font = '11px "JetBrains Mono Variable", monospace';

export function chartOptions(
  config: ChartConfig,
  { onpoint, onzoom, onreset, onnear }: ChartEvents,
): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    legend: { show: false },
    padding: [8, 30, 0, 0],
    cursor: {
      sync: { key: 'run' },
      // A few pixels are a click, not a selection.
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: { size: 7, width: 0, fill: (_, line) => readCssColour(config.lines[line - 1]?.colour ?? '--ink') },
      y: false,
      ...(onnear && { focus: { prox: 24 } }),
      bind: { dblclick: () => () => (onreset(), null) },
    },
    ...(onnear && { focus: { alpha: 1 } }),
    scales: {
      x: { time: false, distr: config.x.isLog ? 3 : 1, range: () => pair(config.x.range()) },
      y: { distr: config.y.isLog ? 3 : 1, range: (_, low, high) => config.y.range(low, high) },
    },
    axes: [
      axis({ size: 22, gap: 4, grid: false, format: config.x.format, space: 72 }),
      axis({ size: 52, gap: 6, grid: true, format: config.y.format, ticks: config.y.ticks, space: 26 }),
    ],
    series: [{}, ...config.lines.map(series)],
    hooks: {
      setCursor: [(chart) => onpoint(chart.cursor.idx ?? null)],
      setSelect: [(chart) => handleSelect(chart, onzoom)],
      setSeries: onnear ? [(_, index, change) => 'focus' in change && onnear(index === null ? null : index - 1)] : [],
      draw: config.over ? [config.over] : [],
    },
  };
}

const pair = ({ from, to }: AxisRange): [number, number] => [from, to];

function handleSelect(chart: uPlot, onzoom: ChartEvents['onzoom']): void {
  const { left, width } = chart.select;
  if (width <= 0) return;
  onzoom({ from: chart.posToVal(left, 'x'), to: chart.posToVal(left + width, 'x') });
  chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

interface AxisConfig {
  readonly size: number;
  readonly gap: number;
  readonly grid: boolean;
  readonly format: (value: number) => string;
  readonly ticks?: ((low: number, high: number) => number[]) | undefined;
  /** Minimum of pixels between two ticks. */
  readonly space: number;
}

function axis({ size, gap, grid, format, ticks, space }: AxisConfig): uPlot.Axis {
  return {
    size,
    gap,
    font,
    space,
    stroke: () => readCssColour('--muted'),
    ticks: { show: false },
    grid: { show: grid, stroke: () => readCssColour('--line'), width: 1 },
    values: (_, splits) => splits.map((split) => (split === null ? null : format(split))),
    ...(ticks && { splits: (_: uPlot, __: number, low: number, high: number) => ticks(low, high) }),
  };
}

function series({ colour, width, alpha, rings, dash }: ChartLine): uPlot.Series {
  return {
    stroke: () => readCssColour(colour),
    width,
    alpha,
    ...(dash && { dash: [...dash] }),
    spanGaps: true,
    points: {
      show: rings,
      size: 7,
      width: 2,
      stroke: () => readCssColour(colour),
      fill: () => readCssColour('--surface'),
    },
  };
}
