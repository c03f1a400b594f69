/** The means of equal stretches of a run's steps: what is smoothed where not every step can be told. */
import type { MeanMetrics, StepMetrics } from '../../contract/runs';

/** A step as it stands in the file: a hundred thousand are looked at, and only those told are held against the schema. */
export type RawStep = Readonly<Partial<Record<keyof StepMetrics, unknown>>>;

const averaged = ['lmLoss', 'qHaltLoss', 'accuracy', 'exactAccuracy', 'steps', 'learningRate', 'gradientNorm'] as const;

type Mean = RawStep & Pick<MeanMetrics, 'count'>;

/** @param stretches at most so many; none is empty */
export function meansOf(steps: readonly RawStep[], stretches: number): Mean[] {
  const wanted = Math.min(steps.length, Math.max(1, stretches));
  return Array.from({ length: wanted }, (_, stretch) => {
    const [from, to] = [stretch, stretch + 1].map((edge) => Math.floor((edge * steps.length) / wanted));
    return meanOf(steps, from!, to!);
  });
}

function meanOf(steps: readonly RawStep[], from: number, to: number): Mean {
  const { step, seconds } = steps[to - 1]!;
  const values = averaged.map((key) => [key, mean(steps, { from, to, key })] as const);
  return { step, seconds, ...Object.fromEntries(values), count: to - from };
}

/** Over the steps that have a value; null where none has. */
function mean(
  steps: readonly RawStep[],
  { from, to, key }: { readonly from: number; readonly to: number; readonly key: (typeof averaged)[number] },
): number | null {
  let [sum, count] = [0, 0];
  for (let i = from; i < to; i++) {
    const value = steps[i]![key];
    if (typeof value !== 'number') continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : null;
}
