/** The curves of a run: how each is read from steps and evaluations, and formatted. */
import type { Evaluation, MeanMetrics, StepMetrics } from '../../../../electron/contract/contract';
import { formatDecimal, formatInteger, formatPercent, formatSignificant } from '../../../../electron/contract/format';
import { haltedOf } from '../../../lib/metric-history';
import { t } from '../../../messages/language.svelte';
import { message } from '../../../messages/message';
import type { MetricPoint } from './axes';

export type CurveId = 'exact' | 'loss' | 'cells' | 'halting' | 'rate' | 'gradient' | 'qHalt' | 'pace';

export interface Curve {
  readonly id: CurveId;
  /** Without its unit. */
  readonly name: CurveName;
  /** Null if it was not measured or is not finite. */
  readonly read: (steps: readonly StepMetrics[], index: number) => number | null;
  /** Examples behind a value, for curves of the examples that halted: steps in which more halt have more weight. */
  readonly weightOf?: (item: StepMetrics | MeanMetrics) => number;
  /** On the test set, for curves that evaluations measure. */
  readonly readEvaluation?: (evaluation: Evaluation) => number;
  /** Shares are drawn from 0 to 100 %, amounts from 0 to their maximum. */
  readonly scale: 'percent' | 'amount';
  /** Without its unit. */
  readonly format: (value: number) => string;
}

type CurveName = `train.chart.${'exact' | 'loss' | 'cells' | 'halting' | 'haltingLoss' | 'gradient' | 'rate' | 'pace'}`;

/** The name of a curve with the unit of its values. */
export function curveTitle({ name, scale }: Curve): string {
  return scale === 'percent' ? t('train.chart.percentTitle', { name: message(name) }) : t(name);
}

/** A value of a curve with its unit. */
export function formatValue({ scale, format }: Curve, value: number): string {
  return scale === 'percent' ? t('common.percent', { share: value / 100 }) : format(value);
}

type Key = Exclude<keyof StepMetrics, keyof MetricPoint>;

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
const readMetric =
  (key: Key): Curve['read'] =>
  (steps, index) =>
    finite(steps[index]![key]);
const readShare =
  (key: 'accuracy' | 'exactAccuracy'): Curve['read'] =>
  (steps, index) => {
    const value = steps[index]![key];
    return value === null ? null : value * 100;
  };
const formatShare = (value: number): string => formatPercent(value / 100);

/** Puzzles seen per second since the previous point; null for the first, and where they were not counted. */
export function samplesPerSecond(points: readonly MetricPoint[], index: number): number | null {
  const [previous, current] = [points[index - 1], points[index]!];
  if (!previous || previous.samples === null || current.samples === null) return null;
  const seconds = current.seconds - previous.seconds;
  return seconds > 0 ? (current.samples - previous.samples) / seconds : null;
}

export const exactCurve: Curve = {
  id: 'exact',
  name: 'train.chart.exact',
  scale: 'percent',
  format: formatShare,
  read: readShare('exactAccuracy'),
  weightOf: haltedOf,
  readEvaluation: ({ exactAccuracy }) => exactAccuracy * 100,
};
export const lossCurve: Curve = {
  id: 'loss',
  name: 'train.chart.loss',
  scale: 'amount',
  format: formatSignificant,
  read: readMetric('lmLoss'),
};

/** The curves of the small charts. */
export const secondaryCurves: readonly Curve[] = [
  {
    id: 'cells',
    name: 'train.chart.cells',
    scale: 'percent',
    format: formatShare,
    read: readShare('accuracy'),
    weightOf: haltedOf,
    readEvaluation: ({ accuracy }) => accuracy * 100,
  },
  {
    id: 'halting',
    name: 'train.chart.halting',
    scale: 'amount',
    format: formatDecimal,
    read: readMetric('steps'),
    weightOf: haltedOf,
  },
  {
    id: 'qHalt',
    name: 'train.chart.haltingLoss',
    scale: 'amount',
    format: formatSignificant,
    read: readMetric('qHaltLoss'),
  },
  {
    id: 'gradient',
    name: 'train.chart.gradient',
    scale: 'amount',
    format: formatSignificant,
    read: readMetric('gradientNorm'),
  },
  {
    id: 'rate',
    name: 'train.chart.rate',
    scale: 'amount',
    format: formatSignificant,
    read: readMetric('learningRate'),
  },
  { id: 'pace', name: 'train.chart.pace', scale: 'amount', format: formatInteger, read: samplesPerSecond },
];
