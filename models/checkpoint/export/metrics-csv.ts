/** A run's metrics as a table: a row for each training step and each evaluation. */
import type { Evaluation, StepMetrics } from '../../train/metrics';

// What a run's metrics file holds, as far as it goes to other programs.

type StepLine = { readonly type: 'step' } & StepMetrics;
type EvaluatedLine = { readonly type: 'evaluated' } & Pick<
  Evaluation,
  'step' | 'seconds' | 'accuracy' | 'exactAccuracy' | 'ruleAccuracy' | 'count' | 'interval'
>;
type OtherLine = { readonly type: 'diverged' | 'sample'; readonly step: number };

export type MeasuredLine = StepLine | EvaluatedLine | OtherLine;

/** Names as in metrics.jsonl; losses per example, seconds of training, the rest shares of 1 and counts. */
const shared = ['type', 'step', 'seconds'] as const;
const ofSteps = ['lmLoss', 'qHaltLoss', 'steps', 'learningRate', 'gradientNorm'] as const;
const ofBoth = ['accuracy', 'exactAccuracy'] as const;
const ofEvaluations = ['ruleAccuracy', 'count'] as const;

export const metricsColumns = [
  ...shared,
  ...ofSteps,
  ...ofBoth,
  ...ofEvaluations,
  'intervalLow',
  'intervalHigh',
] as const;

/** RFC 4180 with a header; a cell without a value is empty. Lines of other kinds are left out. */
export function metricsCsv(lines: Iterable<MeasuredLine>): string {
  const rows: string[] = [metricsColumns.join(',')];
  for (const line of lines) {
    if (line.type === 'step' || line.type === 'evaluated') rows.push(rowOf(line));
  }
  return rows.map((row) => `${row}\r\n`).join('');
}

function rowOf(line: Extract<MeasuredLine, { readonly type: 'step' | 'evaluated' }>): string {
  const [intervalLow, intervalHigh] = line.type === 'evaluated' ? line.interval : [];
  const values: Readonly<Record<string, unknown>> = { ...line, intervalLow, intervalHigh };
  return metricsColumns.map((column) => cell(values[column])).join(',');
}

/** All cells are numbers and the names of two types: nothing is ever quoted. */
const cell = (value: unknown): string => (typeof value === 'number' || typeof value === 'string' ? String(value) : '');
