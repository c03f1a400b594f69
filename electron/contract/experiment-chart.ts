/**
 * The chart of an experiment as shapes, which a report draws as SVG and the window as SVG or on a canvas: every seed as a dot, means with
 * 95 % intervals, published figures apart from them; curves where the test has several points.
 */
import { message, type Text } from '../../renderer/messages/message';
import { describeAxis } from './experiment-axis';
import { summarise, type Series } from './experiment-conclusion';
import type { ExperimentRecord, ExperimentTest, Published } from './experiments';
import { formatInteger } from './format';

/** A colour by its role; a number is that of a condition. */
export type ChartColour = 'ink' | 'muted' | 'grid' | number;

export type ChartShape =
  | {
      readonly type: 'line';
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly colour: ChartColour;
      readonly width: number;
    }
  | {
      readonly type: 'dot';
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly colour: ChartColour;
      /** A seed beside the mean. */
      readonly isFaint: boolean;
    }
  | {
      readonly type: 'ring';
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly colour: ChartColour;
    }
  | {
      readonly type: 'text';
      readonly x: number;
      readonly y: number;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly text: string;
      readonly colour: ChartColour;
    };

export interface ExperimentChart {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly ChartShape[];
}

interface ChartOptions {
  /** In the language of the reader. */
  readonly format: (text: Text) => string;
}

/** Colours that differ; a further condition has that of the first again. */
export const CHART_COLOURS = 6;

const WIDTH = 720;
const ROW = 30;
const LEFT = 270;
const RIGHT = 28;
const ticks = [0, 0.25, 0.5, 0.75, 1];

/** @returns null before the first result */
export function layoutExperimentChart(record: ExperimentRecord, options: ChartOptions): ExperimentChart | null {
  const series = summarise(record);
  if (series.length === 0) return null;
  const { test, published } = record.experiment;
  return describeAxis(test) !== null ? layoutCurves(series, test, options) : layoutRows(series, published, options);
}

const line = (points: readonly (readonly [number, number])[], colour: ChartColour, width = 1): ChartShape => ({
  type: 'line',
  points,
  colour,
  width,
});

const dot = (x: number, y: number, radius: number, colour: ChartColour, isFaint = false): ChartShape => ({
  type: 'dot',
  ...{ x, y, radius, colour, isFaint },
});

const label = (
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  text: string,
  colour: ChartColour = 'muted',
): ChartShape => ({ type: 'text', ...{ x, y, anchor, text, colour } });

const xOfShare = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT);

/** One row for each condition, accuracy to the right; the published figures below. */
function layoutRows(
  series: readonly Series[],
  published: readonly Published[],
  { format }: ChartOptions,
): ExperimentChart {
  const below = 20 + series.length * ROW;
  const rows = series.flatMap((each, index) => layoutRow(each, 22 + index * ROW, index, format));
  const figures = published.flatMap(({ label: name, exactAccuracy }, index): ChartShape[] => {
    const y = below + 34 + index * ROW;
    return [
      label(LEFT - 14, y + 4, 'end', shorten(format(name))),
      { type: 'ring', x: xOfShare(exactAccuracy), y, radius: 5, colour: 'muted' },
    ];
  });
  const title =
    published.length > 0 ? [label(LEFT - 14, below + 8, 'end', format(message('experiments.published.title')))] : [];
  const bottom = below + (published.length > 0 ? 18 + published.length * ROW : -4);
  const grid = ticks.flatMap((share) => [
    line(
      [
        [xOfShare(share), 8],
        [xOfShare(share), bottom],
      ],
      'grid',
    ),
    label(xOfShare(share), bottom + 18, 'middle', `${100 * share} %`),
  ]);
  return { width: WIDTH, height: bottom + 26, shapes: [...grid, ...rows, ...title, ...figures] };
}

