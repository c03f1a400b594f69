/** Metrics of a run for charts: downsampled with all spikes, and means of equal intervals for smoothing. */
import { readFile } from 'node:fs/promises';
import { downsample } from '../../contract/downsample';
import type { MeanMetrics } from '../../contract/runs';
import type { StepMetrics } from '../../../models/train/metrics';
import { stepMetricsSchema } from '../../../models/train/metrics';
import type { MetricsLine } from './metrics-log';
import { readLine } from './metrics-log';

/** An unvalidated step: of a hundred thousand, only returned ones are checked against the schema. */
type RawStep = Readonly<Partial<Record<keyof StepMetrics, unknown>>>;

const averaged = ['lmLoss', 'qHaltLoss', 'accuracy', 'exactAccuracy', 'steps', 'learningRate', 'gradientNorm'] as const;

type Mean = RawStep & Pick<MeanMetrics, 'count'>;

/** @param intervals maximum number; none is empty */
function averageIntervals(steps: readonly RawStep[], intervals: number): Mean[] {
  const wanted = Math.min(steps.length, Math.max(1, intervals));
  return Array.from({ length: wanted }, (_, interval) => {
    const [from, to] = [interval, interval + 1].map((edge) => Math.floor((edge * steps.length) / wanted));
    return averageInterval(steps, from!, to!);
  });
}

function averageInterval(steps: readonly RawStep[], from: number, to: number): Mean {
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

type LineOf<Type extends MetricsLine['type']> = Extract<MetricsLine, { type: Type }>;

interface HistoryRange {
  readonly points: number;
  readonly evaluations: number;
  /** Steps; one more on either side is returned, so that a line reaches the edge. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

interface History {
  readonly steps: readonly StepMetrics[];
  /** Empty where no step was left out. */
  readonly means: readonly MeanMetrics[];
  readonly evaluations: readonly LineOf<'evaluated'>[];
  /** The latest, oldest first. */
  readonly samples: readonly LineOf<'sample'>[];
}

export async function readHistory(
  file: string,
  { points, evaluations, from = 0, to = Infinity }: HistoryRange,
): Promise<History> {
  const texts = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const of = (type: MetricsLine['type']) => texts.filter((text) => text.startsWith(`{"type":"${type}",`));
  const parsed = <Type extends MetricsLine['type']>(type: Type, lines: readonly string[]) =>
    lines.flatMap(readLine).filter((line): line is LineOf<Type> => line.type === type);
  const raw = selectSteps(of('step'), from, to).flatMap(readRaw);
  return {
    steps: downsample(raw, points, [valueOf('lmLoss'), valueOf('gradientNorm')]).flatMap(parseStep),
    means:
      raw.length > points
        ? averageIntervals(raw, Math.floor(points / 2)).flatMap((mean) =>
            parseStep(mean).map((metrics) => ({ ...metrics, count: mean.count })),
          )
        : [],
    evaluations: parsed('evaluated', of('evaluated')),
    samples: parsed('sample', of('sample').slice(-evaluations)),
  };
}

/** None for a line torn by a killed process. */
function readRaw(text: string): RawStep[] {
  try {
    return [JSON.parse(text) as RawStep];
  } catch {
    return [];
  }
}

function parseStep(raw: RawStep): StepMetrics[] {
  const { success, data } = stepMetricsSchema.safeParse(raw);
  return success ? [data] : [];
}

const valueOf =
  (key: keyof StepMetrics) =>
  (raw: RawStep): number => {
    const value = raw[key];
    return typeof value === 'number' ? value : NaN;
  };

/** Selects lines of steps, which are in order, before parsing. */
function selectSteps(texts: string[], from: number, to: number): string[] {
  if (from === 0 && to === Infinity) return texts;
  const first = texts.findIndex((text) => parseStepNumber(text) >= from);
  if (first < 0) return texts.slice(-1);
  const beyond = texts.findIndex((text) => parseStepNumber(text) > to);
  return texts.slice(Math.max(0, first - 1), beyond < 0 ? texts.length : beyond + 1);
}

/** The step of a line, NaN where it has none. */
const parseStepNumber = (text: string): number => Number.parseInt(text.slice('{"type":"step","step":'.length), 10);
