/** The metrics of a run as a table: a row for each training step and each evaluation. */
import { stringify } from 'csv-stringify/sync';
import type { Evaluation, StepMetrics } from '../../train/metrics';

type StepLine = { readonly type: 'step' } & StepMetrics;
type EvaluatedLine = { readonly type: 'evaluated' } & Omit<Evaluation, 'isFinal'>;
type OtherLine = { readonly type: 'diverged' | 'sample'; readonly step: number };

/** A line of a run's metrics file, as far as other programs get it. */
export type MeasuredLine = StepLine | EvaluatedLine | OtherLine;

/** Names as in metrics.jsonl; losses per example, seconds of training, the rest shares of 1 and counts. */
export const metricsColumns = [
  'type',
  'step',
  'seconds',
  'lmLoss',
  'qHaltLoss',
  'steps',
  'learningRate',
  'gradientNorm',
  'accuracy',
  'exactAccuracy',
  'ruleAccuracy',
  'count',
  'intervalLow',
  'intervalHigh',
] as const;

/** RFC 4180 with a header; a cell without a value is empty. Lines of other types are left out. */
export function metricsCsv(lines: Iterable<MeasuredLine>): string {
  const rows = [...lines].flatMap((line) => {
    if (line.type !== 'step' && line.type !== 'evaluated') return [];
    const [intervalLow, intervalHigh] = line.type === 'evaluated' ? line.interval : [];
    return [{ ...line, intervalLow, intervalHigh }];
  });
  return stringify(rows, { header: true, columns: [...metricsColumns], record_delimiter: 'windows' });
}
