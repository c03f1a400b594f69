/** Excerpts of metrics.jsonl for charts: all evaluations, the latest samples, and steps of the run or of a range, downsampled. */
import type { FileHandle } from 'node:fs/promises';
import type { Evaluation, StepMetrics } from '../../../../models/train/metrics';
import { stepMetricsSchema } from '../../../../models/train/metrics';
import type { Output } from '../../../contract/contract';
import type { LogDamage, MeanMetrics } from '../../../contract/runs';
import { averagedMetrics, downsample } from '../../../contract/statistics';
import { indexLog, type LogIndex } from './log-index';
import type { ExpectedLog } from './log-digest';
import { DamageCount, openLog, readLine } from './metrics-log';
import { readLinesAt } from './read-lines-at';
import { scanLog } from './scan-log';
import { capacityFor, StepBuckets, type LogMean } from './step-buckets';
import { stepFields } from './step-line';

export interface HistoryRange {
  /** Maximum number of steps. */
  readonly points: number;
  /** Number of latest evaluations whose samples are returned; at most 100. */
  readonly evaluations: number;
  /** Range of steps. One more on either side is returned, so that a line reaches the edge of the chart. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The lines that the log began with when the record of the run was written. */
  readonly expected?: ExpectedLog | undefined;
}

type Samples = Output<'readMetrics'>['samples'];

export interface History {
  readonly steps: StepMetrics[];
  /** Means of equal intervals, for smoothing; empty if no step was left out. */
  readonly means: MeanMetrics[];
  readonly evaluations: Evaluation[];
  /** The latest samples, oldest first. */
  readonly samples: Samples;
  readonly damage: LogDamage;
}

/**
 * Steps are downsampled to at most `points`, including all spikes of loss and gradient. A log that does not exist is empty.
 * @throws the signal's reason, and as `openLog`
 */
export async function readHistory(path: string, range: HistoryRange, signal?: AbortSignal): Promise<History> {
  const file = await openLog(path);
  if (!file) return { steps: [], means: [], evaluations: [], samples: [], damage: new DamageCount(range).result() };
  try {
    const index = await indexLog(path, file, { expected: range.expected, signal });
    return {
      ...readSteps(file, await selectSteps(file, index, range, signal), range.points),
      evaluations: [...index.evaluations],
      samples: range.evaluations > 0 ? readSamples(file, index.samples.slice(-range.evaluations)) : [],
      damage: index.damage,
    };
  } finally {
    await file.close();
  }
}

/** The summary of a range, in enough detail for its points. */
async function selectSteps(
  file: FileHandle,
  index: LogIndex,
  { points, from = 0, to = Infinity }: HistoryRange,
  signal: AbortSignal | undefined,
): Promise<StepBuckets> {
  const all = index.steps;
  if (all.last === null || (from === 0 && to >= all.last.step && all.isEnoughFor(points))) return all;
  const selected = new StepBuckets(capacityFor(points));
  const bytes = all.byteRange(from, to, index.endOfLines) ?? { start: all.last.offset, end: index.endOfLines };
  const step = (offset: number, values: Float64Array): boolean => {
    // Only the last step before the range is kept.
    if (values[STEP]! < from) selected.clear();
    selected.add(offset, values);
    return values[STEP]! <= to;
  };
  await scanLog(file, { ...bytes, signal }, { step });
  return selected;
}

const STEP = stepFields.indexOf('step');

function readSteps(file: FileHandle, selected: StepBuckets, points: number): Pick<History, 'steps' | 'means'> {
  const offsets = downsample(selected.points(), points, [
    ({ lmLoss }) => lmLoss,
    ({ gradientNorm }) => gradientNorm,
  ]).map(({ offset }) => offset);
  const means = selected.steps > points ? selected.means(Math.floor(points / 2)) : [];
  const lines = readLinesAt(file, [...offsets, ...means.map(({ lastOffset }) => lastOffset)]);
  return {
    steps: [...new Set(offsets)].flatMap((offset) => parseStep(parseJson(lines.get(offset)))),
    means: means.flatMap((mean) => toMean(mean, parseJson(lines.get(mean.lastOffset)))),
  };
}

/** Null for a line that is damaged or missing. */
function parseJson(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Empty for an invalid step. */
function parseStep(raw: unknown): StepMetrics[] {
  const { success, data } = stepMetricsSchema.safeParse(raw);
  return success ? [data] : [];
}

function toMean({ count, halted, means }: LogMean, last: unknown): MeanMetrics[] {
  const values = averagedMetrics.map((metric, index) => [metric, means[index]] as const);
  return parseStep({ ...(last as object), ...Object.fromEntries(values), halted }).map((metrics) => ({
    ...metrics,
    count,
  }));
}

function readSamples(file: FileHandle, offsets: readonly number[]): Samples {
  const lines = readLinesAt(file, offsets);
  return offsets.flatMap((offset) => {
    const [line] = readLine(lines.get(offset) ?? '');
    return line?.type === 'sample' ? [{ step: line.step, samples: line.samples }] : [];
  });
}
