/** What one train step measured, as sums over its batch; the division comes last. */
import type { resultRows } from './train-step';

export type RowName = (typeof resultRows)[number];
/** Per-example results of a step, each [B]. */
export type ExampleRows = Readonly<Record<RowName, Float32Array>>;

export interface MetricSums {
  /** Examples that halted in this step and have labels; the next four run over these. */
  readonly count: number;
  readonly accuracy: number;
  readonly exactAccuracy: number;
  readonly qHaltAccuracy: number;
  readonly steps: number;
  /** Over all examples. */
  readonly lmLoss: number;
  readonly qHaltLoss: number;
  readonly qContinueLoss: number;
}

export interface StepOutcome {
  readonly rows: ExampleRows;
  /** After the step, [B]. */
  readonly halted: Uint8Array;
  readonly steps: Int32Array;
  /** ‖g‖ of the mean loss of the batch, over everything that learns. */
  readonly gradientNorm: number;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

export function metricSums({ rows, halted, steps }: Omit<StepOutcome, 'gradientNorm'>): MetricSums {
  const counted = [...halted.keys()].filter((i) => halted[i] && rows.validCells[i]! > 0);
  const over = (measure: (i: number) => number) => counted.reduce((total, i) => total + measure(i), 0);
  const isExact = (i: number) => rows.correctCells[i] === rows.validCells[i];
  return {
    count: counted.length,
    accuracy: over((i) => rows.correctCells[i]! / rows.validCells[i]!),
    exactAccuracy: over((i) => +isExact(i)),
    qHaltAccuracy: over((i) => +(rows.qHalt[i]! >= 0 === isExact(i))),
    steps: over((i) => steps[i]!),
    lmLoss: sum(rows.lmLoss),
    qHaltLoss: sum(rows.qHaltLoss),
    qContinueLoss: sum(rows.qContinueLoss),
  };
}

/** total = lmLoss + (qHaltLoss + qContinueLoss) / 2, summed over the batch. */
export const totalLoss = ({ lmLoss, qHaltLoss, qContinueLoss }: MetricSums): number =>
  lmLoss + 0.5 * (qHaltLoss + qContinueLoss);
