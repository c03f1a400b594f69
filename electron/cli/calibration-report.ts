/** Prints how well the confidences of an evaluation are calibrated, and its most confident wrong answers. */
import type { Calibration, Reliability } from '../../models/evaluate/calibration';
import type { ModelEvaluation } from '../../models/evaluate/evaluation';
import type { Failures } from '../../models/evaluate/failures';
import { formatPercent, formatSignificant } from '../contract/format';

const names: Readonly<Record<keyof Calibration, string>> = {
  cells: 'cells',
  answers: 'answers',
  halting: 'halting head',
};

const columns = ['confidence', 'right', 'calib. error', 'Brier'];

/** Mean confidence, share right, expected calibration error and Brier score of each head; nothing without a calibration. */
export function formatCalibration({ calibration }: Pick<ModelEvaluation, 'calibration'>): string[] {
  if (!calibration) return [];
  const heads = Object.keys(names) as (keyof Calibration)[];
  return [row('calibration', columns), ...heads.map((head) => row(names[head], formatReliability(calibration[head])))];
}

const row = (name: string, values: readonly string[]): string =>
  `${name.padEnd(14)} ${values.map((value) => value.padStart(13)).join('')}`;

const formatReliability = ({ confidence, accuracy, expectedCalibrationError, brierScore }: Reliability): string[] => [
  `${formatPercent(confidence)} %`,
  `${formatPercent(accuracy)} %`,
  `${formatPercent(expectedCalibrationError)} %`,
  formatSignificant(brierScore),
];

/** Wrong answers that are named. */
const SHOWN = 5;

/** The wrong answers with the highest confidence, by their rows of the split; nothing where all are right. */
export function formatConfidentFailures(
  { mostConfident }: Pick<Failures, 'mostConfident'>,
  split: 'train' | 'test',
): string[] {
  if (mostConfident.length === 0) return [];
  const shown = mostConfident.slice(0, SHOWN);
  const list = shown.map((each) => `${split}/${each.row} (${formatPercent(each.confidence)} %)`);
  return [`wrong with the highest confidence: ${list.join(', ')}`];
}
