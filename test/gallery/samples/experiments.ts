/** Experiments in the states that specimens need; their numbers are made up. */
import { getExperiment } from '../../../electron/compute/experiments/built-in';
import type { ExperimentProgress, ExperimentSummary } from '../../../electron/contract/experiment-requests';
import type { ExperimentRecord, TrialResult } from '../../../electron/contract/experiments';

const gradient = getExperiment('gradient');
const thinkLonger = getExperiment('think-longer');

const trial = (condition: string, seed: number, points: TrialResult['points']): TrialResult => ({
  ...{ condition, seed, points, failure: null, steps: 300, maxSteps: 300, trainingSeconds: 34, flop: 4.2e12 },
  ...{ seconds: 36, device: 'cpu', version: '1.0.0' },
});

const shares = [
  [0.94, 0.91, 0.955],
  [0.86, 0.9, 0.83],
] as const;

/** Results of the first trials, in the order in which they run. */
export function gradientRecord(trials: number): ExperimentRecord {
  const results = gradient.seeds.flatMap((seed, index) =>
    gradient.conditions.map(({ id }, at) =>
      trial(id, seed, [{ x: null, exactAccuracy: shares[at]![index]!, count: 250 }]),
    ),
  );
  return {
    experiment: gradient,
    prediction: { best: gradient.conditions[0]!.id },
    command: 'experiment run gradient --seeds 3',
    startedAt: '2026-11-30T08:00:00.000Z',
    datasets: { 'sudoku-4x4': 'a3f09d417c55e0' },
    results: results.slice(0, trials),
  };
}

export const curveRecord: ExperimentRecord = {
  ...gradientRecord(0),
  experiment: thinkLonger,
  prediction: { exactAccuracy: 0.8 },
  results: thinkLonger.conditions.map(({ id }, at) =>
    trial(
      id,
      1,
      [1, 4, 16, 64].map((x, index) => ({ x, exactAccuracy: [0.05, 0.42, 0.88, 0.97][index]! - at / 10, count: 200 })),
    ),
  ),
};

export const failedRecord: ExperimentRecord = {
  ...gradientRecord(2),
  results: [
    gradientRecord(1).results[0]!,
    { ...trial(gradient.conditions[1]!.id, 1, []), failure: 'Training diverged at step 12: NaN in the loss' },
  ],
};

export const summaryOf = (
  record: ExperimentRecord,
  state: ExperimentSummary['state'],
  failure: ExperimentSummary['failure'] = null,
): ExperimentSummary => ({
  experimentId: `${record.experiment.id}-20261130080000`,
  definition: record.experiment.id,
  question: record.experiment.question,
  state,
  done: record.results.length,
  total: record.experiment.conditions.length * record.experiment.seeds.length,
  startedAt: record.startedAt,
  failure,
});

export const experimentProgress: ExperimentProgress = {
  ...{ condition: gradient.conditions[1]!.id, seed: 2, done: 3, total: 6, share: 0.4, secondsLeft: 95 },
};
