/** Results of an experiment as a table, or as one page that can be printed. */
import { stringify } from 'csv-stringify/sync';
import type { ExperimentExport } from '../../contract/experiment-requests';
import type { ExperimentRecord } from '../../contract/experiments';
import { formatEnglish } from '../../../renderer/messages/english';
import { wilsonInterval } from '../../../models/evaluate/accuracy';
import { createReport } from './report';

/** @returns the content of a file */
export const exportExperiment = (record: ExperimentRecord, format: ExperimentExport): string =>
  format === 'csv' ? toCsv(record) : createReport(record);

/** One row for each condition, seed and point. */
function toCsv({ experiment, results }: ExperimentRecord): string {
  const labels = new Map(experiment.conditions.map(({ id, label }) => [id, formatEnglish(label)]));
  const rows = results.flatMap(({ condition, seed, points, ...training }) =>
    points.map(({ x, exactAccuracy, count }) => {
      const [low, high] = wilsonInterval(exactAccuracy * count, count);
      return {
        experiment: experiment.id,
        condition,
        label: labels.get(condition),
        seed,
        x: x ?? '',
        exact_accuracy: exactAccuracy,
        ci_low: low,
        ci_high: high,
        puzzles: count,
        steps: training.steps,
        training_seconds: training.trainingSeconds,
        flop: training.flop,
      };
    }),
  );
  return stringify(rows, { header: true, escape_formulas: true });
}
