/** The rows of a model card, and the differences of two cards. */
import type { Accuracy, Model } from '../../../electron/contract/contract';
import {
  formatCount,
  formatDuration,
  formatFlop,
  formatInteger,
  formatInterval,
  formatPercent,
} from '../../../electron/contract/format';

export interface CardRow {
  readonly label: string;
  readonly value: string;
  /** Below the value, smaller. */
  readonly detail?: string;
}

/** Names for the ids of a card, and the latest evaluation. */
export interface CardContext {
  readonly kind: string | null;
  readonly dataset: string | null;
  /** The latest evaluation; null for a row that says there is none, absent for no row. */
  readonly measured?: { readonly where: string; readonly accuracy: Accuracy } | null;
}

export interface ComparedRow {
  readonly label: string;
  readonly one: CardRow;
  readonly other: CardRow;
  readonly differs: boolean;
}

/** Labels of the splits of a dataset. */
export const splitNames = { train: 'To learn from', test: 'Held out' } as const;

/** Accuracy of a model in one line, always with the number of puzzles. */
export function formatModelAccuracy(accuracy: Accuracy | null): string {
  return accuracy === null
    ? 'not measured'
    : `${formatPercent(accuracy.exactAccuracy)} % exact, n ${formatInteger(accuracy.count)}`;
}

/** Distinguishes models of the same name: all runs of a preset give their models the same name. */
export function describeModelSource({ source, training }: Model): string {
  if (source === 'trained') return `seed ${training.seed}, ${formatCount(training.steps, 'step')}`;
  return source === 'built-in' ? 'shipped' : source;
}

/** Always the same rows in the same order, so that two cards can be compared. */
export function cardRows(model: Model, context: CardContext): CardRow[] {
  const { family, parameters, hCycles, lCycles, haltMaxSteps } = model;
  return [
    ...accuracyRows(model.accuracy),
    ...measuredRows(context),
    { label: 'Family', value: family },
    { label: 'Preset', value: model.preset === 'imported' ? 'not known' : model.preset },
    { label: 'Weights', value: formatInteger(parameters) },
    {
      label: 'Recursion',
      value: `${haltMaxSteps} × ${hCycles} × ${lCycles}`,
      detail: 'supervision steps × H cycles × L updates',
    },
    { label: 'Puzzles', value: context.kind ?? 'not known' },
    ...dataRows(model, context),
    ...trainingRows(model),
    { label: 'Came from', value: lineage(model) },
    { label: 'Made on', value: model.createdAt.slice(0, 10) },
  ];
}

/** @returns rows in the order of the first card; the names of the models are not among them */
export function comparedRows(one: readonly CardRow[], other: readonly CardRow[]): ComparedRow[] {
  return one.flatMap((row) => {
    const match = other.find(({ label }) => label === row.label);
    return match
      ? [
          {
            label: row.label,
            one: row,
            other: match,
            differs: row.value !== match.value || row.detail !== match.detail,
          },
        ]
      : [];
  });
}

function accuracyRows(accuracy: Accuracy | null): CardRow[] {
  const share = (value: number | undefined) => (value === undefined ? 'not measured' : `${formatPercent(value)} %`);
  return [
    { label: 'Exact accuracy', ...exactly(accuracy) },
    { label: 'Cells right', value: share(accuracy?.accuracy) },
    { label: 'Keeps every rule', value: share(accuracy?.ruleAccuracy) },
  ];
}

function measuredRows({ measured }: CardContext): CardRow[] {
  if (measured === undefined) return [];
  const { value, detail = '' } = exactly(measured?.accuracy ?? null);
  return [{ label: 'Measured here', value, ...(measured && { detail: `${measured.where}; ${detail}` }) }];
}

/** `n` is not separated from its number by a line break. */
const exactly = (accuracy: Accuracy | null): Omit<CardRow, 'label'> =>
  accuracy
    ? {
        value: `${formatPercent(accuracy.exactAccuracy)} %`,
        detail: `95 % interval ${formatInterval(accuracy.interval)}, n\u00a0${formatInteger(accuracy.count)}`,
      }
    : { value: 'not measured' };

function dataRows({ dataset, data }: Model, context: CardContext): CardRow[] {
  const isUnknown = data.trainPuzzles === 0 && data.testPuzzles === 0;
  const row = (label: string, puzzles: number, classes: number | null): CardRow => ({
    label,
    value: isUnknown ? 'not known' : formatCount(puzzles, 'puzzle'),
    ...(classes !== null && { detail: `of ${formatInteger(classes)} symmetry class${classes === 1 ? '' : 'es'}` }),
  });
  return [
    { label: 'Data set', value: dataset === 'unknown' ? 'not known' : (context.dataset ?? dataset) },
    row('Learnt from', data.trainPuzzles, data.trainClasses),
    row('Held out', data.testPuzzles, data.testClasses),
  ];
}

function trainingRows({ training: { steps, samples, seconds, seed, flop } }: Model): CardRow[] {
  const labels = ['Training', 'Time', 'Seed', 'Compute'];
  if (steps === 0) return labels.map((label) => ({ label, value: 'not known' }));
  const { value, unit } = formatFlop(flop);
  return [
    { label: 'Training', value: formatCount(steps, 'step'), detail: formatCount(samples, 'sample') },
    { label: 'Time', value: formatDuration(seconds) },
    { label: 'Seed', value: String(seed) },
    { label: 'Compute', value: flop > 0 ? `${value} ${unit}` : 'not counted' },
  ];
}

function lineage({ parent, preset }: Model): string {
  if (parent === null) return preset === 'imported' ? 'a file' : 'nothing: it started from random weights';
  return `${parent.kind} ${parent.id}${parent.step === null ? '' : `, step ${formatInteger(parent.step)}`}`;
}
