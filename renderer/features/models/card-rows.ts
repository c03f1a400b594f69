/** The rows of a model card, and the differences of two cards. */
import type { Accuracy, Model, PublishedModel } from '../../../electron/contract/contract';
import {
  formatDate,
  formatDuration,
  formatInteger,
  formatInterval,
  formatOperations,
} from '../../../electron/contract/format';
import { formatText, t } from '../../messages/language.svelte';
import { message, type MessageId, type Text } from '../../messages/message';
import { describeSampling } from '../../../electron/contract/sampling';

export interface CardRow {
  /** The label; the same for each model. */
  readonly label: MessageId;
  readonly value: string;
  /** Below the value, smaller. */
  readonly detail?: string;
}

/** Names for the ids of a card, and the latest evaluation. */
export interface CardContext {
  readonly kind: Text | null;
  readonly dataset: Text | null;
  /** The latest evaluation; null for a row that says there is none, absent for no row. */
  readonly evaluation?: { readonly where: string; readonly accuracy: Accuracy } | null;
}

export interface ComparedRow {
  readonly label: MessageId;
  readonly one: CardRow;
  readonly other: CardRow;
  readonly differs: boolean;
}

/** Labels of the splits of a dataset. */
export const splitLabels = { train: 'common.training', test: 'common.test' } as const satisfies Record<
  string,
  MessageId
>;

/** Accuracy of a model in one line, always with the number of puzzles. */
export function formatModelAccuracy(accuracy: Accuracy | null): string {
  return accuracy === null
    ? t('common.notEvaluated')
    : t('models.exactAccuracy', { accuracy: accuracy.exactAccuracy, count: accuracy.count });
}

/** The accuracy of a model: after its training, or for a published model of its latest evaluation here. */
const measuredAccuracy = ({ accuracy, published, evaluations }: Model): Accuracy | null =>
  accuracy ?? (published && evaluations?.[0]?.evaluation) ?? null;

/** The accuracy of a model in one line; of a published one, what was measured here. */
export function describeModelAccuracy(model: Model): string {
  const accuracy = measuredAccuracy(model);
  return accuracy === null && model.published ? t('models.card.notMeasured') : formatModelAccuracy(accuracy);
}

/** Distinguishes models of the same name: all runs of a preset give their models the same name. */
export function describeModelSource({ source, training: { seed, steps } }: Model): string {
  if (source === 'trained') return t('models.source.trained', { seed: String(seed), steps });
  return t(source === 'built-in' ? 'models.source.builtIn' : 'models.source.imported');
}

/** Exact accuracy of each difficulty, with interval and number of puzzles. */
export function describeDifficulties({ byDifficulty = [] }: Accuracy): string[] {
  return byDifficulty.map(({ difficulty, exactAccuracy, ...part }) =>
    t('models.evaluate.difficulty', {
      difficulty: message(`kinds.difficulty.${difficulty}`),
      accuracy: exactAccuracy,
      ...intervalOf(part),
    }),
  );
}

/** The dataset and split of an evaluation. */
export function describeSplit(dataset: Text, split: 'train' | 'test'): string {
  return t(split === 'test' ? 'models.evaluate.testSet' : 'models.evaluate.trainingSet', { dataset });
}

