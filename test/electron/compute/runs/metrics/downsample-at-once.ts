/** Downsampling of a log whose steps are all in memory: the result that `readHistory` must have for a short log. */
import { averagedMetrics, downsample, meanMetric } from '../../../../../electron/contract/statistics';
import type { MeanMetrics, StepMetrics } from '../../../../../electron/contract/contract';
import { stepMetricsSchema } from '../../../../../models/train/metrics';

interface Range {
  readonly points: number;
  readonly from: number;
  readonly to: number;
}

export function downsampleAtOnce(
  lines: readonly string[],
  { points, from, to }: Range,
): { readonly steps: StepMetrics[]; readonly means: MeanMetrics[] } {
  const steps = selectRange(lines.flatMap(parseStep), from, to);
  return {
    steps: downsample(steps, points, [({ lmLoss }) => lmLoss, ({ gradientNorm }) => gradientNorm ?? NaN]),
    means: steps.length > points ? averageIntervals(steps, Math.floor(points / 2)) : [],
  };
}

function parseStep(line: string): StepMetrics[] {
  if (!line.startsWith('{"type":"step",')) return [];
  try {
    return [stepMetricsSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

function selectRange(steps: readonly StepMetrics[], from: number, to: number): readonly StepMetrics[] {
  const first = steps.findIndex(({ step }) => step >= from);
  if (first < 0) return steps.slice(-1);
  const beyond = steps.findIndex(({ step }) => step > to);
  return steps.slice(Math.max(0, first - 1), beyond < 0 ? steps.length : beyond + 1);
}

function averageIntervals(steps: readonly StepMetrics[], wanted: number): MeanMetrics[] {
  const intervals = Math.min(steps.length, Math.max(1, wanted));
  return Array.from({ length: intervals }, (_, interval) => {
    const [from, to] = [interval, interval + 1].map((edge) => Math.floor((edge * steps.length) / intervals));
    const { step, seconds, samples } = steps[to! - 1]!;
    const means = averagedMetrics.map((key) => [key, meanMetric(steps, { from: from!, to: to!, key })] as const);
    const withResults = steps.slice(from, to).filter(({ accuracy }) => accuracy !== null);
    const halted = withResults.reduce((sum, each) => sum + (each.halted ?? 1), 0);
    return { step, seconds, samples, ...Object.fromEntries(means), halted, count: to! - from! } as MeanMetrics;
  });
}
