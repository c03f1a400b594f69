/** The results of an experiment by condition, and what they do and do not show, in words made from the numbers. */
import { message, type Message, type Text } from '../../renderer/messages/message';
import type { Condition, ExperimentRecord } from './experiments';
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

/** Conditions in their order, without those that have no result yet. */
export function summarise({ experiment, results }: ExperimentRecord): Series[] {
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
  return [
    ...(missing > 0 ? [message('experiments.conclusion.unfinished', { missing, planned })] : []),
    ...(series.length > 0 ? concludeSeries(series) : []),
  ];
}

/** Trials of an experiment: conditions times seeds. */
export const countTrials = ({ experiment }: Pick<ExperimentRecord, 'experiment'>): number =>
  experiment.conditions.length * experiment.seeds.length;

function concludeSeries(series: readonly Series[]): Message[] {
  const means = series.flatMap(({ points }) => points.map(({ mean }) => mean.mean));
  if (Math.max(...means) < LEARNED) return [message('experiments.conclusion.notLearned')];
  if (Math.min(...means) > TOO_EASY) return [message('experiments.conclusion.tooEasy')];
  return series[0]!.points.length > 1 ? series.map(concludeCurve) : concludeConditions(series);
}

/** Each condition against the first. */
function concludeConditions([first, ...others]: readonly Series[]): Message[] {
  return others.map(({ condition: { label }, points }) => {
    const [a, b] = [first!.points[0]!.values, points[0]!.values];
    const { difference, interval } = differenceOfMeans(a, b);
    const names = { condition: label, other: first!.condition.label };
    const seeds = Math.min(a.length, b.length);
    if (interval === null)
      return message('experiments.conclusion.oneSeed', { ...names, difference: points100(difference) });
    if (interval[0] <= 0 && interval[1] >= 0)
      return message('experiments.conclusion.notApart', {
        ...names,
        seeds,
        low: points100(interval[0]),
        high: points100(interval[1]),
      });
    return message('experiments.conclusion.differs', {
      ...names,
      direction: difference > 0 ? 'more' : 'fewer',
      difference: points100(Math.abs(difference)),
      low: points100(interval[0]),
      high: points100(interval[1]),
    });
  });
}

/** Percentage points with one decimal. */
const points100 = (share: number): number => Math.round(1000 * share) / 10;

/** From the first to the best and to the last point of a curve. */
function concludeCurve({ condition, points }: Series): Message {
  const [first, last] = [points[0]!, points.at(-1)!];
  const best = points.reduce((a, b) => (b.mean.mean > a.mean.mean ? b : a));
  const percent = (point: Series['points'][number]) => points100(point.mean.mean);
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
