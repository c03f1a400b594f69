/** Training metrics: per-example results of a step, their sums, the metrics reported for a step, and evaluations. */
import { z } from 'zod';
import { accuracySchema } from '../evaluate/accuracy';
import type { exampleMetricNames } from './train-step';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/**
 * Puzzles seen so far: examples that have entered the batch. An example stays until it halts, so they are fewer than steps × batch size.
 * Null where a part of the run was trained by a version that did not count them.
 */
const samplesSchema = count.nullable().default(null);

/** One training step as reported, logged and plotted. Losses are per example. */
export const stepMetricsSchema = z.object({
  step: count,
  /** Training time so far, without pauses. */
  seconds: z.number(),
  lmLoss: z.number(),
  qHaltLoss: z.number(),
  /** Over the examples that halted in this step; null when none did. */
  accuracy: share.nullable(),
  exactAccuracy: share.nullable(),
  /** Mean number of supervision steps of the examples that halted. The name is that of metrics.jsonl; `step` counts training steps. */
  steps: z.number().nullable(),
  learningRate: z.number(),
  /** ‖g‖ of the mean loss of the batch, over everything that is trained; null in runs of versions that did not record it. */
  gradientNorm: z.number().nullable().default(null),
  /** Examples that halted in this step and have labels, over which the metrics above are means; null in runs of versions that did not record it. */
  halted: count.nullable().default(null),
  samples: samplesSchema,
});
export type StepMetrics = z.infer<typeof stepMetricsSchema>;

/** An evaluation during training. `isFinal`: on the whole test set, at the end of the run; the others use a few puzzles. */
export const evaluationSchema = accuracySchema.extend({
  step: count,
  seconds: z.number(),
  isFinal: z.boolean(),
  samples: samplesSchema,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

type RowName = (typeof exampleMetricNames)[number];
/** Per-example results of a step, each [B]. */
export type ExampleMetrics = Readonly<Record<RowName, Float32Array>>;

/** Sums over the batch of a step, before division. */
export interface MetricSums {
  /** Examples that halted in this step and have labels; the next four fields are sums over these. */
  readonly count: number;
  readonly accuracy: number;
  readonly exactAccuracy: number;
  readonly qHaltAccuracy: number;
  /** Supervision steps. */
  readonly steps: number;
  /** Over all examples. */
  readonly lmLoss: number;
  readonly qHaltLoss: number;
  readonly qContinueLoss: number;
}

export interface StepOutcome {
  readonly exampleMetrics: ExampleMetrics;
  /** After the step, [B]. */
  readonly halted: Uint8Array;
  /** Supervision steps of each example so far, [B]. */
  readonly steps: Int32Array;
  /** ‖g‖ of the mean loss of the batch, over everything that is trained. */
  readonly gradientNorm: number;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

export function metricSums({ exampleMetrics: metrics, halted, steps }: Omit<StepOutcome, 'gradientNorm'>): MetricSums {
  const counted = [...halted.keys()].filter((i) => halted[i] && metrics.validCells[i]! > 0);
  const over = (measure: (i: number) => number) => counted.reduce((total, i) => total + measure(i), 0);
  const isExact = (i: number) => metrics.correctCells[i] === metrics.validCells[i];
  return {
    count: counted.length,
    accuracy: over((i) => metrics.correctCells[i]! / metrics.validCells[i]!),
    exactAccuracy: over((i) => +isExact(i)),
    qHaltAccuracy: over((i) => +(metrics.qHalt[i]! >= 0 === isExact(i))),
    steps: over((i) => steps[i]!),
    lmLoss: sum(metrics.lmLoss),
    qHaltLoss: sum(metrics.qHaltLoss),
    qContinueLoss: sum(metrics.qContinueLoss),
  };
}

/** total = lmLoss + (qHaltLoss + qContinueLoss) / 2, summed over the batch. */
export const totalLoss = ({ lmLoss, qHaltLoss, qContinueLoss }: MetricSums): number =>
  lmLoss + 0.5 * (qHaltLoss + qContinueLoss);

/** The metrics of a step: losses per example, the rest over the examples that halted. */
export function stepMetrics(
  outcome: StepOutcome,
  progress: Pick<StepMetrics, 'step' | 'seconds' | 'samples' | 'learningRate'>,
): StepMetrics {
  const sums = metricSums(outcome);
  const batch = outcome.steps.length;
  const perHalted = (name: keyof MetricSums) => (sums.count > 0 ? sums[name] / sums.count : null);
  return {
    ...progress,
    lmLoss: sums.lmLoss / batch,
    qHaltLoss: sums.qHaltLoss / batch,
    gradientNorm: outcome.gradientNorm,
    accuracy: perHalted('accuracy'),
    exactAccuracy: perHalted('exactAccuracy'),
    steps: perHalted('steps'),
    halted: sums.count,
  };
}

export function squaredNorm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}
