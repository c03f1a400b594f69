/** What the charts of a run have in common: axes, grid lines and cursor in the theme's colours. */
import type uPlot from 'uplot';

export interface ChartLine {
  /** Name of the colour token, e.g. `--latent`. */
  readonly colour: string;
  readonly width: number;
  /** 0..1; the raw line is faint under the smoothed one. */
  readonly alpha: number;
  /** Draws a ring at each point, for lines of few points. */
  readonly rings: boolean;
}

export interface ChartLook {
  readonly lines: readonly ChartLine[];
  readonly y: { readonly range: (low: number, high: number) => [number, number]; readonly ticks?: number[] };
  /** Drawn over the lines, e.g. intervals. */
  readonly over?: (chart: uPlot) => void;
}

/** The value of a colour token now; the canvas does not know custom properties. */
export function tokenColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

const font = '11px "JetBrains Mono Variable", monospace';

export function chartOptions(look: ChartLook, onpoint: (index: number | null) => void): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: { sync: { key: 'run' }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
    scales: {
      x: { time: false, range: (_, low, high) => [Math.min(low, 0), Math.max(high, 10)] },
      y: { range: (_, low, high) => look.y.range(low, high) },
    },
    axes: [axis({ size: 24, gap: 5, grid: false }), axis({ size: 44, gap: 6, grid: true, ticks: look.y.ticks })],
    series: [{}, ...look.lines.map(series)],
    hooks: {
      setCursor: [(chart) => onpoint(chart.cursor.idx ?? null)],
      draw: look.over ? [look.over] : [],
    },
  };
}

interface AxisLook {
  readonly size: number;
  readonly gap: number;
  readonly grid: boolean;
  readonly ticks?: number[] | undefined;
}

function axis({ size, gap, grid, ticks }: AxisLook): uPlot.Axis {
  return {
    size,
    gap,
    font,
    stroke: () => tokenColour('--muted'),
    ticks: { show: false },
    grid: { show: grid, stroke: () => tokenColour('--line'), width: 1 },
    ...(ticks ? { splits: () => ticks } : {}),
  };
}

function series({ colour, width, alpha, rings }: ChartLine): uPlot.Series {
  return {
    stroke: () => tokenColour(colour),
    width,
    alpha,
    spanGaps: true,
    points: { show: rings, size: 7, width: 2, stroke: () => tokenColour(colour), fill: () => tokenColour('--surface') },
  };
}
