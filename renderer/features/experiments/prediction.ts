/** Compares what the user expected with the results. */
import { summarise, type Series } from '../../../electron/contract/experiment-conclusion';
import { differenceOfMeans } from '../../../electron/contract/experiment-statistics';
import type { Experiment, ExperimentRecord } from '../../../electron/contract/experiments';
import { formatPercent } from '../../../electron/contract/format';
import { message, type Message } from '../../messages/message';

/** The condition that solves most, where there are several without a curve; else the accuracy at the end. */
export const askedPrediction = ({ conditions, test }: Pick<Experiment, 'conditions' | 'test'>): 'best' | 'accuracy' =>
  conditions.length > 1 && test.type === 'final' ? 'best' : 'accuracy';

/** Null where nothing was predicted, or before all conditions have a result. */
export function comparePrediction(record: ExperimentRecord): Message | null {
  const { prediction = null, experiment } = record;
  const series = summarise(record);
  if (prediction === null || series.length < experiment.conditions.length) return null;
  return 'best' in prediction
    ? compareBest(prediction.best, series)
    : compareAccuracy(prediction.exactAccuracy, series);
}

function compareBest(predicted: string | null, series: readonly Series[]): Message {
  const meanOf = ({ points }: Series) => points[0]!.mean.mean;
  const best = series.reduce((a, b) => (meanOf(b) > meanOf(a) ? b : a));
  const expected = series.find(({ condition }) => condition.id === predicted);
  const isTied = series.filter((other) => meanOf(other) === meanOf(best)).length > 1;
  const names = { best: best.condition.label, predicted: expected?.condition.label ?? '' };
  if (isTied && expected) return message('experiments.prediction.resultTie', { predicted: names.predicted });
  if (!expected) return message('experiments.prediction.resultSame', names);
  if (expected === best) return message('experiments.prediction.resultRight', names);
  const { interval } = differenceOfMeans(expected.points[0]!.values, best.points[0]!.values);
  const isApart = interval !== null && interval[0] > 0;
  return message(isApart ? 'experiments.prediction.resultWrong' : 'experiments.prediction.resultOpen', names);
}

/** The last point of the first curve. */
function compareAccuracy(predicted: number, series: readonly Series[]): Message {
  const { points } = series[0]!;
  const actual = points[points.length - 1]!.mean.mean;
  return message('experiments.prediction.resultAccuracy', {
    predicted: formatPercent(predicted),
    actual: formatPercent(actual),
  });
}
