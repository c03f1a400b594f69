/** Summarises the results of an experiment by condition, and says what they do and do not show. */
import { BINS } from '../../models/evaluate/calibration';
import { message, type Message, type Text } from '../../renderer/messages/message';
import type { Condition, Experiment, ExperimentRecord } from './experiments';
import { differenceOfMeans, meanOverSeeds, type SeedMean } from './experiment-statistics';

/** Below this share of solved puzzles nothing has been learned, above the other the puzzles are too easy to tell conditions apart. */
const LEARNED = 0.05;
const TOO_EASY = 0.98;

export interface Series {
  readonly condition: Condition;
  /** Ascending by `x`; each has the results of the seeds that have ended. */
  readonly points: readonly { readonly x: number | null; readonly values: readonly Value[]; readonly mean: SeedMean }[];
}

interface Value {
  readonly seed: number;
  readonly exactAccuracy: number;
  readonly count: number;
}

/** By record, which does not change: a bootstrap of many seeds takes tens of milliseconds, and chart, table and sentences need the same. */
const summaries = new WeakMap<ExperimentRecord, readonly Series[]>();

/** Conditions in their order, without those that have no result yet. */
export function summarise(record: ExperimentRecord): readonly Series[] {
  const known = summaries.get(record) ?? createSummary(record);
  summaries.set(record, known);
  return known;
}

