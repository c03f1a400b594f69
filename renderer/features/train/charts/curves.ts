/** The curves of a run: how each is read from steps and evaluations, and formatted. */
import type { Evaluation, StepMetrics } from '../../../../electron/contract/contract';
import { formatInteger, formatPercent, formatSignificant } from '../../../../electron/contract/format';
import type { MetricPoint } from './axes';

export type CurveId = 'exact' | 'loss' | 'cells' | 'halting' | 'rate' | 'gradient' | 'qHalt' | 'pace';

export interface Curve {
  readonly id: CurveId;
  readonly title: string;
  /** Short label of the training line. */
  readonly line: string;
  /** Null if it was not measured or is not finite. */
  readonly read: (steps: readonly StepMetrics[], index: number) => number | null;
  /** On the test set, for curves that evaluations measure. */
  readonly readEvaluation?: (evaluation: Evaluation) => number;
  /** Shares are drawn from 0 to 100 %, amounts from 0 to their maximum. */
  readonly scale: 'percent' | 'amount';
  readonly format: (value: number) => string;
}

type Key = Exclude<keyof StepMetrics, 'step' | 'seconds'>;

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
const formatShare = (value: number): string => `${formatPercent(value / 100)} %`;

/** Steps per second since the previous point; null for the first. */
export function stepsPerSecond(points: readonly MetricPoint[], index: number): number | null {
  if (index === 0) return null;
  const [previous, current] = [points[index - 1], points[index]];
  return current!.seconds > previous!.seconds
    ? (current!.step - previous!.step) / (current!.seconds - previous!.seconds)
    : null;
}

export const exactCurve: Curve = {
  id: 'exact',
  title: 'Exact accuracy, %',
  line: 'train',
  scale: 'percent',
  format: formatShare,
  read: readShare('exactAccuracy'),
  readEvaluation: ({ exactAccuracy }) => exactAccuracy * 100,
};
export const lossCurve: Curve = {
  id: 'loss',
  title: 'Loss per cell',
  line: 'train',
  scale: 'amount',
  format: formatSignificant,
  read: readMetric('lmLoss'),
};

const measuredCurves: readonly Curve[] = [
  {
    id: 'cells',
    title: 'Cells right, %',
    line: 'train',
    scale: 'percent',
    format: formatShare,
    read: readShare('accuracy'),
    readEvaluation: ({ accuracy }) => accuracy * 100,
  },
  {
    id: 'halting',
    title: 'Steps until it halts',
    line: 'train',
    scale: 'amount',
    format: (value) => value.toFixed(1),
    read: readMetric('steps'),
  },
  {
    id: 'qHalt',
    title: 'Loss of the halting head',
    line: 'train',
    scale: 'amount',
    format: formatSignificant,
    read: readMetric('qHaltLoss'),
  },
  {
    id: 'gradient',
    title: 'Gradient norm',
    line: 'train',
    scale: 'amount',
    format: formatSignificant,
    read: readMetric('gradientNorm'),
  },
  {
    id: 'rate',
    title: 'Learning rate',
    line: 'train',
    scale: 'amount',
    format: formatSignificant,
    read: readMetric('learningRate'),
  },
];

/** Samples per second. */
const paceCurve = (batchSize: number): Curve => ({
  id: 'pace',
  title: 'Samples a second',
  line: 'train',
  scale: 'amount',
  format: formatInteger,
  read: (steps, index) => {
    const pace = stepsPerSecond(steps, index);
    return pace === null ? null : pace * batchSize;
  },
});

/** The curves of the small charts. */
export function secondaryCurves(batchSize: number): readonly Curve[] {
  return [...measuredCurves, paceCurve(batchSize)];
}