/** Always the same rows in the same order, so that two cards can be compared. */
export function cardRows(model: Model, context: CardContext): CardRow[] {
  const { family, parameters, hCycles, lCycles, haltMaxSteps } = model;
  return [
    ...accuracyRows(model),
    ...evaluationRows(context),
    { label: 'models.card.family', value: family },
    { label: 'models.card.preset', value: model.preset === 'imported' ? t('common.unknown') : model.preset },
    { label: 'models.card.parameters', value: formatInteger(parameters) },
    {
      label: 'models.card.recursion',
      value: `${haltMaxSteps} × ${hCycles} × ${lCycles}`,
      detail: t('models.card.recursionDetail'),
    },
    { label: 'models.card.puzzleType', value: context.kind ? formatText(context.kind) : t('common.unknown') },
    ...dataRows(model, context),
    ...trainingRows(model),
    ...(model.optimizer
      ? [
          {
            label: 'models.card.optimizer' as const,
            value: t('models.card.optimizerStep', { step: model.optimizer.step }),
          },
        ]
      : []),
    {
      label: 'models.card.provenance',
      value: describeProvenance(model),
      ...(model.published && { detail: describeLicence(model.published.licence) }),
    },
    { label: 'models.card.created', value: formatDate(model.createdAt) },
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

function accuracyRows(model: Model): CardRow[] {
  const accuracy = measuredAccuracy(model);
  const none = t(model.published ? 'models.card.notMeasured' : 'common.notEvaluated');
  const percent = (share: number | undefined) => (share === undefined ? none : t('common.percent', { share }));
  const reported = model.published && describeReported(model.published);
  return [
    {
      label: 'models.card.exactAccuracy',
      value: percent(accuracy?.exactAccuracy),
      ...(accuracy ? { detail: describeInterval(accuracy) } : reported && { detail: reported }),
    },
    ...(accuracy ? difficultyRows(accuracy) : []),
    { label: 'models.card.cellAccuracy', value: percent(accuracy?.accuracy) },
    ...(accuracy?.ruleAccuracy === null
      ? []
      : [{ label: 'models.card.ruleAccuracy' as const, value: percent(accuracy?.ruleAccuracy) }]),
  ];
}

const describeInterval = (accuracy: Accuracy): string =>
  [t('models.card.interval', intervalOf(accuracy)), ...describeSampling(accuracy).map(formatText)].join('; ');

function evaluationRows({ evaluation }: CardContext): CardRow[] {
  if (evaluation === undefined) return [];
  const label = 'models.card.latestEvaluation';
  if (evaluation === null) return [{ label, value: t('common.notEvaluated') }];
  const { where, accuracy } = evaluation;
  return [
    {
      label,
      value: t('common.percent', { share: accuracy.exactAccuracy }),
      detail: [
        t('models.card.evaluationDetail', { where, ...intervalOf(accuracy) }),
        ...describeSampling(accuracy).map(formatText),
      ].join('; '),
    },
  ];
}

/** Labels of the accuracy of each difficulty. */
const difficultyLabels = {
  easy: 'models.card.exactEasy',
  medium: 'models.card.exactMedium',
  hard: 'models.card.exactHard',
  extreme: 'models.card.exactExtreme',
} as const satisfies Record<string, MessageId>;

function difficultyRows({ byDifficulty = [] }: Accuracy): CardRow[] {
  return byDifficulty.map(({ difficulty, exactAccuracy, ...part }) => ({
    label: difficultyLabels[difficulty],
    value: t('common.percent', { share: exactAccuracy }),
    detail: t('models.card.interval', intervalOf(part)),
  }));
}

const intervalOf = ({ interval, count }: Pick<Accuracy, 'interval' | 'count'>) => ({
  interval: formatInterval(interval),
  count,
});

function dataRows({ dataset, data }: Model, context: CardContext): CardRow[] {
  const isUnknown = data.trainPuzzles === 0 && data.testPuzzles === 0;
  const row = (label: MessageId, puzzles: number, classes: number | null): CardRow => ({
    label,
    value: isUnknown ? t('common.unknown') : t('common.puzzleCount', { count: puzzles }),
    ...(classes !== null && { detail: t('common.symmetryClassCount', { count: classes }) }),
  });
  return [
    {
      label: 'models.card.dataset',
      value: dataset === 'unknown' ? t('common.unknown') : formatText(context.dataset ?? dataset),
    },
    row('models.card.trainingSet', data.trainPuzzles, data.trainClasses),
    row('models.card.testSet', data.testPuzzles, data.testClasses),
  ];
}

function trainingRows({ training: { steps, samples, areSamplesCounted, seconds, seed, flop } }: Model): CardRow[] {
  const labels = ['models.card.training', 'models.card.time', 'models.card.seed', 'models.card.compute'] as const;
  if (steps === 0) return labels.map((label) => ({ label, value: t('common.unknown') }));
  return [
    {
      label: 'models.card.training',
      value: t('common.stepCount', { count: steps }),
      detail: t(areSamplesCounted ? 'common.sampleCount' : 'models.card.mostSamples', { count: samples }),
    },
    { label: 'models.card.time', value: formatDuration(seconds) },
    { label: 'models.card.seed', value: String(seed) },
    { label: 'models.card.compute', value: flop > 0 ? formatOperations(flop) : t('models.card.notRecorded') },
  ];
}

/** What the publisher states about the accuracy; `dataset` is the id of a download. */
export function describeReported({ reported, dataset }: Pick<PublishedModel, 'reported' | 'dataset'>): string {
  return reported === null
    ? t('models.published.reportedNone', { dataset })
    : t('models.published.reported', { accuracy: reported, dataset });
}

export const describeLicence = (licence: string | null): string =>
  licence === null ? t('models.published.licenceUnknown') : t('models.published.licence', { licence });

function describeProvenance({ parent, preset, published }: Model): string {
  if (published) return t('models.card.published', { homepage: published.homepage });
  if (parent === null) return t(preset === 'imported' ? 'models.card.importedFile' : 'models.card.randomWeights');
  const { kind, id, step } = parent;
  if (step !== null) return t('models.card.parentCheckpoint', { id, step });
  return t(kind === 'model' ? 'models.card.parentModel' : 'models.card.parentRun', { id });
}