function createSummary({ experiment, results }: ExperimentRecord): Series[] {
  return experiment.conditions.flatMap((condition) => {
    const own = results.filter((result) => result.condition === condition.id);
    const xs = [...new Set(own.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => (a ?? 0) - (b ?? 0));
    const points = xs.map((x) => {
      const values = own.flatMap(({ seed, points: all }) =>
        all.filter((point) => point.x === x).map(({ exactAccuracy, count }) => ({ seed, exactAccuracy, count })),
      );
      return { x, values, mean: meanOverSeeds(values) };
    });
    return points.length > 0 ? [{ condition, points }] : [];
  });
}

/** Sentences about a finished or unfinished experiment, the most important first. */
export function conclude(record: ExperimentRecord): Message[] {
  const series = summarise(record);
  const planned = countTrials(record);
  const missing = planned - record.results.length;
  const failed = record.results.filter(({ failure }) => failure !== null).length;
  const cut = record.results.filter(({ steps, maxSteps, failure }) => failure === null && steps < maxSteps).length;
  return [
    ...(missing > 0 ? [message('experiments.conclusion.unfinished', { missing, planned })] : []),
    ...(failed > 0 ? [message('experiments.conclusion.failed', { failed })] : []),
    ...(cut > 0 ? [message('experiments.conclusion.timeLimit', { cut, seconds: record.experiment.maxSeconds })] : []),
    ...(series.length > 0 ? concludeSeries(series, record.experiment) : []),
  ];
}

/** Trials of an experiment: conditions times seeds. */
export const countTrials = ({ experiment }: Pick<ExperimentRecord, 'experiment'>): number =>
  experiment.conditions.length * experiment.seeds.length;

function concludeSeries(series: readonly Series[], { test, conditions }: Experiment): Message[] {
  if (test.type === 'confidence') return series.map(concludeConfidence);
  const means = series.flatMap(({ points }) => points.map(({ mean }) => mean.mean));
  const isWhole = series.length === conditions.length;
  if (isWhole && Math.max(...means) < LEARNED) return [message('experiments.conclusion.notLearned')];
  if (isWhole && Math.min(...means) > TOO_EASY) return [message('experiments.conclusion.tooEasy')];
  return [...series.filter(hasFewSeeds).map(describeFewSeeds), ...concludeEnough(series)];
}

const MIN_SEEDS = 2;

/** With a single seed, whose chance is unknown. The curve of a model that exists needs none: it is not compared, and its training is not repeated. */
const hasFewSeeds = ({ condition, points }: Series): boolean =>
  ('preset' in condition.source || points.length === 1) && points.some(({ values }) => values.length < MIN_SEEDS);

const describeFewSeeds = ({ condition: { label } }: Series): Message =>
  message('experiments.conclusion.oneSeed', { condition: label });

/** Nothing is concluded from conditions of too few seeds, nor from those that could only be compared with such a one. */
function concludeEnough(series: readonly Series[]): Message[] {
  const enough = series.filter((each) => !hasFewSeeds(each));
  if (series[0]!.points.length > 1) return enough.map(concludeCurve);
  if (series.length === 1) return enough.map(describeSpread);
  return enough[0] === series[0] ? concludeConditions(enough) : [];
}

/** How far apart the seeds of the only condition are. */
function describeSpread({ condition, points }: Series): Message {
  const { values, mean } = points[0]!;
  const shares = values.map(({ exactAccuracy }) => exactAccuracy);
  return message('experiments.conclusion.spread', {
    condition: condition.label,
    seeds: values.length,
    low: toPercentagePoints(Math.min(...shares)),
    high: toPercentagePoints(Math.max(...shares)),
    mean: toPercentagePoints(mean.mean),
  });
}

/** Each condition against the first. */
function concludeConditions([first, ...others]: readonly Series[]): Message[] {
  return others.flatMap(({ condition: { label }, points }) => {
    const [a, b] = [first!.points[0]!.values, points[0]!.values];
    const { difference, interval } = differenceOfMeans(a, b);
    const names = { condition: label, other: first!.condition.label };
    const seeds = Math.min(a.length, b.length);
    if (interval === null) return [];
    if (interval[0] <= 0 && interval[1] >= 0)
      return message('experiments.conclusion.notApart', {
        ...names,
        seeds,
        low: toPercentagePoints(interval[0]),
        high: toPercentagePoints(interval[1]),
      });
    return describeDifference(names, difference, interval);
  });
}

/** Difference and interval without a sign: the sentence says which condition solves more. */
function describeDifference(
  names: { readonly condition: Text; readonly other: Text },
  difference: number,
  [low, high]: readonly [number, number],
): Message {
  const isMore = difference > 0;
  return message('experiments.conclusion.differs', {
    ...names,
    direction: isMore ? 'more' : 'fewer',
    difference: toPercentagePoints(Math.abs(difference)),
    low: toPercentagePoints(isMore ? low : -high),
    high: toPercentagePoints(isMore ? high : -low),
  });
}

/** With one decimal. */
const toPercentagePoints = (share: number): number => Math.round(1000 * share) / 10;

/** From the first to the best and to the last point of a curve. */
function concludeCurve({ condition, points }: Series): Message {
  const [first, last] = [points[0]!, points[points.length - 1]!];
  const best = points.reduce((a, b) => (b.mean.mean > a.mean.mean ? b : a));
  const percent = (point: Series['points'][number]) => toPercentagePoints(point.mean.mean);
  return message('experiments.conclusion.curve', {
    condition: condition.label satisfies Text,
    firstX: first.x ?? 0,
    first: percent(first),
    bestX: best.x ?? 0,
    best: percent(best),
    lastX: last.x ?? 0,
    last: percent(last),
  });
}

/** Middle of the highest bin, in per cent. */
const SURE = 100 - 50 / BINS;

/** How many answers are in the highest tenth of the confidence, and how many of these are right. */
function concludeConfidence({ condition: { label }, points }: Series): Message {
  const total = points.reduce((sum, { mean }) => sum + mean.count, 0);
  const right = points.reduce((sum, { mean }) => sum + mean.mean * mean.count, 0);
  const all = { condition: label, total, all: toPercentagePoints(right / total) };
  const sure = points.find(({ x }) => x === SURE)?.mean;
  if (!sure) return message('experiments.conclusion.neverSure', all);
  return message('experiments.conclusion.confidence', {
    ...all,
    sure: sure.count,
    right: toPercentagePoints(sure.mean),
  });
}
