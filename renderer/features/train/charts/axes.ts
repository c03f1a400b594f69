/** The axes of charts: x in steps, training time or puzzles; y in percent or amounts; their ranges, ticks and labels. */
import { formatAxisValue, formatClock, formatInteger, formatMillions } from '../../../../electron/contract/format';
import { t } from '../../../messages/language.svelte';
import { firstBeyond } from '../../../lib/metric-history';
import type { ChartConfig, AxisRange } from '../../../ui/chart-options';
import type { MessageId } from '../../../messages/message';
import type { Curve } from './curves';

export type XAxis = 'step' | 'time' | 'samples';

export const xAxes = [
  { value: 'step', label: 'train.chart.axisSteps' },
  { value: 'time', label: 'train.chart.axisTime' },
  { value: 'samples', label: 'train.chart.axisSamples' },
] as const satisfies readonly { value: XAxis; label: MessageId }[];

/** A measurement at a step of a run. */
export interface MetricPoint {
  readonly step: number;
  /** Of training. */
  readonly seconds: number;
  /** Puzzles seen; null where they were not counted. */
  readonly samples: number | null;
}

/** In the unit of the axis: steps, seconds, or samples. Samples that were not counted are estimated: at most steps × batch size. */
export function xPosition({ step, seconds, samples }: MetricPoint, axis: XAxis, batchSize: number): number {
  if (axis === 'time') return seconds;
  return axis === 'samples' ? (samples ?? step * batchSize) : step;
}

/** Whether the samples of a run are estimated. */
export const areSamplesEstimated = (steps: readonly MetricPoint[]): boolean =>
  steps.length > 0 && steps[steps.length - 1]!.samples === null;

/** The steps in a range of an axis, from the nearest points. */
export function stepRange(
  { from, to }: AxisRange,
  points: readonly MetricPoint[],
  { axis, batchSize }: { readonly axis: XAxis; readonly batchSize: number },
): AxisRange {
  const at = (limit: number) => firstBeyond(points, (point) => xPosition(point, axis, batchSize), limit);
  const first = points[Math.max(0, at(from) - 1)];
  const last = points[Math.min(points.length - 1, at(to))];
  return { from: first?.step ?? 0, to: last?.step ?? 0 };
}

/** Converts a range to another axis; null if it would be empty. */
export function convertRange(
  range: AxisRange,
  points: readonly MetricPoint[],
  { from: axis, to: other, batchSize }: { readonly from: XAxis; readonly to: XAxis; readonly batchSize: number },
): AxisRange | null {
  if (points.length === 0) return null;
  const steps = stepRange(range, points, { axis, batchSize });
  const at = (step: number) => points[Math.max(0, firstBeyond(points, (point) => point.step, step) - 1)]!;
  const position = (step: number) => xPosition(at(step), other, batchSize);
  const [from, to] = [position(steps.from), position(steps.to)];
  return to > from ? { from, to } : null;
}

/** A position with its unit: `step 1,200`, `3:20`, `76,800 samples`. */
export function formatPosition(position: number, axis: XAxis): string {
  if (axis === 'time') return formatClock(position);
  const rounded = Math.round(position);
  return axis === 'step' ? t('app.status.step', { step: rounded }) : t('common.sampleCount', { count: rounded });
}

/** A range with its unit: `steps 1,200–1,400`, `3:20–5:00`, `76,800–80,000 samples`. */
export function formatRange({ from, to }: AxisRange, axis: XAxis): string {
  if (axis === 'time') return `${formatClock(from)}–${formatClock(to)}`;
  return t(axis === 'step' ? 'train.chart.stepRange' : 'train.chart.sampleRange', {
    from: Math.round(from),
    to: Math.round(to),
  });
}

/** A tick of the x axis. */
export function formatTick(position: number, axis: XAxis): string {
  if (axis === 'time') return formatClock(position);
  // Neighbours in a narrow range must differ: only round millions are shortened.
  return position >= 1e6 && position % 1e4 === 0 ? formatMillions(position) : formatInteger(position);
}

interface ScaleChoice {
  readonly scale: Curve['scale'];
  readonly isLog: boolean;
  /** Whether a part of the run is shown: the scale then fits the visible values. */
  readonly isZoomed: boolean;
}

/** Margin above 100 %, so that a line there is not clipped. */
const fullPercent: [number, number] = [0, 103];

/** The visible range of y. @param low @param high of the visible values; null if there are none */
export function scaleRange(
  { scale, isLog, isZoomed }: ScaleChoice,
  low: number | null,
  high: number | null,
): [number, number] {
  if (low === null || high === null) return scale === 'percent' ? fullPercent : isLog ? [0.1, 1] : [0, 1];
  if (isLog) return [low * 0.9, Math.max(high, low) * 1.1];
  if (scale === 'percent' && !isZoomed) return fullPercent;
  if (!isZoomed) return [0, high > 0 ? high * 1.05 : 1];
  const margin = Math.max((high - low || high || 1) * 0.06, scale === 'percent' ? 1 : 0);
  const [from, to] = [Math.max(0, low - margin), high + margin];
  return scale === 'percent' ? [from, Math.min(fullPercent[1], to)] : [from, to];
}

/** Round numbers of a logarithmic scale: of each power 1, 2 and 5, powers alone over many of them; evenly spaced within one. */
export function logTicks(low: number, high: number): number[] {
  if (high / low < 8) return roundTicks(low, high).filter((tick) => tick > 0);
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const factors = last - first > 4 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return powers
    .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(3))))
    .filter((tick) => tick >= low && tick <= high);
}

/** Four to six round numbers from `low` to `high`. */
export function roundTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

interface ChartSight {
  readonly axis: XAxis;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** Read at every drawing; null for the full range. */
  readonly getZoomedRange: () => AxisRange | null;
  /** Read at every drawing. */
  readonly getFullRange: () => AxisRange;
}

/** The scales of a chart of one curve. */
export function chartScales(
  scale: Curve['scale'],
  { axis, isLogX, isLogY, getZoomedRange, getFullRange }: ChartSight,
): Pick<ChartConfig, 'x' | 'y'> {
  return {
    x: {
      isLog: isLogX,
      range: () => getZoomedRange() ?? getFullRange(),
      format: (position) => formatTick(position, axis),
    },
    y: {
      isLog: isLogY,
      range: (low, high) => scaleRange({ scale, isLog: isLogY, isZoomed: getZoomedRange() !== null }, low, high),
      ticks: isLogY ? logTicks : (low, high) => roundTicks(low, scale === 'percent' ? Math.min(100, high) : high),
      format: formatAxisValue,
    },
  };
}
