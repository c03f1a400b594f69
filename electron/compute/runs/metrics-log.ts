/** metrics.jsonl: all metrics of a run, one event per line, and excerpts of it for charts. */
import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import type { Answer } from '../../../models/evaluate/accuracy';
import type { StepMetrics } from '../../../models/train/metrics';
import { evaluationSchema, stepMetricsSchema } from '../../../models/train/metrics';
import type { TrainingEvent } from '../../../models/train/train';
import type { Sample } from '../../contract/contract';
import { averagedMetrics, downsample, meanMetric } from '../../contract/statistics';
import { text } from '../../contract/shared-schemas';
import type { MeanMetrics } from '../../contract/runs';
import { samplesSchema } from '../../contract/runs';

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), ...stepMetricsSchema.shape }),
  z.object({ type: z.literal('evaluated'), ...evaluationSchema.shape }),
  z.object({ type: z.literal('diverged'), step: z.int().min(1), tensor: text }),
  z.object({ type: z.literal('sample'), ...samplesSchema.shape }),
]);

export type MetricsLine = z.infer<typeof lineSchema>;

/** Held-out puzzles whose answers are logged at each evaluation. */
const SAMPLES = 4;

/** The log lines of an event. */
export function toMetricsLines(event: TrainingEvent, getAddress: (index: number) => string): MetricsLine[] {
  if (event.type === 'step') return [{ type: 'step', ...event.metrics }];
  if (event.type === 'diverged') return [{ type: 'diverged', step: event.error.step, tensor: event.error.tensor }];
  const samples = event.answers.slice(0, SAMPLES).map((answer, index) => toSample(answer, getAddress(index)));
  return [
    { type: 'evaluated', ...event.evaluation },
    { type: 'sample', step: event.evaluation.step, samples },
  ];
}

const toSample = ({ inputs, labels, answer, confidence }: Answer, address: string): Sample => ({
  address,
  inputs: [...inputs],
  labels: [...labels],
  answer: [...answer],
  confidence: [...confidence],
});

export const appendLines = (file: string, lines: readonly MetricsLine[]): Promise<void> =>
  appendFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

/** All valid lines. Lines torn by a killed process or damaged by a power cut are skipped. */
export async function readLines(file: string): Promise<MetricsLine[]> {
  const lines = await readFile(file, 'utf8').catch(() => '');
  return lines.split('\n').flatMap(readLine);
}

/** Empty for an invalid line. */
function readLine(text: string): MetricsLine[] {
  try {
    return [lineSchema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}

/**
 * Removes what was recorded after a checkpoint, before a run continues from it: later steps, an evaluation that is
 * still pending at the checkpoint, and the final evaluation of a run that had ended there.
 */
export async function truncateAfter(
  file: string,
  { step, isEvalPending }: { readonly step: number; readonly isEvalPending: boolean },
): Promise<void> {
  let isFinal = false;
  const kept = (await readLines(file)).filter((line) => {
    if (line.type === 'evaluated') isFinal = line.isFinal;
    const isEvaluation = line.type === 'evaluated' || line.type === 'sample';
    return line.step <= step && !(isEvaluation && (isFinal || (isEvalPending && line.step === step)));
  });
  await writeAtomically(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** An unvalidated step: only returned steps are checked against the schema, since there may be hundreds of thousands. */
type RawStep = Readonly<Partial<Record<keyof StepMetrics, unknown>>>;

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
  const values = averagedMetrics.map((key) => [key, meanMetric(steps, { from, to, key })] as const);
  return { step, seconds, ...Object.fromEntries(values), count: to - from };
}

type LineOf<Type extends MetricsLine['type']> = Extract<MetricsLine, { type: Type }>;

interface HistoryRange {
  readonly points: number;
  readonly evaluations: number;
  /** Range of steps. One more on either side is returned, so that a line reaches the edge of the chart. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

interface History {
  readonly steps: readonly StepMetrics[];
  /** Means of equal intervals, for smoothing; empty if no step was left out. */
  readonly means: readonly MeanMetrics[];
  readonly evaluations: readonly LineOf<'evaluated'>[];
  /** The latest samples, oldest first. */
  readonly samples: readonly LineOf<'sample'>[];
}

/** Reads metrics for charts. Steps are downsampled to at most `points`, including all spikes. */
export async function readHistory(
  file: string,
  { points, evaluations, from = 0, to = Infinity }: HistoryRange,
): Promise<History> {
  const texts = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const linesOf = (type: MetricsLine['type']) => texts.filter((text) => text.startsWith(`{"type":"${type}",`));
  const parsed = <Type extends MetricsLine['type']>(type: Type, lines: readonly string[]) =>
    lines.flatMap(readLine).filter((line): line is LineOf<Type> => line.type === type);
  const raw = selectSteps(linesOf('step'), from, to).flatMap(readRaw);
  return {
    steps: downsample(raw, points, [valueOf('lmLoss'), valueOf('gradientNorm')]).flatMap(parseStep),
    means:
      raw.length > points
        ? averageIntervals(raw, Math.floor(points / 2)).flatMap((mean) =>
            parseStep(mean).map((metrics) => ({ ...metrics, count: mean.count })),
          )
        : [],
    evaluations: parsed('evaluated', linesOf('evaluated')),
    samples: parsed('sample', linesOf('sample').slice(-evaluations)),
  };
}

/** Empty for a line torn by a killed process. */
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

/** Selects the lines of a range of steps, which are in order, before parsing. */
function selectSteps(texts: string[], from: number, to: number): string[] {
  if (from === 0 && to === Infinity) return texts;
  const first = texts.findIndex((text) => parseStepNumber(text) >= from);
  if (first < 0) return texts.slice(-1);
  const beyond = texts.findIndex((text) => parseStepNumber(text) > to);
  return texts.slice(Math.max(0, first - 1), beyond < 0 ? texts.length : beyond + 1);
}

/** The step of a line, NaN where it has none. */
const parseStepNumber = (text: string): number => Number.parseInt(text.slice('{"type":"step","step":'.length), 10);