function layoutRow(
  { condition, points }: Series,
  y: number,
  index: number,
  format: ChartOptions['format'],
): ChartShape[] {
  const { mean, values } = points[0]!;
  const colour = index % CHART_COLOURS;
  return [
    label(LEFT - 14, y + 4, 'end', shorten(format(condition.label)), 'ink'),
    line(
      [
        [xOfShare(mean.interval[0]), y],
        [xOfShare(mean.interval[1]), y],
      ],
      colour,
      2,
    ),
    ...values.map(({ exactAccuracy }) => dot(xOfShare(exactAccuracy), y, 4, colour, true)),
    dot(xOfShare(mean.mean), y, 6, colour),
  ];
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

const [CURVE_TOP, CURVE_BOTTOM, CURVE_LEFT] = [12, 280, 56];
const yOfShare = (share: number): number => CURVE_BOTTOM - share * (CURVE_BOTTOM - CURVE_TOP);

/** One curve for each condition. */
function layoutCurves(series: readonly Series[], test: ExperimentTest, { format }: ChartOptions): ExperimentChart {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x ?? 1)))].sort((a, b) => a - b);
  const x = createScale(xs, test);
  const grid = ticks.flatMap((share) => [
    line(
      [
        [CURVE_LEFT, yOfShare(share)],
        [WIDTH - RIGHT, yOfShare(share)],
      ],
      'grid',
    ),
    label(CURVE_LEFT - 10, yOfShare(share) + 4, 'end', `${100 * share} %`),
  ]);
  const names = xs.map((value) => label(x(value), CURVE_BOTTOM + 20, 'middle', formatX(value)));
  const axis = describeAxis(test);
  const title = axis ? [label(WIDTH - RIGHT, CURVE_BOTTOM + 42, 'end', format(axis))] : [];
  const isConfidence = test.type === 'confidence';
  const curves = isConfidence
    ? [layoutIdeal(xs, x), ...layoutBins(series, x)]
    : series.flatMap((each, index) => layoutCurve(each, index % CHART_COLOURS, x));
  const ideal = isConfidence ? [format(message('models.calibration.perfect'))] : [];
  const legend = layoutLegend([...series.map(({ condition }) => format(condition.label)), ...ideal], series.length);
  const height = CURVE_BOTTOM + 54 + (series.length + ideal.length) * LEGEND_ROW;
  return { width: WIDTH, height, shapes: [...grid, ...names, ...title, ...curves, ...legend] };
}

const LEGEND_ROW = 22;

/** Dots in the colours of the first names, which are conditions; lines before the others. */
function layoutLegend(names: readonly string[], conditions: number): ChartShape[] {
  return names.flatMap((name, index) => {
    const y = CURVE_BOTTOM + 62 + index * LEGEND_ROW;
    const ends = [-1, 13].map((dx): [number, number] => [CURVE_LEFT + dx, y - 4]);
    const mark = index < conditions ? dot(CURVE_LEFT + 6, y - 4, 5, index % CHART_COLOURS) : line(ends, 'muted');
    return [mark, label(CURVE_LEFT + 20, y, 'start', name, 'ink')];
  });
}

/** Where a model is right as often as it is confident, in per cent. */
function layoutIdeal(xs: readonly number[], x: (value: number) => number): ChartShape {
  const ends = [xs[0]!, xs[xs.length - 1]!];
  return line(
    ends.map((value) => [x(value), yOfShare(value / 100)]),
    'muted',
  );
}

/** Pixels between the conditions of a bin. */
const BIN_GAP = 8;

/** Not joined: between bins there may be empty ones. */
function layoutBins(series: readonly Series[], x: (value: number) => number): ChartShape[] {
  return series.flatMap(({ points }, index) =>
    points.flatMap((point) => {
      const at = x(point.x ?? 0) + (index - (series.length - 1) / 2) * BIN_GAP;
      const ends = point.mean.interval.map((share): [number, number] => [at, yOfShare(share)]);
      const colour = index % CHART_COLOURS;
      return [line(ends, colour), dot(at, yOfShare(point.mean.mean), 4, colour)];
    }),
  );
}

const formatX = (value: number): string => (Number.isInteger(value) ? formatInteger(value) : String(value));

/** Logarithmic; linear where it begins at 0, and for per cent. */
function createScale(xs: readonly number[], { type }: ExperimentTest): (value: number) => number {
  const scale = xs[0]! >= 1 && type !== 'confidence' ? Math.log2 : (value: number) => value;
  const [first, last] = [scale(xs[0]!), scale(xs[xs.length - 1]!)];
  return (value) =>
    CURVE_LEFT + 14 + ((scale(value) - first) / (last - first || 1)) * (WIDTH - CURVE_LEFT - RIGHT - 28);
}

function layoutCurve({ points }: Series, colour: number, x: (value: number) => number): ChartShape[] {
  const at = (point: Series['points'][number]) => x(point.x ?? 1);
  return [
    line(
      points.map((point) => [at(point), yOfShare(point.mean.mean)]),
      colour,
      2,
    ),
    ...points.flatMap((point) => [
      line(
        point.mean.interval.map((share) => [at(point), yOfShare(share)]),
        colour,
      ),
      ...point.values.map(({ exactAccuracy }) => dot(at(point), yOfShare(exactAccuracy), 3, colour, true)),
    ]),
  ];
}
